package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.DirectBuffer;

/**
 * The files of a journal, read without owning it: what the tools see. Nothing is locked, changed or repaired, and Chronicle is not
 * used. The journal may be written by another process meanwhile; what it journals after a scan has begun may or may not be seen.
 *
 * <p>Belongs to one thread.
 */
public final class JournalFiles {
    private static final long PROGRESS_BYTES = 1 << 20;

    private final Path directory;
    private final JournalIdentity identity;

    private JournalFiles(Path directory, JournalIdentity identity) {
        this.directory = directory;
        this.identity = identity;
    }

    /**
     * Finds a journal.
     *
     * @param directory that a {@link JournalContext} named.
     * @throws JournalException if there is none, or one of another version.
     */
    public static JournalFiles of(Path directory) {
        try {
            return new JournalFiles(directory, JournalIdentity.read(directory));
        } catch (NoSuchFileException e) {
            throw new JournalException(directory + " is not a journal: it has no " + JournalIdentity.FILE_NAME, e);
        } catch (IOException e) {
            throw new JournalException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Identity of the log.
     *
     * @return a number above 0.
     */
    public long logId() {
        return identity.logId();
    }

    /**
     * Group of members that holds the log.
     *
     * @return its id.
     */
    public int groupId() {
        return identity.groupId();
    }

    /**
     * Tells whether a process owns the journal just now.
     *
     * @return a moment's truth.
     */
    public boolean isInUse() {
        try {
            return DirectoryLock.isHeld(directory);
        } catch (IOException e) {
            throw new JournalException("cannot read the lock of " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads and verifies every record, in order, what is kept of removed segments first, and that those of each sealed segment
     * and of each file of the keeper are the ones that were written.
     *
     * @param listener told what is found.
     * @return the last record's sequence; one less than the first possible if there is none.
     * @throws JournalDamagedException at the first record that does not verify; everything before it was handed out. It
     *     names what is lost with it.
     */
    public long scan(ScanListener listener) {
        try (SegmentCursor cursor = new SegmentCursor();
                ChannelForcer forcer = new ChannelForcer()) {
            boolean inUse = isInUse();
            // Before the files are listed: they hold all of it.
            long synced = SyncMark.read(directory, logId());
            Manifest manifest = Manifest.read(directory, forcer, false);
            List<Path> files = files(manifest);
            long total =
                    manifest.kept().stream().mapToLong(Manifest.Kept::length).sum();
            for (Path file : files) {
                total += Files.exists(file) ? Files.size(file) : 0;
            }
            long last = 0;
            long bytes = scanKept(manifest, cursor, total, listener);
            for (Path file : files) {
                Manifest.Sealed known = manifest.sealed(Segment.nameOf(file));
                long first = firstSequence(file, known, last, manifest, listener);
                Scan scan = new Scan(cursor, listener, first, bytes, total);
                SegmentWalk walk = SegmentWalk.walk(file, cursor, first, synced, scan, inUse && known == null);
                JournalDamagedException damage = damageOf(file, walk, known, manifest, endOf(file, files, synced));
                if (damage != null) {
                    throw damage;
                }
                last = scan.finish(file, walk, known);
                bytes += Files.size(file);
                listener.onProgress(bytes, total);
            }
            if (last < synced && !manifest.isLost(new Manifest.Lost(last + 1, synced))) {
                throw SyncMark.missing(JournalDirectory.logOf(directory), -1, last + 1, synced)
                        .losing(last + 1, synced);
            }
            return last;
        } catch (IOException e) {
            throw new JournalException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Reads what the keeper has; the bytes of it. */
    private long scanKept(Manifest manifest, SegmentCursor cursor, long total, ScanListener listener)
            throws IOException {
        long bytes = 0;
        for (Manifest.Kept known : manifest.kept()) {
            Path file = directory.resolve(known.file());
            if (!Files.exists(file)) {
                requireKeptStill(known);
                throw KeptWalk.missing(file, known);
            }
            KeptWalk walk = KeptWalk.walk(file, known.firstSequence(), cursor, listener::onKeptRecord);
            JournalDamagedException damage = walk.damageOf(known);
            if (damage != null) {
                throw damage;
            }
            listener.onKeptFile(walk.scanned(), walk.count());
            bytes += known.length();
            listener.onProgress(bytes, total);
        }
        return bytes;
    }

    private void requireKeptStill(Manifest.Kept known) throws IOException {
        try (ChannelForcer forcer = new ChannelForcer()) {
            if (Manifest.read(directory, forcer, false).kept(known.file()) == null) {
                throw new JournalException(
                        known.file() + " was removed from " + directory + " while it was read: try again");
            }
        }
    }

    /**
     * Finds out which records are lost with damage that a reader met: walks the damaged file, if it was sealed.
     *
     * @param damage that does not say so.
     * @return the damage as it is found now, with what is lost; what was given, if nothing more can be said.
     */
    public JournalDamagedException examine(JournalDamagedException damage) {
        Path file = Path.of(damage.file());
        try (SegmentCursor cursor = new SegmentCursor();
                ChannelForcer forcer = new ChannelForcer()) {
            Manifest manifest = Manifest.read(directory, forcer, false);
            Manifest.Kept kept = manifest.kept(Segment.nameOf(file));
            if (kept != null && Files.exists(file)) {
                JournalDamagedException found =
                        KeptWalk.walk(file, kept.firstSequence(), cursor).damageOf(kept);
                return found == null ? damage : found;
            }
            Manifest.Sealed known = manifest.sealed(Segment.nameOf(file));
            if (known == null || !Files.exists(file)) {
                return damage;
            }
            SegmentWalk walk = SegmentWalk.walk(
                    file, cursor, known.firstSequence(), SyncMark.UNKNOWN, (buffer, offset, length) -> {});
            JournalDamagedException found = damageOf(file, walk, known, manifest, known.lastSequence());
            return found == null ? damage : found;
        } catch (IOException e) {
            return damage;
        }
    }

    /**
     * Records that an operator has given up, as {@link Journal#givenUp} tells.
     *
     * @return what the manifest says now.
     */
    public List<GivenUp> givenUp() {
        try (ChannelForcer forcer = new ChannelForcer()) {
            return Manifest.read(directory, forcer, false).givenUp();
        } catch (IOException e) {
            throw new JournalException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    Path directory() {
        return directory;
    }

    JournalIdentity identity() {
        return identity;
    }

    /** What is there and what the manifest says should be; names sort as records do. */
    private List<Path> files(Manifest manifest) throws IOException {
        Set<Path> files = new TreeSet<>();
        Path log = JournalDirectory.logOf(directory);
        for (Path run : JournalDirectory.runsIn(log)) {
            for (Path file : JournalDirectory.segmentsOf(run)) {
                if (!manifest.isTrimmed(Segment.nameOf(file))) {
                    files.add(file);
                }
            }
        }
        for (Manifest.Sealed sealed : manifest.sealed()) {
            files.add(log.resolve(sealed.file()));
        }
        return List.copyOf(files);
    }

    private long firstSequence(Path file, Manifest.Sealed known, long last, Manifest manifest, ScanListener listener)
            throws IOException {
        long next = last > 0 ? last + 1 : manifest.firstRetained();
        long first = known == null
                ? Math.max(next, JournalDirectory.firstSequenceOf(file.getParent()))
                : known.firstSequence();
        if (!Files.exists(file)) {
            long firstRetained;
            try (ChannelForcer forcer = new ChannelForcer()) {
                firstRetained = Manifest.read(directory, forcer, false).firstRetained();
            }
            if (first < firstRetained) {
                throw new JournalException("records before " + firstRetained + " were removed from " + directory
                        + " while it was read: try again");
            }
            throw new JournalDamagedException(file.toString(), -1, first, "a file is missing:")
                    .losing(first, known.lastSequence());
        }
        if (last > 0 && first != next) {
            if (!manifest.isLost(new Manifest.Lost(next, first - 1))) {
                throw new JournalDamagedException(file.toString(), 0, next, "record " + first + " lies")
                        .losing(next, first - 1);
            }
            listener.onLoss(next, first - 1);
        }
        return first;
    }

    /** The last record that a file is known to have had, if it is the last one; 0 otherwise. */
    private static long endOf(Path file, List<Path> files, long synced) {
        return file.equals(files.get(files.size() - 1)) ? synced : 0;
    }

    /** What is wrong with a file that was walked, and what is lost with it beyond what was given up; null if nothing is. */
    private static JournalDamagedException damageOf(
            Path file, SegmentWalk walk, Manifest.Sealed known, Manifest manifest, long end) {
        if (walk.damage() != null) {
            List<Manifest.Lost> lost = walk.lostUpTo(Math.max(end, known == null ? 0 : known.lastSequence())).stream()
                    .filter(range -> !manifest.isLost(range))
                    .toList();
            return walk.damage().losing(lost);
        }
        Segment segment = walk.segment();
        if (known == null || segment.lastSequence() == known.lastSequence()) {
            return null;
        }
        long next = segment.lastSequence() + 1;
        return new JournalDamagedException(file.toString(), segment.endPosition(), next, "the file ends")
                .losing(Math.min(next, known.lastSequence()), known.lastSequence());
    }

    /** Hands one segment's records on and notes what a listener is told at its end. */
    private static final class Scan implements RecordHandler {
        private final SegmentCursor cursor;
        private final ScanListener listener;
        private final RecordsHash hash = new RecordsHash();
        private long nextSequence;
        private final long bytesBefore;
        private final long total;
        private long toldPosition;
        private long firstTimestampNs;
        private long lastTimestampNs;

        Scan(SegmentCursor cursor, ScanListener listener, long firstSequence, long bytesBefore, long total) {
            nextSequence = firstSequence;
            this.cursor = cursor;
            this.listener = listener;
            this.bytesBefore = bytesBefore;
            this.total = total;
        }

        @Override
        public void onRecord(DirectBuffer buffer, int offset, int length) {
            if (RecordLayout.sequence(buffer, offset) != nextSequence) {
                // It lies behind damage, which ends the scan when the walk is over.
                return;
            }
            nextSequence++;
            hash.add(buffer, offset, length);
            lastTimestampNs = RecordLayout.timestampNs(buffer, offset);
            if (firstTimestampNs == 0) {
                firstTimestampNs = lastTimestampNs;
            }
            listener.onRecord(buffer, offset, length);
            if (cursor.position() - toldPosition >= PROGRESS_BYTES) {
                toldPosition = cursor.position();
                listener.onProgress(bytesBefore + toldPosition, total);
            }
        }

        /** Tells of the segment, unless it holds nothing; the last sequence so far. */
        long finish(Path file, SegmentWalk walk, Manifest.Sealed known) {
            Segment segment = walk.segment();
            if (known != null && !hash.finish().equals(known.sha256())) {
                throw SegmentHash.otherRecords(file, known.firstSequence());
            }
            if (segment.lastSequence() >= segment.firstSequence) {
                listener.onSegment(new ScannedSegment(
                        file,
                        segment.firstSequence,
                        segment.lastSequence(),
                        segment.endPosition(),
                        firstTimestampNs,
                        lastTimestampNs,
                        walk.isTorn()));
            }
            return segment.lastSequence();
        }
    }
}
