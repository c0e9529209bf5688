package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectRateTest {

    /** A nanosecond clock that begins just before its values wrap around. */
    private long nowNs = Long.MAX_VALUE - TimeUnit.MILLISECONDS.toNanos(300);

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 5_000, 1_000_000})
    void shouldLetInOneSecondsWorthAtOnce(final int perSecond) {
        final ConnectRate rate = new ConnectRate(perSecond, () -> nowNs);

        assertEquals(perSecond, admitted(rate, 2 * perSecond));
    }

    @Test
    void shouldLetInAtItsPaceWhateverIsRefused() {
        final ConnectRate rate = new ConnectRate(1_000, () -> nowNs);
        admitted(rate, 1_000);
        int admitted = 0;
        for (int ms = 0; ms < 2_500; ms++) {
            nowNs += TimeUnit.MILLISECONDS.toNanos(1);
            admitted += admitted(rate, 10);
        }

        assertEquals(2_500, admitted);
    }

    @Test
    void shouldSaveNoMoreThanOneSecondsWorth() {
        final ConnectRate rate = new ConnectRate(100, () -> nowNs);
        nowNs += TimeUnit.HOURS.toNanos(5);

        assertEquals(100, admitted(rate, 1_000));
        assertFalse(rate.admit());
        nowNs += TimeUnit.MILLISECONDS.toNanos(10);
        assertTrue(rate.admit());
        assertFalse(rate.admit());
    }

    @Test
    void shouldLetInEverybodyWithoutALimit() {
        assertEquals(100_000, admitted(new ConnectRate(0, () -> nowNs), 100_000));
    }

    @Test
    void shouldShareTheLimitAmongThreads() throws Exception {
        final ConnectRate rate = new ConnectRate(10_000, () -> nowNs);
        final AtomicInteger admitted = new AtomicInteger();
        final Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> admitted.addAndGet(admitted(rate, 10_000)));
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }

        assertEquals(10_000, admitted.get());
    }

    private static int admitted(final ConnectRate rate, final int attempts) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++) {
            admitted += rate.admit() ? 1 : 0;
        }
        return admitted;
    }
}
