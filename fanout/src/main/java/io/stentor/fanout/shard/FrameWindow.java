package io.stentor.fanout.shard;

import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The recent messages of all topics of the shard in one ring of bytes; each names its topic's message before it, so that a
 * returning client is served by walking back from the topic's head. One thread, the shard's; allocates nothing after
 * construction.
 *
 * <p>Positions count bytes ever written and only grow. What was written at a position is intact while fewer bytes than
 * the capacity were written since, so nothing has to be evicted and nothing is scanned.
 *
 * <pre>
 *   0        4       8          16           24         32     40            48          56
 *   +--------+-------+----------+------------+----------+------+-------------+-----------+--
 *   | length | flags | previous | topicOffset| sequence | term | timestampNs | offeredNs |
 *   +--------+-------+----------+------------+----------+------+-------------+-----------+--
 *  56             58             60           64              68
 *   +--------------+--------------+------------+---------------+--------+--------+------+---------+---------+
 *   | senderLength | originLength | tagsLength | payloadLength | sender | origin | tags | payload | padding |
 *   +--------------+--------------+------------+---------------+--------+--------+------+---------+---------+
 * </pre>
 */
final class FrameWindow {

    /** The position of no message. */
    static final long NONE = -1;

    /** A message longer than this share of the window is not kept: it would push everybody else's out. */
    private static final int LONGEST_SHARE = 4;

    private static final int ALIGNMENT = 8;
    private static final int FLAGS = 4;
    private static final int PREVIOUS = 8;
    private static final int TOPIC_OFFSET = 16;
    private static final int SEQUENCE = 24;
    private static final int TERM = 32;
    private static final int TIMESTAMP = 40;
    private static final int OFFERED = 48;
    private static final int SENDER_LENGTH = 56;
    private static final int ORIGIN_LENGTH = 58;
    private static final int TAGS_LENGTH = 60;
    private static final int PAYLOAD_LENGTH = 64;
    private static final int HEADER_LENGTH = 68;

    private final UnsafeBuffer ring;
    private final int capacity;
    private final int mask;
    private long head;
    private long floor;

    /**
     * A window.
     *
     * @param capacity its bytes, a power of two.
     */
    FrameWindow(final int capacity) {
        this.capacity = capacity;
        this.mask = capacity - 1;
        this.ring = new UnsafeBuffer(ByteBuffer.allocateDirect(capacity));
    }

    /**
     * Adds a message.
     *
     * @param message the message.
     * @param previous the position of its topic's message before it; {@link #NONE} when that is not known.
     * @return its position, or {@link #NONE} when it is too long to be kept.
     */
    long append(final Message message, final long previous) {
        final int length = BitUtil.align(
                HEADER_LENGTH
                        + message.senderLength
                        + message.originLength
                        + message.tagsLength
                        + message.payloadLength,
                ALIGNMENT);
        if (length > capacity / LONGEST_SHARE) {
            return NONE;
        }
        final int room = capacity - ((int) head & mask);
        if (length > room) {
            head += room;
        }
        final long position = head;
        final int at = (int) position & mask;
        ring.putInt(at, length);
        ring.putInt(at + FLAGS, message.flags);
        ring.putLong(at + PREVIOUS, previous);
        ring.putLong(at + TOPIC_OFFSET, message.topicOffset);
        ring.putLong(at + SEQUENCE, message.sequence);
        ring.putLong(at + TERM, message.term);
        ring.putLong(at + TIMESTAMP, message.timestampNs);
        ring.putLong(at + OFFERED, message.offeredNs);
        ring.putShort(at + SENDER_LENGTH, (short) message.senderLength);
        ring.putShort(at + ORIGIN_LENGTH, (short) message.originLength);
        ring.putInt(at + TAGS_LENGTH, message.tagsLength);
        ring.putInt(at + PAYLOAD_LENGTH, message.payloadLength);
        putRanges(at + HEADER_LENGTH, message);
        head += length;
        return position;
    }

