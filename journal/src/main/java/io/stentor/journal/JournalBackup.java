package io.stentor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;

/**
 * Copies a journal record for record, also while it is written, and makes a journal of such a copy again. Both verify every record
 * that they copy, and the copy is forced before they return. What is kept of removed segments is copied too, and so are checkpoints,
 * since a journal whose oldest records were removed cannot be started without them.
 *
 * <p>What is restored is another log: it has an identity of its own. The original may have gone on after the backup and given out
 * offsets that the copy will give out again for other messages; with another identity no device takes one for the other, each is
 * told to take a snapshot.
 */
public final class JournalBackup {

    private JournalBackup() {}

    /**
     * Copies what is journaled.
     *
     * @param source the journal.
     * @param target directory to make; must not exist or be empty.
     * @param listener told of every record and segment as they are read.
     * @return the last record copied.
     * @throws JournalDamagedException if the source is damaged; the target is then incomplete and has no identity.
     * @throws JournalException if the target is not empty or cannot be written.
     */
    public static long backup(JournalFiles source, Path target, ScanListener listener) {
        return copy(source, target, source.identity(), listener);
    }

    /**
     * Makes a journal of a backup.
     *
     * @param backup a directory that {@link #backup} made.
     * @param target directory to make; must not exist or be empty.
     * @param listener told of every record and segment as they are read.
     * @return the last record copied.
     * @throws JournalDamagedException if the backup is damaged; the target is then incomplete and has no identity.
     * @throws JournalException if the target is not empty or cannot be written.
     */
    public static long restore(JournalFiles backup, Path target, ScanListener listener) {
        return copy(backup, target, JournalIdentity.draw(backup.groupId()), listener);
    }

    /** The identity comes last: a copy that was cut short is no journal. */
    private static long copy(JournalFiles source, Path target, JournalIdentity identity, ScanListener listener) {
        try (ChannelForcer forcer = new ChannelForcer()) {
            requireEmpty(target);
            Path log = JournalDirectory.logOf(target);
            Files.createDirectories(log);
            // Before the records, so that they are of no record that the copy does not have.
            CheckpointCopy checkpoints = new CheckpointCopy();
            checkpoints.copy(source.directory(), target, identity.logId(), forcer);
            long last;
            long first;
            try (Copier copier = new Copier(source, target, forcer, listener)) {
                last = source.scan(copier);
                first = copier.firstSequence();
            }
            if (first > 1 && !checkpoints.reaches(first)) {
                throw new JournalException("the copy in " + target + " begins at record " + first
                        + ", and no checkpoint in " + source.directory()
                        + " holds what those before it have made; if it is in use, try again");
            }
            forcer.forceDirectory(log);
            identity.write(target);
            forcer.forceDirectory(target);
            return last;
        } catch (IOException e) {
            throw new JournalException("cannot copy to " + target + ": " + e.getMessage(), e);
        }
    }

    private static void requireEmpty(Path target) throws IOException {
        if (Files.isDirectory(target)) {
            try (var entries = Files.newDirectoryStream(target)) {
                if (entries.iterator().hasNext()) {
                    throw new JournalException(target + " is not empty");
                }
            }
        }
    }

    /** Copies each segment once it has been read to its end and is known to be sound up to there. */
    private static final class Copier implements ScanListener, AutoCloseable {
        private final SegmentHash hash = new SegmentHash();
        private final Manifest manifest;
        private final JournalFiles source;
        private final Path target;
        private final ChannelForcer forcer;
        private final ScanListener listener;
        private long firstSequence;

        Copier(JournalFiles source, Path target, ChannelForcer forcer, ScanListener listener) throws IOException {
            manifest = Manifest.read(target, forcer, true);
            this.source = source;
            this.target = target;
            this.forcer = forcer;
            this.listener = listener;
            for (GivenUp range : source.givenUp()) {
                manifest.add(range);
            }
        }

        /** The first record copied, 0 if there is none. */
        long firstSequence() {
            return firstSequence;
        }

        @Override
        public void onRecord(DirectBuffer buffer, int offset, int length) {
            if (firstSequence == 0) {
                firstSequence = RecordLayout.sequence(buffer, offset);
            }
            listener.onRecord(buffer, offset, length);
        }

        @Override
        public void onSegment(ScannedSegment segment) {
            Path copy = target.resolve(source.directory().relativize(segment.path()));
            try {
                Files.createDirectories(copy.getParent());
                copyPrefix(segment.path(), copy, segment.bytes());
                forcer.forceFile(copy);
                forcer.forceDirectory(copy.getParent());
                seal(copy, segment);
            } catch (IOException e) {
                throw new JournalException("cannot copy " + segment.path() + " to " + copy + ": " + e.getMessage(), e);
            }
            listener.onSegment(segment);
        }

        @Override
        public void onKeptRecord(DirectBuffer buffer, int offset, int length) {
            listener.onKeptRecord(buffer, offset, length);
        }

        @Override
        public void onKeptFile(ScannedSegment file, long count) {
            Path copy = target.resolve(source.directory().relativize(file.path()));
            try {
                if (!Files.exists(copy.getParent())) {
                    Files.createDirectories(copy.getParent());
                    forcer.forceDirectory(target);
                }
                copyPrefix(file.path(), copy, file.bytes());
                forcer.forceFile(copy);
                forcer.forceDirectory(copy.getParent());
                keep(copy, file.firstSequence());
            } catch (IOException e) {
                throw new JournalException("cannot copy " + file.path() + " to " + copy + ": " + e.getMessage(), e);
            }
            listener.onKeptFile(file, count);
        }

        @Override
        public void onLoss(long firstSequence, long lastSequence) {
            listener.onLoss(firstSequence, lastSequence);
        }

        @Override
        public void close() {
            hash.close();
        }

        /** Reads the copy once more, since it is the copy that somebody will have to rely on. */
        private void seal(Path copy, ScannedSegment segment) throws IOException {
            Segment copied = new Segment(copy, segment.firstSequence());
            copied.extend(segment.bytes(), segment.lastSequence());
            hash.start(copied);
            hash.seal(manifest);
        }

        /** As {@link #seal}, for a file of the keeper. */
        private void keep(Path copy, long firstSequence) throws IOException {
            try (SegmentCursor cursor = new SegmentCursor()) {
                KeptWalk walk = KeptWalk.walk(copy, firstSequence, cursor);
                if (walk.damage() != null) {
                    throw walk.damage();
                }
                manifest.keep(walk.line());
                manifest.rewrite();
            }
        }

        @Override
        public void onProgress(long bytes, long total) {
            listener.onProgress(bytes, total);
        }

        private static void copyPrefix(Path file, Path copy, long length) throws IOException {
            try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ);
                    FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                long position = 0;
                while (position < length) {
                    long copied = from.transferTo(position, length - position, to);
                    if (copied == 0) {
                        throw new IOException("the file has become shorter than " + length + " bytes");
                    }
                    position += copied;
                }
            }
        }
    }
}
