package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class BaselineResultTest {
    @Test
    void shouldTakeMedianOfRatiosAndNotRatioOfMedians() {
        final BaselineResult result =
                new BaselineResult(360, 1, List.of(pair(10, 9), pair(100, 20), pair(50, 30)), List.of());

        assertEquals(0.6, result.ratioMedian(), 1e-9);
        assertEquals(0.2, result.ratioMin(), 1e-9);
        assertEquals(0.9, result.ratioMax(), 1e-9);
    }

    private static BaselinePair pair(final double bareRate, final double pathRate) {
        return new BaselinePair(false, new BaselinePair.Pass(bareRate, 0), new BaselinePair.Pass(pathRate, 0));
    }
}