    /**
     * Finds a message of a topic by walking back from its head.
     *
     * @param from the position of the topic's message {@code fromOffset}.
     * @param fromOffset where the walk begins.
     * @param topicOffset the wanted message, at most {@code fromOffset}.
     * @param stepsMax the most messages to walk over.
     * @return its position, or {@link #NONE} when it is not here or too far back.
     */
    long find(final long from, final long fromOffset, final long topicOffset, final int stepsMax) {
        if (fromOffset - topicOffset > stepsMax) {
            return NONE;
        }
        long position = from;
        long offset = fromOffset;
        while (holds(position)) {
            if (offset == topicOffset) {
                return position;
            }
            position = ring.getLong(at(position) + PREVIOUS);
            offset--;
        }
        return NONE;
    }

    /**
     * Collects the positions of a topic's messages.
     *
     * @param from the position of the topic's message {@code fromOffset}.
     * @param fromOffset the topic's head.
     * @param afterOffset the last message that is not wanted.
     * @param positions takes the positions, the message after {@code afterOffset} first.
     * @return how many there are; -1 when they are not all here or more than {@code positions} takes.
     */
    int collect(final long from, final long fromOffset, final long afterOffset, final long[] positions) {
        final long count = fromOffset - afterOffset;
        if (count > positions.length) {
            return -1;
        }
        long position = from;
        for (int i = (int) count - 1; i >= 0; i--) {
            if (!holds(position)) {
                return -1;
            }
            positions[i] = position;
            position = ring.getLong(at(position) + PREVIOUS);
        }
        return (int) count;
    }

    /** True while the message at a position is intact. */
    boolean holds(final long position) {
        return position >= floor && position >= head - capacity;
    }

    long sequence(final long position) {
        return ring.getLong(at(position) + SEQUENCE);
    }

    long offeredNs(final long position) {
        return ring.getLong(at(position) + OFFERED);
    }

    int payloadLength(final long position) {
        return ring.getInt(at(position) + PAYLOAD_LENGTH);
    }

    /** Points {@code message} at the message at a position; valid until the next append. */
    Message read(final long position, final Message message) {
        final int at = at(position);
        message.topicOffset = ring.getLong(at + TOPIC_OFFSET);
        message.sequence = ring.getLong(at + SEQUENCE);
        message.term = ring.getLong(at + TERM);
        message.timestampNs = ring.getLong(at + TIMESTAMP);
        message.offeredNs = ring.getLong(at + OFFERED);
        message.flags = ring.getInt(at + FLAGS);
        message.buffer = ring;
        message.senderIndex = at + HEADER_LENGTH;
        message.senderLength = ring.getShort(at + SENDER_LENGTH);
        message.originIndex = message.senderIndex + message.senderLength;
        message.originLength = ring.getShort(at + ORIGIN_LENGTH);
        message.tagsIndex = message.originIndex + message.originLength;
        message.tagsLength = ring.getInt(at + TAGS_LENGTH);
        message.payloadIndex = message.tagsIndex + message.tagsLength;
        message.payloadLength = ring.getInt(at + PAYLOAD_LENGTH);
        return message;
    }

    /** Forgets everything: what is here may not be of the log any more. */
    void clear() {
        floor = head;
    }

    private void putRanges(final int index, final Message message) {
        int at = index;
        ring.putBytes(at, message.buffer, message.senderIndex, message.senderLength);
        at += message.senderLength;
        ring.putBytes(at, message.buffer, message.originIndex, message.originLength);
        at += message.originLength;
        ring.putBytes(at, message.buffer, message.tagsIndex, message.tagsLength);
        at += message.tagsLength;
        ring.putBytes(at, message.buffer, message.payloadIndex, message.payloadLength);
    }

    private int at(final long position) {
        return (int) position & mask;
    }
}
