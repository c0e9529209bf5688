package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;
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
    void shouldLetWaitForThreeSecondsAndRefuseWhoWouldWaitLonger() {
        final ConnectRate rate = new ConnectRate(1_000, () -> nowNs);
        admitted(rate, 1_000);
        for (int ms = 1; ms <= 3_000; ms++) {
            assertEquals(TimeUnit.MILLISECONDS.toNanos(ms), rate.admit());
        }

        assertEquals(ConnectRate.REFUSED, rate.admit());
    }

    @Test
    void shouldLetInAtItsPaceWhateverIsRefused() {
        final ConnectRate rate = new ConnectRate(1_000, () -> nowNs);
        assertEquals(4_000, taken(rate, 10_000));
        int taken = 0;
        for (int ms = 0; ms < 2_500; ms++) {
            nowNs += TimeUnit.MILLISECONDS.toNanos(1);
            taken += taken(rate, 10);
        }

        assertEquals(2_500, taken);
    }

    @Test
    void shouldSaveNoMoreThanOneSecondsWorth() {
        final ConnectRate rate = new ConnectRate(100, () -> nowNs);
        nowNs += TimeUnit.HOURS.toNanos(5);

        assertEquals(100, admitted(rate, 100));
        assertEquals(TimeUnit.MILLISECONDS.toNanos(10), rate.admit());
        nowNs += TimeUnit.MILLISECONDS.toNanos(20);
        assertEquals(0, rate.admit());
        assertEquals(TimeUnit.MILLISECONDS.toNanos(10), rate.admit());
    }

    @Test
    void shouldLetInEverybodyWithoutALimit() {
        assertEquals(100_000, admitted(new ConnectRate(0, () -> nowNs), 100_000));
    }

    @Test
    void shouldShareTheLimitAmongThreads() throws Exception {
        final ConnectRate rate = new ConnectRate(10_000, () -> nowNs);
        final AtomicInteger taken = new AtomicInteger();
        final Thread[] threads = new Thread[4];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> taken.addAndGet(taken(rate, 20_000)));
            threads[i].start();
        }
        for (final Thread thread : threads) {
            thread.join();
        }

        assertEquals(40_000, taken.get());
    }

    /** How many of some may come in at once. */
    private static int admitted(final ConnectRate rate, final int attempts) {
        return count(rate, attempts, waitNs -> waitNs == 0);
    }

    /** How many of some may come in, now or later. */
    private static int taken(final ConnectRate rate, final int attempts) {
        return count(rate, attempts, waitNs -> waitNs != ConnectRate.REFUSED);
    }

    private static int count(final ConnectRate rate, final int attempts, final LongPredicate answer) {
        int count = 0;
        for (int i = 0; i < attempts; i++) {
            count += answer.test(rate.admit()) ? 1 : 0;
        }
        return count;
    }
}
