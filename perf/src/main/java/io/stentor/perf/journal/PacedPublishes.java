package io.stentor.perf.journal;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Topic;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes to an engine at a constant rate, for 5 s that do not count and 10 s that do, and times the acknowledgements at
 * {@code JOURNALED} from the intended time of each message to its receipt. One thread.
 */
final class PacedPublishes {
    private static final int PAYLOAD_LENGTH = 256;
    private static final long RATE = 50_000;
    private static final long SECONDS = 10;
    private static final long WARM_UP_SECONDS = 5;
    private static final int IN_FLIGHT_MAX = 1 << 14;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private final Histogram times = new Histogram(3);

    /**
     * Receipts of one level come in the order of their messages; written by the publishing thread, read by that for receipts.
     */
    private final OneToOneConcurrentArrayQueue<Long> intended = new OneToOneConcurrentArrayQueue<>(IN_FLIGHT_MAX);

    private final AtomicLong receipts = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private final DeliveryEngine engine;
    private final Topic[] topics;
    private final long syncedEvery;
    private final NanoClock clock;

    /**
     * Publishes nothing yet.
     *
     * @param engine running; the caller's.
     * @param topicCount how many topics take turns.
     * @param syncedEvery each how many messages one is published at {@code SYNCED}, and not timed.
     */
    PacedPublishes(final DeliveryEngine engine, final int topicCount, final long syncedEvery, final NanoClock clock) {
        this.engine = engine;
        this.syncedEvery = syncedEvery;
        this.clock = clock;
        topics = new Topic[topicCount];
        for (int i = 0; i < topicCount; i++) {
            topics[i] = engine.topic("bench:" + (i + 1));
        }
    }

    /** Messages a second. */
    static long rate() {
        return RATE;
    }

    /** Publishes everything and waits for the last receipt; once. Gives the times in nanoseconds. */
    Histogram run() {
        final long total = (WARM_UP_SECONDS + SECONDS) * RATE;
        final long startNs = clock.nanoTime();
        final long measuredFromNs = startNs + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
        final Publisher publisher = engine.newPublisher((ticket, code, topicId, sequence, offset, reached) -> {
            if (code != ResultCode.OK) {
                refusals.incrementAndGet();
            } else if (reached == AckLevel.JOURNALED) {
                final long intendedNs = intended.poll();
                if (intendedNs >= measuredFromNs) {
                    times.recordValue(Math.max(0, clock.nanoTime() - intendedNs));
                }
            }
            receipts.incrementAndGet();
        });
        publish(publisher, total, startNs);
        while (receipts.get() < total) {
            if (engine.failure() != null) {
                throw new IllegalStateException("the engine has failed", engine.failure());
            }
            LockSupport.parkNanos(PARK_NS);
        }
        if (refusals.get() > 0) {
            throw new IllegalStateException(refusals.get() + " messages were refused");
        }
        return times;
    }

    private void publish(final Publisher publisher, final long total, final long startNs) {
        final Message message = new Message();
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
        for (long i = 1; i <= total; i++) {
            final long intendedNs = startNs + i * TimeUnit.SECONDS.toNanos(1) / RATE;
            while (clock.nanoTime() < intendedNs) {
                LockSupport.parkNanos(PARK_NS);
            }
            final boolean synced = i % syncedEvery == 0;
            message.clear()
                    .topic(topics[(int) (i % topics.length)])
                    .payload(payload, 0, PAYLOAD_LENGTH)
                    .level(synced ? AckLevel.SYNCED : AckLevel.JOURNALED);
            while (!synced && !intended.offer(intendedNs)) {
                LockSupport.parkNanos(PARK_NS);
            }
            long code = publisher.offer(message);
            while (code == Publisher.BACK_PRESSURED) {
                LockSupport.parkNanos(PARK_NS);
                code = publisher.offer(message);
            }
            if (code < 0) {
                throw new IllegalStateException("the engine answered " + code);
            }
        }
    }
}
