package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PaceTest {
    private static final long START_NS = -7_000_000_123L;

    @Test
    void shouldSpaceMessagesEvenly() {
        final Pace pace = new Pace(START_NS, 4);

        assertEquals(START_NS, pace.intendedNs(0));
        assertEquals(START_NS + 250_000_000L, pace.intendedNs(1));
        assertEquals(START_NS + 2_750_000_000L, pace.intendedNs(11));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 3, 7, 99_999, 100_000, Pace.RATE_MAX})
    void shouldBeExactAtEachFullSecondHoweverLongItRuns(final long rate) {
        final Pace pace = new Pace(START_NS, rate);
        final long day = 24L * 60 * 60;

        assertEquals(START_NS + day * 1_000_000_000L, pace.intendedNs(day * rate));
    }

    @Test
    void shouldRefuseRateOutsideItsLimits() {
        assertThrows(IllegalArgumentException.class, () -> new Pace(0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Pace(0, Pace.RATE_MAX + 1));
    }
}
