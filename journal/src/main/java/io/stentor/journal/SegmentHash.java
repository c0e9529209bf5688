package io.stentor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Walks a segment from its start, verifies each record and hashes their bytes: at once or little by little, behind the
 * appender. Belongs to one thread.
 */
final class SegmentHash implements AutoCloseable {
    private static final int CHUNK_BYTES = 16 * 1024;

    private final SegmentCursor cursor = new SegmentCursor();
    private final MessageDigest digest = sha256();
    private final byte[] chunk = new byte[CHUNK_BYTES];
    private Segment segment;
    private SequenceMap positions;
    private long nextSequence;

    /** Begins with a segment. */
    void start(Segment target) {
        segment = target;
        positions = new SequenceMap();
        nextSequence = target.firstSequence;
        digest.reset();
        cursor.moveTo(target, 0);
    }

    /**
     * Walks on.
     *
     * @param lastSequence of the segment, that is there.
     * @param limit bytes after which to pause.
     * @throws JournalDamagedException if a record is not what it must be.
     */
    void advance(long lastSequence, int limit) {
        int count = 0;
        while (count < limit && nextSequence <= lastSequence) {
            if (!cursor.next(nextSequence)) {
                throw cursor.damaged(nextSequence);
            }
            if (cursor.isFirstOfDocument()) {
                positions.note(nextSequence, cursor.documentPosition());
            }
            hash(cursor.recordOffset(), cursor.recordLength());
            count += cursor.recordLength();
            nextSequence++;
        }
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
        String hash = sha256Hex();
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
        if (!sha256Hex().equals(manifest.sealed(segment.name()).sha256())) {
            throw new JournalDamagedException(
                    segment.path.toString(), 0, segment.firstSequence, "records of another hash lie");
        }
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
            advance(segment.lastSequence(), Integer.MAX_VALUE);
        }
    }

    private String sha256Hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private void hash(int offset, int length) {
        int done = 0;
        while (done < length) {
            int part = Math.min(CHUNK_BYTES, length - done);
            cursor.buffer().getBytes(offset + done, chunk, 0, part);
            digest.update(chunk, 0, part);
            done += part;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
