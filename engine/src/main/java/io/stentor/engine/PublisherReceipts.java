package io.stentor.engine;

import static org.agrona.BitUtil.CACHE_LINE_LENGTH;

import io.stentor.engine.pipeline.ReceiptSink;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.MessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * Carries the receipts of one publisher from the pipeline's thread to the thread for receipts, so that what a listener
 * does cannot hold up the pipeline. A receipt always finds room: no more messages are let in than there is room for.
 *
 * <pre>
 *   0 long ticket | 8 long topicId | 16 long sequence | 24 long offset | 32 int code | 36 int level
 * </pre>
 */
final class PublisherReceipts implements ReceiptSink {

    /** The most messages of one publisher that are under way at once. */
    static final int IN_FLIGHT_MAX = 8192;

    private static final int LENGTH = 40;
    /** Header and alignment of the ring buffer bring 40 bytes to 48. */
    private static final int CAPACITY = IN_FLIGHT_MAX * 64;

    private final OneToOneRingBuffer receipts = new OneToOneRingBuffer(new UnsafeBuffer(
            BufferUtil.allocateDirectAligned(CAPACITY + RingBufferDescriptor.TRAILER_LENGTH, CACHE_LINE_LENGTH)));
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[LENGTH]);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final MessageHandler messageHandler = this::onMessage;
    private final ReceiptListener listener;

    private final Runnable wakeUp;

    /**
     * Receipts of one publisher.
     *
     * @param listener is told of each, on the thread for receipts.
     * @param wakeUp wakes that thread.
     */
    PublisherReceipts(final ReceiptListener listener, final Runnable wakeUp) {
        this.listener = listener;
        this.wakeUp = wakeUp;
    }

    /** Makes room for one receipt; publisher's thread. */
    boolean reserve() {
        if (inFlight.incrementAndGet() > IN_FLIGHT_MAX) {
            inFlight.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives the room back when the message was refused at once; publisher's thread. */
    void unreserve() {
        inFlight.decrementAndGet();
    }

    @Override
    public void onReceipt(
            final long correlationId,
            final ResultCode code,
            final AckLevel reached,
            final long topicId,
            final long sequence,
            final long topicOffset) {
        final MutableDirectBuffer to = buffer;
        to.putLong(0, correlationId);
        to.putLong(8, topicId);
        to.putLong(16, sequence);
        to.putLong(24, topicOffset);
        to.putInt(32, code.value());
        to.putInt(36, reached.value());
        if (!receipts.write(1, to, 0, LENGTH)) {
            throw new IllegalStateException("no room for a receipt although it was reserved");
        }
        wakeUp.run();
    }

    /** Hands out what has come; thread for receipts. */
    int poll() {
        return receipts.read(messageHandler);
    }

    private void onMessage(final int typeId, final MutableDirectBuffer from, final int index, final int length) {
        inFlight.decrementAndGet();
        listener.onReceipt(
                from.getLong(index),
                ResultCode.get((short) from.getInt(index + 32)),
                from.getLong(index + 8),
                from.getLong(index + 16),
                from.getLong(index + 24),
                AckLevel.get((short) from.getInt(index + 36)));
    }
}
