package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#TERM}, the first record of each start of an engine.
 *
 * <pre>
 *   0               8                   16
 *   +---------------+-------------------+------------------------------------+
 *   |     logId     | startEpochMs      | version of the software ... to the end, in UTF-8
 *   +---------------+-------------------+------------------------------------+
 * </pre>
 *
 * <p>Stateless: any thread may call any method on bytes that it owns.
 */
public final class TermBody {
    /** Longest version of the software in bytes. */
    public static final int MAX_SOFTWARE_LENGTH = 64;

    private static final int LOG_ID_OFFSET = RecordLayout.BODY_OFFSET;
    private static final int START_EPOCH_MS_OFFSET = RecordLayout.BODY_OFFSET + 8;
    private static final int SOFTWARE_OFFSET = RecordLayout.BODY_OFFSET + 16;
    private static final int PREFIX_LENGTH = 16;

    private TermBody() {}

    /**
     * Length of the body, for {@link RecordLayout#start}.
     *
     * @param softwareLength length of the software's version in bytes, at most {@link #MAX_SOFTWARE_LENGTH}.
     * @return length in bytes.
     * @throws IllegalArgumentException if it is longer than that.
     */
    public static int length(int softwareLength) {
        if (softwareLength < 0 || softwareLength > MAX_SOFTWARE_LENGTH) {
            throw new IllegalArgumentException(
                    "softwareLength=" + softwareLength + " bytes is not within 0.." + MAX_SOFTWARE_LENGTH);
        }
        return PREFIX_LENGTH + softwareLength;
    }

    /** Id of the log that the term belongs to. */
    public static long logId(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + LOG_ID_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #logId(DirectBuffer, int)} reads. */
    public static void logId(MutableDirectBuffer buffer, int recordOffset, long logId) {
        buffer.putLong(recordOffset + LOG_ID_OFFSET, logId, LITTLE_ENDIAN);
    }

    /** Wall clock at the start, in milliseconds since 1970: for people to read, decides nothing. */
    public static long startEpochMs(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + START_EPOCH_MS_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #startEpochMs(DirectBuffer, int)} reads. */
    public static void startEpochMs(MutableDirectBuffer buffer, int recordOffset, long startEpochMs) {
        buffer.putLong(recordOffset + START_EPOCH_MS_OFFSET, startEpochMs, LITTLE_ENDIAN);
    }

    /** Version of the software as a string; allocates. */
    public static String software(DirectBuffer buffer, int recordOffset) {
        return buffer.getStringWithoutLengthUtf8(
                recordOffset + SOFTWARE_OFFSET, RecordLayout.bodyLength(buffer, recordOffset) - PREFIX_LENGTH);
    }

    /** Writes the software's version in UTF-8; the record must have been started with its length. */
    public static void software(MutableDirectBuffer buffer, int recordOffset, byte[] software) {
        buffer.putBytes(recordOffset + SOFTWARE_OFFSET, software);
    }
}
