package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What still lives of the records that a journal has removed: each as it was, with its sequence, in files of the keeper's
 * own. Whoever looks for single records finds them here; who reads the log in its order is told that they are gone.
 *
 * <p>A file is written by a {@link #newWriter writer}, counts from the trim that takes it, never changes, and goes whole. One
 * thread adds and removes, the one that trims; any thread looks up: the array is replaced, never changed.
 */
public final class Keeper {
    /** Of a journal without files: it never has a record. */
    static final Keeper NONE = new Keeper(null, null, null, null, List.of());

    /** What there is, in the order of sequences, and how often that has changed. */
    private record Listed(KeptFile[] files, int changes) {}

    private final Path directory;
    private final Manifest manifest;
    private final FileForcer forcer;
    private final JournalProgress progress;

    /** Written by the thread that opens the journal, then by the one that trims; read by all. */
    private volatile Listed listed;

    Keeper(Path directory, Manifest manifest, FileForcer forcer, JournalProgress progress, List<KeptFile> files) {
        this.directory = directory;
        this.manifest = manifest;
        this.forcer = forcer;
        this.progress = progress;
        listed = new Listed(files.toArray(KeptFile[]::new), 0);
    }

    /**
     * The files, in the order of their sequences. Any thread.
     *
     * @return what they are now; it does not change. The sequences of each are not dense.
     */
    public List<SegmentInfo> files() {
        return Arrays.stream(listed.files).map(KeptFile::info).toList();
    }

    /**
     * Tells whether there is no file. Any thread.
     *
     * @return a moment's truth.
     */
    public boolean isEmpty() {
        return listed.files.length == 0;
    }

    /**
     * Makes a reader, which belongs to the thread that first uses it.
     *
     * @return a reader that the caller closes.
     */
    public KeeperReader newReader() {
        return new KeeperReader(this);
    }

    /**
     * Begins a file with what lives of the segments that a trim is about to remove. The thread that trims.
     *
     * @return a writer that the caller closes, after the trim.
     * @throws UnsupportedOperationException if the journal has no files.
     */
    public KeeperWriter newWriter() {
        if (directory == null) {
            throw new UnsupportedOperationException("the journal has no files");
        }
        return new KeeperWriter(directory, forcer);
    }

    /**
     * Removes a file none of whose records lives any more, whole or not at all. The thread that trims.
     *
     * @param firstSequence its first record.
     * @throws IllegalArgumentException if no file begins with that record.
     * @throws JournalException if it could not be written down; the journal has failed then.
     */
    public void remove(long firstSequence) {
        progress.requireSound();
        KeptFile[] current = listed.files;
        KeptFile removed = fileOf(firstSequence);
        if (removed == null || removed.segment.firstSequence != firstSequence) {
            throw new IllegalArgumentException("firstSequence=" + firstSequence + " is the first of no kept file");
        }
        try {
            manifest.drop(removed.segment.name());
        } catch (IOException e) {
            JournalException failure =
                    new JournalException("removal of " + removed.segment.path + " failed: " + e.getMessage(), e);
            progress.fail(failure);
            throw failure;
        }
        listed = new Listed(
                Arrays.stream(current).filter(file -> file != removed).toArray(KeptFile[]::new), listed.changes + 1);
        try {
            Trim.delete(removed.segment.path, forcer);
        } catch (IOException e) {
            progress.report(new JournalException(
                    removed.segment.path + " is left, and is taken up again by the next open: " + e.getMessage(), e));
        }
    }

    /** Takes a file that the manifest names, before the segments that it is of are removed. */
    void add(KeptFile file) {
        KeptFile[] current = listed.files;
        KeptFile[] longer = Arrays.copyOf(current, current.length + 1);
        longer[current.length] = file;
        listed = new Listed(longer, listed.changes + 1);
    }

    /** A number that grows with each file that comes or goes. */
    int changes() {
        return listed.changes;
    }

    /** The file between whose first and last record a sequence lies, null if there is none. */
    KeptFile fileOf(long sequence) {
        for (KeptFile file : listed.files) {
            if (file.segment.firstSequence <= sequence && sequence <= file.segment.lastSequence()) {
                return file;
            }
        }
        return null;
    }

    /** The first file that begins at the sequence or behind it, but none of these; null if there is none. */
    Segment segmentFrom(long sequence, Set<Segment> excluded) {
        for (KeptFile file : listed.files) {
            if (file.segment.firstSequence >= sequence && !excluded.contains(file.segment)) {
                return file.segment;
            }
        }
        return null;
    }

    /** Whether a file is there still. */
    boolean holds(Segment segment) {
        return Arrays.stream(listed.files).anyMatch(file -> file.segment == segment);
    }
}
