package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The file that makes a directory ours and gives the log its identity. Written once, durably, when the journal is made.
 *
 * <pre>
 *   0               8         12        16              24       28
 *   +---------------+---------+---------+---------------+--------+
 *   | "STNTRLOG"    | version | groupId |     logId     | CRC32C |   little endian
 *   +---------------+---------+---------+---------------+--------+
 * </pre>
 */
record JournalIdentity(long logId, int groupId) {
    static final String FILE_NAME = "stentor.journal";
    static final String NEW_FILE_NAME = "stentor.journal.new";

    /** The bytes "STNTRLOG". */
    static final long MAGIC = 0x474F4C5254_4E5453L;

    /** Version of the layout of the directory, of this file and of the records. */
    static final int FORMAT_VERSION = 1;

    private static final int VERSION_OFFSET = 8;
    private static final int GROUP_ID_OFFSET = 12;
    private static final int LOG_ID_OFFSET = 16;
    private static final int CHECKSUM_OFFSET = 24;
    private static final int LENGTH = 28;

    /** Draws the identity of a new log. */
    static JournalIdentity draw(int groupId) {
        return new JournalIdentity((new SecureRandom().nextLong() >>> 1) + 1, groupId);
    }

    /**
     * Reads the identity.
     *
     * @throws JournalException if the file is not one of ours, or of a version that this code does not read.
     */
    static JournalIdentity read(Path directory) throws IOException {
        Path file = directory.resolve(FILE_NAME);
        byte[] bytes = Files.readAllBytes(file);
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        if (bytes.length < VERSION_OFFSET + Integer.BYTES || buffer.getLong(0, LITTLE_ENDIAN) != MAGIC) {
            throw new JournalException(directory + " is not a journal of ours: " + FILE_NAME + " has another magic");
        }
        int version = buffer.getInt(VERSION_OFFSET, LITTLE_ENDIAN);
        if (version != FORMAT_VERSION) {
            throw new JournalException(
                    directory + " has format version " + version + ", this software reads " + FORMAT_VERSION);
        }
        if (bytes.length != LENGTH
                || buffer.getInt(CHECKSUM_OFFSET, LITTLE_ENDIAN)
                        != RecordChecksum.compute(buffer, 0, CHECKSUM_OFFSET)) {
            throw new JournalException(file + " is damaged");
        }
        return new JournalIdentity(
                buffer.getLong(LOG_ID_OFFSET, LITTLE_ENDIAN), buffer.getInt(GROUP_ID_OFFSET, LITTLE_ENDIAN));
    }

    /** Writes the identity so that it is there whole or not at all, and survives a power cut. */
    void write(Path directory) throws IOException {
        byte[] bytes = new byte[LENGTH];
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        buffer.putLong(0, MAGIC, LITTLE_ENDIAN);
        buffer.putInt(VERSION_OFFSET, FORMAT_VERSION, LITTLE_ENDIAN);
        buffer.putInt(GROUP_ID_OFFSET, groupId, LITTLE_ENDIAN);
        buffer.putLong(LOG_ID_OFFSET, logId, LITTLE_ENDIAN);
        buffer.putInt(CHECKSUM_OFFSET, RecordChecksum.compute(buffer, 0, CHECKSUM_OFFSET), LITTLE_ENDIAN);
        Path written = directory.resolve(NEW_FILE_NAME);
        try (FileChannel channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes));
            channel.force(true);
        }
        Files.move(written, directory.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
    }
}
