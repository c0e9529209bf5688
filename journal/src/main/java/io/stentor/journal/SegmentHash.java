package io.stentor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Walks a segment from its start, verifies each record and hashes their bytes: at once or little by little, behind the
 * appender. Belongs to one thread.
 */
final class SegmentHash implements AutoCloseable {
    /** What one call of a walk to the end counts up to, and overshoots by less than a record. */
    private static final int WALK_BYTES = 1 << 30;

    private final SegmentCursor cursor = new SegmentCursor();
    private final RecordsHash records = new RecordsHash();
    private Segment segment;
    private SequenceMap positions;
    private long nextSequence;

    /** Begins with a segment. */
    void start(Segment target) {
        segment = target;
        positions = new SequenceMap();
        nextSequence = target.firstSequence;
        records.reset();
        cursor.moveTo(target, 0);
    }

    /**
     * Walks on.
     *
     * @param lastSequence of the segment, that is there.
     * @param limit bytes after which to pause.
     * @return bytes of the records that were walked.
     * @throws JournalDamagedException if a record is not what it must be.
     */
    int advance(long lastSequence, int limit) {
        int count = 0;
        while (count < limit && nextSequence <= lastSequence) {
            if (!cursor.next(nextSequence)) {
                throw cursor.damaged(nextSequence);
            }
            nextSequence = cursor.recordSequence();
            if (cursor.isFirstOfDocument()) {
                positions.note(nextSequence, cursor.documentPosition());
            }
            records.add(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
            count += cursor.recordLength();
            nextSequence++;
        }
        return count;
    }

    long nextSequence() {
        return nextSequence;
    }

    /** Bytes of the segment that are not walked yet. */
    long remainingBytes() {
        return segment.endPosition() - cursor.position();
    }

    /**
     * Walks whatever is left, writes the positions and the manifest's line, then cuts the file to its end.
     *
     * @throws JournalDamagedException if a record is not what it must be.
     */
    void seal(Manifest manifest) throws IOException {
        walkAll();
        segment.writePositions(positions);
        long length = segment.endPosition();
        String hash = records.finish();
        manifest.add(new Manifest.Sealed(segment.name(), length, segment.firstSequence, segment.lastSequence(), hash));
        cut(segment.path, length);
        segment.seal();
    }

    /**
     * Walks whatever is left of a sealed segment and compares the hash with the manifest's.
     *
     * @throws JournalDamagedException if they differ, or a record is not what it must be.
     */
    void requireHash(Manifest manifest) {
        walkAll();
        String known = manifest.sha256(segment.name());
        // One that was removed meanwhile is not known any more.
        if (known != null && !records.finish().equals(known)) {
            throw otherRecords(segment.path, segment.firstSequence);
        }
    }

    /** Every record of a sealed segment is sound, but together they are not those that were sealed. */
    static JournalDamagedException otherRecords(Path path, long firstSequence) {
        return new JournalDamagedException(
                path.toString(), 0, firstSequence, "sound records, but not those that were sealed, lie");
    }

    /** Cuts a file; the manifest has its length, so that whoever opens the journal can do it again. */
    static void cut(Path path, long length) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    @Override
    public void close() {
        cursor.close();
    }

    private void walkAll() {
        while (nextSequence <= segment.lastSequence()) {
            advance(segment.lastSequence(), WALK_BYTES);
        }
    }
}
