package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.Knee.Concurrency;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ScalabilityFitTest {

    @Test
    void shouldFindLawThatPointsFollow() {
        final ScalabilityFit fit = ScalabilityFit.of(points(7_000, 0.03, 2e-6, 0));

        assertEquals(7_000, fit.lambda(), 0.1);
        assertEquals(0.03, fit.sigma(), 1e-6);
        assertEquals(2e-6, fit.kappa(), 1e-9);
    }

    @Test
    void shouldHoldCoherenceAtZeroRatherThanBelow() {
        final ScalabilityFit fit = ScalabilityFit.of(points(7_000, 0.03, -1e-8, 0));

        assertEquals(0, fit.kappa());
        assertEquals(0.03, fit.sigma(), 0.001);
    }

    @Test
    void shouldHoldTrueCurveInItsBand() {
        final ScalabilityFit fit = ScalabilityFit.of(points(7_000, 0.03, 2e-6, 0.05));

        int inside = 0;
        for (int i = 0; i < fit.places().size(); i++) {
            final double truth = throughput(7_000, 0.03, 2e-6, fit.places().get(i));
            inside += fit.lower().get(i) <= truth && truth <= fit.upper().get(i) ? 1 : 0;
        }
        assertTrue(
                inside >= 0.8 * fit.places().size(),
                inside + " of " + fit.places().size() + " places");
        assertTrue(fit.upper().get(0) / fit.lower().get(0) < 1.5, "a band that holds everything says nothing");
    }

    @Test
    void shouldGiveNoBandOfFourPoints() {
        assertEquals(
                List.of(),
                ScalabilityFit.of(points(7_000, 0.03, 2e-6, 0.05).subList(0, 4)).upper());
    }

    private static List<Concurrency> points(
            final double lambda, final double sigma, final double kappa, final double noise) {
        final Random random = new Random(1);
        final List<Concurrency> points = new ArrayList<>();
        for (int n = 1; n <= 4_096; n *= 2) {
            points.add(
                    new Concurrency(n, throughput(lambda, sigma, kappa, n) * Math.exp(noise * random.nextGaussian())));
        }
        return points;
    }

    private static double throughput(final double lambda, final double sigma, final double kappa, final double n) {
        return n * lambda / (1 + sigma * (n - 1) + kappa * n * (n - 1));
    }
}
