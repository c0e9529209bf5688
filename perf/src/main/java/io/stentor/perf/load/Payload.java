package io.stentor.perf.load;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.stentor.journal.RecordChecksum;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * What a message of the rig carries: enough to time it and to prove that it is the one that was sent.
 *
 * <pre>
 *   0            8          16          24      28        length - 4   length
 *   +------------+----------+-----------+-------+---- - - - ----+----------+
 *   | intendedNs |  number  |  ordinal  | topic | filler        | checksum |
 *   +------------+----------+-----------+-------+---- - - - ----+----------+
 * </pre>
 *
 * <p>The number counts all messages of a run from 0, the ordinal those to its topic.
 *
 * <p>The checksum is the CRC32C of all before it. Stateless.
 */
final class Payload {
    /** The fields and the checksum. */
    static final int LENGTH_MIN = 32;

    /** No message's number: what arrived is not what was sent. */
    static final long CORRUPT = -1;

    private static final int INTENDED_OFFSET = 0;
    private static final int NUMBER_OFFSET = 8;
    private static final int ORDINAL_OFFSET = 16;
    private static final int TOPIC_OFFSET = 24;
    private static final int FILLER_OFFSET = 28;
    private static final int CHECKSUM_LENGTH = 4;

    private Payload() {}

    /** Writes what is the same in every message: bytes that no page of zeros could be mistaken for. */
    static void fill(final MutableDirectBuffer buffer, final int length) {
        for (int i = FILLER_OFFSET; i < length; i++) {
            buffer.putByte(i, (byte) ('!' + i % ('~' - '!')));
        }
    }

    /** Stamps a filled buffer as one message. */
    static void stamp(
            final MutableDirectBuffer buffer,
            final int length,
            final long number,
            final int topic,
            final long ordinal,
            final long intendedNs) {
        buffer.putLong(INTENDED_OFFSET, intendedNs, LITTLE_ENDIAN);
        buffer.putLong(NUMBER_OFFSET, number, LITTLE_ENDIAN);
        buffer.putLong(ORDINAL_OFFSET, ordinal, LITTLE_ENDIAN);
        buffer.putInt(TOPIC_OFFSET, topic, LITTLE_ENDIAN);
        final int checked = length - CHECKSUM_LENGTH;
        buffer.putInt(checked, RecordChecksum.compute(buffer, 0, checked), LITTLE_ENDIAN);
    }

    /**
     * Verifies a payload that arrived.
     *
     * @return the message's number, or {@link #CORRUPT}.
     */
    static long verify(final DirectBuffer buffer, final int index, final int length) {
        final int checked = length - CHECKSUM_LENGTH;
        if (length < LENGTH_MIN
                || buffer.getInt(index + checked, LITTLE_ENDIAN) != RecordChecksum.compute(buffer, index, checked)) {
            return CORRUPT;
        }
        return buffer.getLong(index + NUMBER_OFFSET, LITTLE_ENDIAN);
    }

    /** The index of a verified message's topic. */
    static int topic(final DirectBuffer buffer, final int index) {
        return buffer.getInt(index + TOPIC_OFFSET, LITTLE_ENDIAN);
    }

    /** A verified message's place in what was sent to its topic, from 0. */
    static long ordinal(final DirectBuffer buffer, final int index) {
        return buffer.getLong(index + ORDINAL_OFFSET, LITTLE_ENDIAN);
    }

    /** When a verified message was meant to be sent. */
    static long intendedNs(final DirectBuffer buffer, final int index) {
        return buffer.getLong(index + INTENDED_OFFSET, LITTLE_ENDIAN);
    }
}
