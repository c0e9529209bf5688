package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TrendLineTest {

    @Test
    void shouldFindSlopeOfALine() {
        assertEquals(2.5, slope(200, i -> 7 + 2.5 * i), 1e-9);
    }

    @Test
    void shouldNotBeMovedByAFewWildPoints() {
        assertEquals(0, slope(200, i -> i % 10 == 0 ? 1e9 : 5), 1e-9);
    }

    @Test
    void shouldThinManyPoints() {
        assertEquals(-3, slope(50_000, i -> -3.0 * i), 1e-9);
    }

    @Test
    void shouldSayZeroForFewerThanTwoPoints() {
        assertEquals(0, slope(0, i -> 1));
        assertEquals(0, slope(1, i -> 1));
    }

    private static double slope(final int count, final java.util.function.IntToDoubleFunction value) {
        return TrendLine.slope(
                IntStream.range(0, count).asDoubleStream().toArray(),
                IntStream.range(0, count).mapToDouble(value).toArray());
    }
}
