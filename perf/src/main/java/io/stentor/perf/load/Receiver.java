package io.stentor.perf.load;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntToLongFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.NanoClock;

/**
 * One subscriber: verifies every message, places it, and times it from its intended time. The callback belongs to the
 * thread that delivers, which writes every counter here; the reporter reads them.
 */
final class Receiver implements DeliveryListener {
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong corrupt = new AtomicLong();
    private final AtomicLong duplicated = new AtomicLong();
    private final AtomicLong outOfOrder = new AtomicLong();
    private final AtomicLong misplaced = new AtomicLong();
    private final SingleWriterRecorder latency = new SingleWriterRecorder(StageLog.SIGNIFICANT_DIGITS);

    /** By topic; null for those that it did not subscribe to. */
    private final StreamCheck[] streams;

    private final NanoClock clock;
    private final EpochNanoClock wallClock;
    private final long recordFrom;
    private Histogram recycled;

    /** Written by the thread that delivers, read once the path is closed; ended threads order the two. */
    private long arrivedSum;

    /**
     * A subscriber.
     *
     * @param topicCount how many topics there are.
     * @param topics those that it subscribes to.
     * @param clock that the intended times are of.
     * @param wallClock another one, for what is counted without the first.
     * @param recordFrom number of the first message whose latency is recorded.
     */
    Receiver(
            final int topicCount,
            final int[] topics,
            final NanoClock clock,
            final EpochNanoClock wallClock,
            final long recordFrom) {
        this.clock = clock;
        this.wallClock = wallClock;
        this.recordFrom = recordFrom;
        streams = new StreamCheck[topicCount];
        for (final int topic : topics) {
            streams[topic] = new StreamCheck();
        }
    }

    @Override
    public void onDelivery(
            final long topicId, final long offset, final DirectBuffer buffer, final int index, final int length) {
        final long number = Payload.verify(buffer, index, length);
        if (number < 0) {
            increment(corrupt);
            return;
        }
        if (number >= recordFrom) {
            latency.recordValue(Math.max(0, clock.nanoTime() - Payload.intendedNs(buffer, index)));
            arrivedSum += wallClock.nanoTime();
        }
        place(Payload.topic(buffer, index), Payload.ordinal(buffer, index), offset, topicId);
        increment(delivered);
    }

    private void place(final int topic, final long ordinal, final long offset, final long topicId) {
        if (topic < 0 || topic >= streams.length || streams[topic] == null) {
            increment(misplaced);
            return;
        }
        switch (streams[topic].check(ordinal, offset, topicId)) {
            case IN_ORDER -> {}
            case OUT_OF_ORDER -> increment(outOfOrder);
            case DUPLICATED -> increment(duplicated);
            case MISPLACED -> increment(misplaced);
        }
    }

    /** Whole messages so far, whatever their order. Any thread. */
    long delivered() {
        return delivered.get();
    }

    /** Messages whose bytes are not those that were sent. Any thread. */
    long corrupt() {
        return corrupt.get();
    }

    /** Messages that had come before. Any thread. */
    long duplicated() {
        return duplicated.get();
    }

    /** Messages that came after one that was sent later. Any thread. */
    long outOfOrder() {
        return outOfOrder.get();
    }

    /** Messages under another offset or topic than theirs, or of a topic that it did not subscribe to. Any thread. */
    long misplaced() {
        return misplaced.get();
    }

    /** The wall-clock times at which messages that count came, added up, modulo 2^64. Any thread, once the path is closed. */
    long arrivedSum() {
        return arrivedSum;
    }

    /**
     * Messages that never came. Any thread, once the path is closed.
     *
     * @param sentTo how many messages the path took for each topic.
     */
    long lost(final IntToLongFunction sentTo) {
        long lost = 0;
        for (int topic = 0; topic < streams.length; topic++) {
            if (streams[topic] != null) {
                lost += streams[topic].lost(sentTo.applyAsLong(topic));
            }
        }
        return lost;
    }

    /** Hands over what was recorded since the last call. Reporter's thread. */
    Histogram drain(final StageLog stages) {
        recycled = latency.getIntervalHistogram(recycled);
        stages.add(Stage.END_TO_END, recycled);
        return recycled;
    }

    private static void increment(final AtomicLong counter) {
        counter.setRelease(counter.getPlain() + 1);
    }
}
