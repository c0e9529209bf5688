package io.stentor.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SignedRankTest {

    /** Powers of two: the means of all pairs differ, and their order is easy to write down. */
    private static final double[] TEN = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

    /**
     * Of ten values the ninth lowest and the ninth highest of the 55 means: the sum of ranks is 8 or less in 25 of the 1,024 ways
     * to sign them, and in 33 it is 9 or less, which is more than 2.5 %.
     */
    @Test
    void shouldTakeNinthMeanOfTenValues() {
        final SignedRank rank = SignedRank.of(TEN, 0.05);

        // 1, 1.5, 2, 2.5, 3, 4, 4.5, 5, 6, ... and 512, 384, 320, 288, 272, 264, 260, 258, 257, ...
        assertEquals(6, rank.lower());
        assertEquals(257, rank.upper());
    }

    @Test
    void shouldTakeExtremesWhenRiskIsTheLeast() {
        final SignedRank rank = SignedRank.of(TEN, 2.0 / 1_024);

        assertEquals(1, rank.lower());
        assertEquals(512, rank.upper());
    }

    @Test
    void shouldRefuseRiskThatSoFewValuesCannotGive() {
        assertTrue(SignedRank.canTell(10, 2.0 / 1_024));
        assertFalse(SignedRank.canTell(10, 1.9 / 1_024));
        assertThrows(IllegalArgumentException.class, () -> SignedRank.of(TEN, 1.9 / 1_024));
    }

    @Test
    void shouldHoldMiddleAsOftenAsItSays() {
        final Random random = new Random(42);
        final int trials = 4_000;
        int held = 0;
        for (int trial = 0; trial < trials; trial++) {
            final double[] values = new double[12];
            for (int i = 0; i < values.length; i++) {
                // Heavy tails, as times have.
                values[i] = 0.3 + random.nextGaussian() / Math.abs(random.nextGaussian());
            }
            final SignedRank rank = SignedRank.of(values, 0.05);
            held += rank.lower() <= 0.3 && 0.3 <= rank.upper() ? 1 : 0;
        }
        assertEquals(0.95, (double) held / trials, 0.01);
    }

    @Test
    void shouldEstimateMiddleDespiteOneValueFarOff() {
        final SignedRank rank =
                SignedRank.of(new double[] {1.0, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 1.01, 0.99, 50}, 0.05);

        assertEquals(1.01, rank.estimate(), 0.02);
        assertTrue(rank.upper() < 30, "the ninth mean: " + rank.upper());
    }
}
