package io.stentor.engine.pipeline;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.nio.ByteBuffer;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ManyToManyConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The way into the ring. Any thread may offer; nothing here blocks or allocates. Everything that can be refused for a
 * local reason is refused here, before it has taken a place.
 */
public final class RingEntry {

    /** The ring, or the pool of large records, is full: try again. */
    public static final long BACK_PRESSURED = -1;

    /** The message is longer than the limit. */
    public static final long TOO_LARGE = -2;

    /** The engine is closed, closing or failed. */
    public static final long CLOSED = -3;

    /** The disk is down to its reserve: try again when there is space. */
    public static final long DISK_RESERVE = -4;

    /** The level cannot be given here. */
    public static final long LEVEL_UNAVAILABLE = -5;

    /** A name or an id is longer than its limit. */
    public static final long INVALID = -6;

    /** Large records that may be under way at once: 64 of 64 KiB are 4 MiB. */
    static final int LARGE_RECORDS = 64;

    private final RingBuffer<Slot> ring;
    private final ManyToManyConcurrentArrayQueue<UnsafeBuffer> largeRecords;
    private final int payloadLengthMax;
    private final int recordLengthMax;
    /** Written once, when the engine closes or fails; read by every publisher. */
    private volatile boolean closed;
    /** Written by the pipeline when the disk comes to its reserve or leaves it; read by every publisher. */
    private volatile boolean belowReserve;

    RingEntry(final int capacity, final int payloadLengthMax) {
        this.payloadLengthMax = payloadLengthMax;
        this.recordLengthMax = BitUtil.align(
                RecordLayout.HEADER_LENGTH
                        + MessageBody.length(
                                MessageBody.MAX_SENDER_LENGTH,
                                MessageBody.MAX_MESSAGE_ID_LENGTH,
                                MessageBody.MAX_ORIGIN_LENGTH,
                                MessageBody.MAX_TAGS_LENGTH,
                                payloadLengthMax),
                RecordLayout.ALIGNMENT);
        this.largeRecords = new ManyToManyConcurrentArrayQueue<>(LARGE_RECORDS);
        for (int i = 0; i < LARGE_RECORDS; i++) {
            largeRecords.offer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(recordLengthMax, 64)));
        }
        final ByteBuffer memory = BufferUtil.allocateDirectAligned(capacity * Slot.INLINE_LENGTH, 4096);
        final int[] next = {0};
        // A no-op when it is signalled: the steps poll, so a publisher never pays for a wake-up.
        this.ring = RingBuffer.createMultiProducer(
                () -> new Slot(new UnsafeBuffer(memory, next[0]++ * Slot.INLINE_LENGTH, Slot.INLINE_LENGTH)),
                capacity,
                new YieldingWaitStrategy());
    }

    /**
     * Offers a message.
     *
     * @param parts the message; its bytes are copied.
     * @return a positive ticket, or one of the negative codes above.
     */
    public long offer(final MessageParts parts) {
        if (closed) {
            return CLOSED;
        }
        if (belowReserve) {
            return DISK_RESERVE;
        }
        if (parts.payload.capacity() > payloadLengthMax) {
            return TOO_LARGE;
        }
        if (parts.sender.capacity() > MessageBody.MAX_SENDER_LENGTH
                || parts.messageId.capacity() > MessageBody.MAX_MESSAGE_ID_LENGTH
                || parts.origin.capacity() > MessageBody.MAX_ORIGIN_LENGTH
                || parts.tags.capacity() > MessageBody.MAX_TAGS_LENGTH) {
            return INVALID;
        }
        if (!isLevelAvailable(parts.level)) {
            return LEVEL_UNAVAILABLE;
        }
        final int length = RecordLayout.HEADER_LENGTH
                + MessageBody.length(
                        parts.sender.capacity(),
                        parts.messageId.capacity(),
                        parts.origin.capacity(),
                        parts.tags.capacity(),
                        parts.payload.capacity());
        final long claimed = claim(length);
        if (claimed >= 0) {
            try {
                ring.get(claimed).writeMessage(parts);
            } finally {
                ring.publish(claimed);
            }
            return claimed + 1;
        }
        return BACK_PRESSURED;
    }

    /**
     * Offers a command of the engine's own. It passes where messages are refused for want of disk.
     *
     * @return false when the ring is full or closed.
     */
    boolean offerCommand(final byte recordType, final DirectBuffer body, final int index, final int length) {
        return offerCommand(recordType, body, index, length, null);
    }

    /** As the other one, and tells the sink on the pipeline's last thread when the command is journaled. */
    boolean offerCommand(
            final byte recordType, final DirectBuffer body, final int index, final int length, final ReceiptSink sink) {
        if (closed) {
            return false;
        }
        final long claimed = claim(RecordLayout.HEADER_LENGTH + length);
        if (claimed < 0) {
            return false;
        }
        try {
            final Slot slot = ring.get(claimed);
            slot.writeCommand(recordType, body, index, length);
            slot.sink = sink;
        } finally {
            ring.publish(claimed);
        }
        return true;
    }

    /** The code on the wire of one of the negative codes above. */
    public static ResultCode codeOf(final long refusal) {
        if (refusal == TOO_LARGE) {
            return ResultCode.TOO_LARGE;
        }
        if (refusal == DISK_RESERVE) {
            return ResultCode.DISK_RESERVE;
        }
        if (refusal == LEVEL_UNAVAILABLE) {
            return ResultCode.LEVEL_UNAVAILABLE;
        }
        if (refusal == INVALID) {
            return ResultCode.INVALID;
        }
        return refusal == BACK_PRESSURED ? ResultCode.BACK_PRESSURED : ResultCode.CLOSED;
    }

    /** The longest payload, in bytes. */
    public int payloadLengthMax() {
        return payloadLengthMax;
    }

    RingBuffer<Slot> ring() {
        return ring;
    }

    int recordLengthMax() {
        return recordLengthMax;
    }

    void release(final Slot slot) {
        final UnsafeBuffer borrowed = slot.releaseMemory();
        if (borrowed != null) {
            largeRecords.offer(borrowed);
        }
        slot.sink = null;
        slot.opening = null;
    }

    /** Takes nothing more, for good. */
    void close() {
        closed = true;
    }

    /** Refuses messages for want of disk, or takes them again. */
    void belowReserve(final boolean refuse) {
        if (belowReserve != refuse) {
            belowReserve = refuse;
        }
    }

    /** True once nothing more is taken. */
    boolean isClosed() {
        return closed;
    }

    /** True while messages are refused for want of disk. */
    boolean isBelowReserve() {
        return belowReserve;
    }

    private long claim(final int recordLength) {
        UnsafeBuffer borrowed = null;
        if (recordLength > Slot.INLINE_LENGTH) {
            borrowed = largeRecords.poll();
            if (borrowed == null) {
                return BACK_PRESSURED;
            }
        }
        // Asked first, since the exception is dear; another publisher may still be faster.
        if (ring.hasAvailableCapacity(1)) {
            try {
                final long claimed = ring.tryNext();
                ring.get(claimed).useMemory(borrowed);
                return claimed;
            } catch (final InsufficientCapacityException ex) {
                return backPressured(borrowed);
            }
        }
        return backPressured(borrowed);
    }

    private long backPressured(final UnsafeBuffer borrowed) {
        if (borrowed != null) {
            largeRecords.offer(borrowed);
        }
        return BACK_PRESSURED;
    }

    private static boolean isLevelAvailable(final AckLevel level) {
        return level == AckLevel.NONE
                || level == AckLevel.JOURNALED
                || level == AckLevel.SYNCED
                || level == AckLevel.ACCEPTED;
    }
}
