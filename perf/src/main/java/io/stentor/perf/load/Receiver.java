package io.stentor.perf.load;

import java.util.concurrent.atomic.AtomicLong;
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
    private final StreamCheck[] streams;
    private final NanoClock clock;
    private final EpochNanoClock wallClock;
    private final int payloadLength;
    private final long recordFrom;
    private Histogram recycled;

    /** Written by the thread that delivers, read once the path is closed; ended threads order the two. */
    private long arrivedSum;

    /**
     * A subscriber of every topic.
     *
     * @param topics how many there are; message n goes to topic n modulo this.
     * @param payloadLength of every message in bytes.
     * @param clock that the intended times are of.
     * @param wallClock another one, for what is counted without the first.
     * @param recordFrom number of the first message whose latency is recorded.
     */
    Receiver(
            final int topics,
            final int payloadLength,
            final NanoClock clock,
            final EpochNanoClock wallClock,
            final long recordFrom) {
        this.payloadLength = payloadLength;
        this.clock = clock;
        this.wallClock = wallClock;
        this.recordFrom = recordFrom;
        streams = new StreamCheck[topics];
        for (int i = 0; i < topics; i++) {
            streams[i] = new StreamCheck();
        }
    }

    @Override
    public void onDelivery(
            final long topicId, final long offset, final DirectBuffer buffer, final int index, final int length) {
        final long number = Payload.verify(buffer, index, length, payloadLength);
        if (number < 0) {
            increment(corrupt);
            return;
        }
        if (number >= recordFrom) {
            latency.recordValue(Math.max(0, clock.nanoTime() - Payload.intendedNs(buffer, index)));
            arrivedSum += wallClock.nanoTime();
        }
        final int topics = streams.length;
        switch (streams[(int) (number % topics)].check(number / topics, offset, topicId)) {
            case IN_ORDER -> {}
            case OUT_OF_ORDER -> increment(outOfOrder);
            case DUPLICATED -> increment(duplicated);
            case MISPLACED -> increment(misplaced);
        }
        increment(delivered);
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

    /** Messages under another offset or topic than theirs. Any thread. */
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
     * @param sent how many messages the path took.
     */
    long lost(final long sent) {
        final int topics = streams.length;
        long lost = 0;
        for (int topic = 0; topic < topics; topic++) {
            lost += streams[topic].lost((sent - topic + topics - 1) / topics);
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
