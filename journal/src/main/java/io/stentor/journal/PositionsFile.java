package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The {@link SequenceMap} of a sealed segment, in a file beside it, so that the first search of a later run need not step
 * through the whole segment.
 *
 * <pre>
 *   0       8         12      16              24             32              40
 *   | magic | version | count | firstSequence | lastSequence | segment bytes | count * (sequence, position) | CRC32C |
 * </pre>
 *
 * <p>It holds nothing that the segment does not: one that is missing, of another segment or damaged is made again from the
 * segment, and the record that is found has the last word. So it is not forced. Stateless.
 */
final class PositionsFile {
    /** Appended to the segment's file name without its suffix. */
    static final String SUFFIX = ".positions";

    private static final String NEW_SUFFIX = ".positions.new";

    /** The bytes "STNTRPOS". */
    private static final long MAGIC = 0x534F_5052_544E_5453L;

    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 40;
    private static final int ENTRY_LENGTH = 2 * Long.BYTES;

    private PositionsFile() {}

    /** Where the file of a segment lies. */
    static Path of(Path segment) {
        return beside(segment, SUFFIX);
    }

    /** Writes the file of a segment, whole or not at all; replaces the one that is there. */
    static void write(Segment segment, SequenceMap positions) throws IOException {
        int count = positions.count();
        ByteBuffer bytes = ByteBuffer.allocate(
                        Math.addExact(Math.multiplyExact(count, ENTRY_LENGTH), HEADER_LENGTH + Integer.BYTES))
                .order(LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(count);
        bytes.putLong(segment.firstSequence).putLong(segment.lastSequence()).putLong(segment.endPosition());
        for (int i = 0; i < count; i++) {
            bytes.putLong(positions.sequenceAt(i)).putLong(positions.positionAt(i));
        }
        bytes.putInt(checksum(bytes, bytes.position())).flip();
        Path written = beside(segment.path, NEW_SUFFIX);
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        Files.move(written, of(segment.path), StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Reads the file of a sealed segment.
     *
     * @return false if there is none that is sound and of this segment; then nothing was noted.
     * @throws IOException if it is there and cannot be read.
     */
    static boolean read(Segment segment, SequenceMap positions) throws IOException {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(of(segment.path))).order(LITTLE_ENDIAN);
        } catch (NoSuchFileException e) {
            return false;
        }
        int contentLength = bytes.capacity() - Integer.BYTES;
        if (contentLength < HEADER_LENGTH
                || bytes.getInt(contentLength) != checksum(bytes, contentLength)
                || bytes.getLong() != MAGIC
                || bytes.getInt() != VERSION) {
            return false;
        }
        int count = bytes.getInt();
        if (count != (contentLength - HEADER_LENGTH) / ENTRY_LENGTH
                || bytes.getLong() != segment.firstSequence
                || bytes.getLong() != segment.lastSequence()
                || bytes.getLong() != segment.endPosition()
                || !isAscending(bytes, segment)) {
            return false;
        }
        for (int entry = HEADER_LENGTH; entry < contentLength; entry += ENTRY_LENGTH) {
            positions.note(bytes.getLong(entry), bytes.getLong(entry + Long.BYTES));
        }
        return true;
    }

    private static boolean isAscending(ByteBuffer bytes, Segment segment) {
        long sequence = segment.firstSequence - 1;
        long position = -1;
        while (bytes.remaining() >= ENTRY_LENGTH) {
            long nextSequence = bytes.getLong();
            long nextPosition = bytes.getLong();
            if (nextSequence <= sequence || nextPosition <= position) {
                return false;
            }
            sequence = nextSequence;
            position = nextPosition;
        }
        return sequence <= segment.lastSequence() && position < segment.endPosition();
    }

    private static int checksum(ByteBuffer bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.slice(0, length));
        return (int) checksum.getValue();
    }

    private static Path beside(Path segment, String suffix) {
        String name = segment.getFileName().toString();
        return segment.resolveSibling(name.substring(0, name.lastIndexOf('.')) + suffix);
    }
}
