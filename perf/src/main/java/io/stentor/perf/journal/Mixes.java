package io.stentor.perf.journal;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Topic;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The 99th percentile of {@code JOURNALED} acknowledgements through the engine, with one publish in a hundred at {@code SYNCED} and
 * with none; from a message's intended time to its receipt.
 */
final class Mixes {
    private static final int PAYLOAD_LENGTH = 256;
    private static final long RATE = 50_000;
    private static final long SECONDS = 10;
    private static final long WARM_UP_SECONDS = 5;
    private static final int SYNCED_EVERY = 100;
    private static final int IN_FLIGHT_MAX = 1 << 14;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private Mixes() {}

    static List<Duel> duels(final NanoClock clock) {
        return List.of(new Duel(
                String.format("p99 of JOURNALED acknowledgements at %,d messages/s", RATE),
                "no publish at SYNCED",
                directory -> percentile(directory, Long.MAX_VALUE, clock),
                "one in " + SYNCED_EVERY + " at SYNCED",
                directory -> percentile(directory, SYNCED_EVERY, clock),
                Duel.Unit.TIME,
                Goal.atMost(2)));
    }

    private static double percentile(final Path directory, final long syncedEvery, final NanoClock clock) {
        final Histogram times = new Histogram(3);
        // Receipts of one level come in the order of their messages; written by the publishing thread, read by that for
        // receipts.
        final OneToOneConcurrentArrayQueue<Long> intended = new OneToOneConcurrentArrayQueue<>(IN_FLIGHT_MAX);
        final AtomicLong receipts = new AtomicLong();
        final AtomicLong refusals = new AtomicLong();
        final long total = (WARM_UP_SECONDS + SECONDS) * RATE;
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().directory(directory))) {
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
            publish(engine.topic("bench:1"), publisher, intended, total, syncedEvery, startNs, clock);
            while (receipts.get() < total) {
                if (engine.failure() != null) {
                    throw new IllegalStateException("the engine has failed", engine.failure());
                }
                LockSupport.parkNanos(PARK_NS);
            }
        }
        if (refusals.get() > 0) {
            throw new IllegalStateException(refusals.get() + " messages were refused");
        }
        return (double) times.getValueAtPercentile(99);
    }

    private static void publish(
            final Topic topic,
            final Publisher publisher,
            final OneToOneConcurrentArrayQueue<Long> intended,
            final long total,
            final long syncedEvery,
            final long startNs,
            final NanoClock clock) {
        final Message message = new Message();
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
        for (long i = 1; i <= total; i++) {
            final long intendedNs = startNs + i * TimeUnit.SECONDS.toNanos(1) / RATE;
            while (clock.nanoTime() < intendedNs) {
                LockSupport.parkNanos(PARK_NS);
            }
            final boolean synced = i % syncedEvery == 0;
            message.clear()
                    .topic(topic)
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
