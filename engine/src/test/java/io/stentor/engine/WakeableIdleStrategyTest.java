package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WakeableIdleStrategyTest {

    /** Far longer than the whole test may take: one wake-up that is lost fails it. */
    private static final long REST_NS = TimeUnit.MINUTES.toNanos(10);

    private static final int HAND_OVERS = 20_000;

    @Test
    void shouldLoseNoWakeUp() throws InterruptedException {
        final WakeableIdleStrategy strategy = new WakeableIdleStrategy(REST_NS);
        final AtomicLong handedOver = new AtomicLong();
        final AtomicLong taken = new AtomicLong();
        final Thread consumer = new Thread(() -> {
            while (taken.get() < HAND_OVERS) {
                final long waiting = handedOver.get() - taken.get();
                taken.addAndGet(waiting);
                strategy.idle((int) waiting);
            }
        });
        consumer.start();
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int i = 1; i <= HAND_OVERS; i++) {
                handedOver.set(i);
                strategy.wake();
                while (taken.get() < i) {
                    Thread.onSpinWait();
                }
            }
        });
        consumer.join();
        assertEquals(HAND_OVERS, taken.get());
    }
}
