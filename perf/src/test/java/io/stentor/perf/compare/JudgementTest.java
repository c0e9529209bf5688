package io.stentor.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.report.SampleResults;
import io.stentor.perf.result.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class JudgementTest {
    private static final double RISK = 0.05;

    /** Noise of a run, as a share; on a machine with other work it is like this. */
    private static final double NOISE = 0.1;

    @Test
    void shouldCallEqualsDifferentNoMoreOftenThanTheRisk() throws IOException {
        final int trials = 2_000;
        int different = 0;
        for (int trial = 0; trial < trials; trial++) {
            final Pairs pairs = pairs(new Random(trial), 1);
            boolean any = false;
            for (final Figure figure : Figure.of(pairs.a().get(0))) {
                any |= Judgement.of(figure, pairs, RISK / 2).isDifferent();
            }
            different += any ? 1 : 0;
        }
        assertEquals(RISK, (double) different / trials, 0.015, "of both figures together");
    }

    @Test
    void shouldNoticeThirtyPercentNearlyAlways() throws IOException {
        final int trials = 500;
        int worse = 0;
        for (int trial = 0; trial < trials; trial++) {
            final Judgement judgement = rate(pairs(new Random(trial), 0.7), RISK / 2);
            worse += judgement.isWorse() ? 1 : 0;
        }
        assertTrue(worse > 0.97 * trials, worse + " of " + trials);
    }

    @Test
    void shouldNotBeMovedByDriftThatFallsOnBoth() throws IOException {
        final List<Result> a = new ArrayList<>();
        final List<Result> b = new ArrayList<>();
        final Random random = new Random(5);
        for (int i = 0; i < 10; i++) {
            final double drift = 1 - 0.05 * i;
            a.add(SampleResults.closedRun(800_000 * drift * Math.exp(0.01 * random.nextGaussian()), 1_000));
            b.add(SampleResults.closedRun(760_000 * drift * Math.exp(0.01 * random.nextGaussian()), 1_000));
        }

        final Judgement judgement = rate(new Pairs(a, b), RISK);

        assertTrue(judgement.isWorse(), "5 % of a rate that halves meanwhile: " + judgement);
        assertTrue(
                judgement.verdict().matches("B is [45]\\.\\d % slower \\[\\d\\.\\d\\.\\.\\d\\.\\d]"),
                judgement.verdict());
    }

    @Test
    void shouldTellNothingThatOneResultDoesNotTell() throws IOException {
        final List<Result> closed = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            closed.add(SampleResults.closedRun(800_000, i == 7 ? 0 : 1_000));
        }

        final Pairs pairs = new Pairs(closed, closed);

        assertNull(Judgement.of(Figure.of(closed.get(0)).get(1), pairs, RISK));
    }

    private static Judgement rate(final Pairs pairs, final double risk) {
        return Judgement.of(Figure.of(pairs.a().get(0)).get(0), pairs, risk);
    }

    private static Pairs pairs(final Random random, final double factor) throws IOException {
        final List<Result> a = new ArrayList<>();
        final List<Result> b = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            a.add(SampleResults.closedRun(800_000 * noise(random), 1_000 * noise(random)));
            b.add(SampleResults.closedRun(800_000 * factor * noise(random), 1_000 * noise(random)));
        }
        return new Pairs(a, b);
    }

    private static double noise(final Random random) {
        return Math.exp(NOISE * random.nextGaussian());
    }
}
