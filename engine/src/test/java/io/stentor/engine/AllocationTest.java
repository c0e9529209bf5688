package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that the path of a message allocates nothing once it runs: offer, sequence, journal, route, send and the shard's
 * poll up to the session's handler, each measured by the bytes that its thread has allocated.
 */
final class AllocationTest {

    private static final int WARM_UP = 300_000;
    private static final int MESSAGES = 300_000;

    /**
     * What a thread may allocate in all while {@value #MESSAGES} messages pass, in bytes. Not zero, since the JVM itself
     * charges threads for deoptimised frames and the like; a single object per message would be 24 times as much.
     */
    private static final long NOISE_BYTES = MESSAGES;

    private static final Set<String> PATH = Set.of("stentor-pipeline", "stentor-shard");

    @TempDir
    Path directory;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final AtomicLong received = new AtomicLong();

    @Test
    void shouldAllocateNothingPerMessageFromOfferToShardPoll() throws Exception {
        try (DeliveryEngine engine =
                DeliveryEngine.launch(new EngineContext().directory(directory).diskReserveBytes(128L * 1024 * 1024))) {
            final EngineSession session =
                    engine.attach("anna", "", (self, message) -> received.lazySet(received.get() + 1));
            session.subscribeLive("chat:1").toCompletableFuture().get(10, TimeUnit.SECONDS);
            final Publisher publisher = engine.newPublisher();
            final Topic topic = engine.topic("chat:1");
            final UnsafeBuffer payload = new UnsafeBuffer(new byte[256]);
            send(publisher, topic, payload, WARM_UP, WARM_UP);

            final Map<String, Long> before = allocated();
            send(publisher, topic, payload, MESSAGES, WARM_UP + MESSAGES);
            final Map<String, Long> after = allocated();

            assertEquals(Set.of("publisher", "stentor-pipeline", "stentor-shard"), after.keySet());
            after.forEach((name, bytes) -> {
                final long grown = bytes - before.get(name);
                assertTrue(grown < NOISE_BYTES, name + " allocated " + grown + " bytes for " + MESSAGES + " messages");
            });
        }
    }

    private void send(
            final Publisher publisher,
            final Topic topic,
            final UnsafeBuffer payload,
            final int messages,
            final long expected) {
        for (int i = 0; i < messages; i++) {
            while (publisher.offer(topic, payload, 0, payload.capacity()) < 0) {
                LockSupport.parkNanos(10_000);
            }
        }
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (received.get() < expected) {
            assertTrue(System.nanoTime() - deadlineNs < 0, "received " + received.get() + " of " + expected);
            LockSupport.parkNanos(100_000);
        }
    }

    private Map<String, Long> allocated() {
        final Map<String, Long> bytes = new LinkedHashMap<>();
        bytes.put(
                "publisher",
                threads.getThreadAllocatedBytes(Thread.currentThread().getId()));
        for (final Thread thread : Thread.getAllStackTraces().keySet()) {
            if (PATH.contains(thread.getName())) {
                bytes.put(thread.getName(), threads.getThreadAllocatedBytes(thread.getId()));
            }
        }
        return bytes;
    }
}
