package io.stentor.perf.load;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.stentor.journal.RecordChecksum;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a message of the rig carries: enough to time it and to prove that it is the one that was sent.
 *
 * <pre>
 *   0            8          16      20            length - 4   length
 *   +------------+----------+-------+---- - - - ------+----------+
 *   | intendedNs |  number  | magic | filler          | checksum |
 *   +------------+----------+-------+---- - - - ------+----------+
 * </pre>
 *
 * <p>The checksum is the CRC32C of all before it. Stateless.
 */
final class Payload {
    /** The fields, the checksum and two words of filler, so that there is always something between them. */
    static final int LENGTH_MIN = 32;

    /** No message's number: what arrived is not what was sent. */
    static final long CORRUPT = -1;

    /** The bytes "LOAD" in a dump. */
    private static final int MAGIC = 0x44414F4C;

    private static final int INTENDED_OFFSET = 0;
    private static final int NUMBER_OFFSET = 8;
    private static final int MAGIC_OFFSET = 16;
    private static final int FILLER_OFFSET = 20;
    private static final int CHECKSUM_LENGTH = 4;

    private Payload() {}

    /** Writes what is the same in every message: the magic and bytes that no page of zeros could be mistaken for. */
    static void fill(final MutableDirectBuffer buffer, final int length) {
        buffer.putInt(MAGIC_OFFSET, MAGIC, LITTLE_ENDIAN);
        for (int i = FILLER_OFFSET; i < length; i++) {
            buffer.putByte(i, (byte) ('!' + i % ('~' - '!')));
        }
    }

    /** Stamps a filled buffer as one message. */
    static void stamp(final MutableDirectBuffer buffer, final int length, final long number, final long intendedNs) {
        buffer.putLong(INTENDED_OFFSET, intendedNs, LITTLE_ENDIAN);
        buffer.putLong(NUMBER_OFFSET, number, LITTLE_ENDIAN);
        final int checked = length - CHECKSUM_LENGTH;
        buffer.putInt(checked, RecordChecksum.compute(buffer, 0, checked), LITTLE_ENDIAN);
    }

    /**
     * Verifies a payload that arrived.
     *
     * @return the message's number, or {@link #CORRUPT}.
     */
    static long verify(final DirectBuffer buffer, final int index, final int length, final int lengthExpected) {
        final int checked = length - CHECKSUM_LENGTH;
        if (length != lengthExpected
                || buffer.getInt(index + MAGIC_OFFSET, LITTLE_ENDIAN) != MAGIC
                || buffer.getInt(index + checked, LITTLE_ENDIAN) != RecordChecksum.compute(buffer, index, checked)) {
            return CORRUPT;
        }
        return buffer.getLong(index + NUMBER_OFFSET, LITTLE_ENDIAN);
    }

    /** When a verified message was meant to be sent. */
    static long intendedNs(final DirectBuffer buffer, final int index) {
        return buffer.getLong(index + INTENDED_OFFSET, LITTLE_ENDIAN);
    }
}
