package io.stentor.perf.shards;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Publisher;
import io.stentor.perf.load.ByteCount;
import io.stentor.perf.load.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Publishes to topics that nobody wants, and weighs the heap after full collections before and afterwards. The journal is on
 * the disk, as in production.
 */
final class Offline {

    private static final int INBOXES = 10_000;
    private static final long GROWTH_MAX = 32 * ByteCount.MIB;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(300);

    /** Two readings that differ by less are of a heap that nothing moves any more. */
    private static final long STEADY_BYTES = ByteCount.MIB / 4;

    private static final long SETTLE_MS = 500;
    private static final int READINGS_MAX = 60;

    /** Readings in a row that must agree: a checkpoint, begun after a million records, takes seconds. */
    private static final int STEADY_READINGS = 8;

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[ShardPath.PAYLOAD_LENGTH]);
    private final Scratch scratch;
    private final PrintWriter out;

    Offline(final Scratch scratch, final PrintWriter out) {
        this.scratch = scratch;
        this.out = out;
    }

    /**
     * Measures messages to inboxes that exist, then to as many topics that do not.
     *
     * @return false when the first made the heap grow by more than it may.
     */
    boolean measure(final long messages) throws IOException, InterruptedException {
        final long known;
        final long opened;
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().directory(scratch.newDirectory()))) {
            final Publisher publisher = engine.newPublisher();
            publish(engine, publisher, INBOXES, INBOXES, "inbox:");
            final long before = heap();
            publish(engine, publisher, messages, INBOXES, "inbox:");
            final long between = heap();
            publish(engine, publisher, messages, messages, "new:");
            known = between - before;
            opened = heap() - between;
        }
        scratch.clear();
        final boolean held = known <= GROWTH_MAX;
        out.println(String.format(
                Locale.ROOT,
                "heap after %,d messages to %,d users who are offline: %s, at most %s: %s%n"
                        + "  after as many to topics that did not exist: %s, %,d bytes for a topic",
                messages,
                INBOXES,
                mebibytes(known),
                mebibytes(GROWTH_MAX),
                held ? "held" : "MISSED",
                mebibytes(opened),
                opened / messages));
        out.flush();
        return held;
    }

    private void publish(
            final DeliveryEngine engine,
            final Publisher publisher,
            final long messages,
            final long topics,
            final String prefix) {
        final long sequence = engine.journaledSequence() + messages;
        for (long i = 0; i < messages; i++) {
            final var topic = engine.topic(prefix + i % topics);
            long ticket;
            while ((ticket = publisher.offer(topic, payload, 0, payload.capacity())) == Publisher.BACK_PRESSURED) {
                LockSupport.parkNanos(PARK_NS);
            }
            if (ticket < 0) {
                throw new IllegalStateException("the engine took nothing more: " + ticket, engine.failure());
            }
        }
        while (engine.journaledSequence() < sequence) {
            if (engine.failure() != null) {
                throw new IllegalStateException("the engine has failed", engine.failure());
            }
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /**
     * What lives on the heap once nothing moves it any more: views follow the journal, blocks of an index are written. As the
     * collections left it: what is in use a moment later includes the room that a thread takes for its next object, which may be 20
     * MiB.
     */
    private static long heap() throws InterruptedException {
        long last = Long.MAX_VALUE;
        int steady = 0;
        for (int i = 0; i < READINGS_MAX; i++) {
            System.gc();
            final long used = ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getCollectionUsage)
                    .filter(Objects::nonNull)
                    .mapToLong(MemoryUsage::getUsed)
                    .sum();
            steady = Math.abs(used - last) < STEADY_BYTES ? steady + 1 : 0;
            if (steady == STEADY_READINGS) {
                return used;
            }
            last = used;
            TimeUnit.MILLISECONDS.sleep(SETTLE_MS);
        }
        throw new IllegalStateException("the heap does not come to rest");
    }

    private static String mebibytes(final long bytes) {
        return String.format(Locale.ROOT, "%+.1f MiB", (double) bytes / ByteCount.MIB);
    }
}
