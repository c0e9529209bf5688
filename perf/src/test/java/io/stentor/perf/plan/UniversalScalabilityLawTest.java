package io.stentor.perf.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.plan.UniversalScalabilityLaw.Interval;
import io.stentor.perf.plan.UniversalScalabilityLaw.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class UniversalScalabilityLawTest {
    private static final double[] CONCURRENCIES = {1, 2, 4, 8, 16, 32, 64, 128};

    @Test
    void shouldRecoverWhatMadeThePoints() {
        final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points(1_000, 0.05, 0.0002, 0, 0));

        assertEquals(1_000, law.lambda(), 0.01);
        assertEquals(0.05, law.sigma(), 1e-6);
        assertEquals(0.0002, law.kappa(), 1e-8);
        // sqrt((1 - 0.05) / 0.0002)
        assertEquals(68.92, law.peakConcurrency(), 0.01);
        assertEquals(law.throughputAt(law.peakConcurrency()), law.peakThroughput(), 1e-6);
        assertEquals(0, law.relativeError(), 1e-6);
    }

    @Test
    void shouldRecoverWhatMadeThePointsUnderNoise() {
        int lambdaHeld = 0;
        int sigmaHeld = 0;
        int peakHeld = 0;
        final int rounds = 40;
        for (int seed = 0; seed < rounds; seed++) {
            final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points(50_000, 0.08, 0.0005, 0.03, seed));
            assertEquals(50_000, law.lambda(), 10_000, "seed " + seed);
            assertEquals(0.08, law.sigma(), 0.06, "seed " + seed);
            assertEquals(0.0005, law.kappa(), 0.0003, "seed " + seed);
            lambdaHeld += holds(law.lambdaInterval(), 50_000);
            sigmaHeld += holds(law.sigmaInterval(), 0.08);
            peakHeld += holds(law.peakConcurrencyInterval(), Math.sqrt(0.92 / 0.0005));
        }
        // 95 % of 40 are 38; fewer than 32 would be an interval of another kind.
        assertTrue(lambdaHeld >= 32, "lambda in " + lambdaHeld);
        assertTrue(sigmaHeld >= 32, "sigma in " + sigmaHeld);
        assertTrue(peakHeld >= 32, "peak in " + peakHeld);
    }

    @Test
    void shouldKeepBoundsWhenNoiseWouldMakeThemNegative() {
        for (int seed = 0; seed < 20; seed++) {
            final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points(1_000, 0, 0, 0.02, seed));

            assertTrue(law.sigma() >= 0 && law.kappa() >= 0, "seed " + seed);
            assertTrue(law.sigmaInterval().low() >= 0 && law.kappaInterval().low() >= 0, "seed " + seed);
        }
    }

    @Test
    void shouldHaveNoPeakWithoutCoherence() {
        final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points(1_000, 0.1, 0, 0, 0));

        assertEquals(0.1, law.sigma(), 1e-6);
        assertTrue(law.peakConcurrency() > 1_000, "peak at " + law.peakConcurrency());
        // lambda / sigma
        assertEquals(10_000, law.peakThroughput(), 50);
    }

    @Test
    void shouldFitPointsThatOnlyFall() {
        final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(List.of(
                new Sample(1, 1_000), new Sample(2, 900), new Sample(3, 800), new Sample(4, 700), new Sample(8, 400)));

        assertTrue(law.throughputAt(1) > law.throughputAt(8));
        assertTrue(law.peakConcurrency() < 4, "peak at " + law.peakConcurrency());
    }

    @Test
    void shouldPutItsBandAroundItsCurve() {
        final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points(50_000, 0.08, 0.0005, 0.03, 7));

        for (final double concurrency : CONCURRENCIES) {
            final Interval band = law.band(concurrency);
            assertTrue(band.low() < band.high());
            assertEquals(1, holds(band, law.throughputAt(concurrency)), "at " + concurrency);
        }
    }

    @Test
    void shouldSayTheSameOfTheSamePoints() {
        final List<Sample> points = points(50_000, 0.08, 0.0005, 0.03, 7);

        assertEquals(
                UniversalScalabilityLaw.fit(points).kappaInterval(),
                UniversalScalabilityLaw.fit(points).kappaInterval());
    }

    @Test
    void shouldRefuseFewerThanFourConcurrencies() {
        final List<Sample> three =
                List.of(new Sample(1, 10), new Sample(2, 19), new Sample(4, 35), new Sample(4, 36), new Sample(2, 20));

        final String problem = assertThrows(IllegalArgumentException.class, () -> UniversalScalabilityLaw.fit(three))
                .getMessage();

        assertEquals("the Universal Scalability Law needs points at 4 concurrencies, and there are 3", problem);
    }

    @Test
    void shouldRefuseValuesThatAreNone() {
        for (final Sample bad :
                List.of(new Sample(0.5, 1), new Sample(Double.NaN, 1), new Sample(1, 0), new Sample(1, Double.NaN))) {
            final List<Sample> points = new ArrayList<>(points(1_000, 0.1, 0.001, 0, 0));
            points.add(bad);
            assertThrows(IllegalArgumentException.class, () -> UniversalScalabilityLaw.fit(points), bad.toString());
        }
    }

    private static int holds(final Interval interval, final double value) {
        return interval.low() <= value && value <= interval.high() ? 1 : 0;
    }

    private static List<Sample> points(
            final double lambda, final double sigma, final double kappa, final double noise, final long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final List<Sample> points = new ArrayList<>();
        for (final double n : CONCURRENCIES) {
            final double throughput = lambda * n / (1 + sigma * (n - 1) + kappa * n * (n - 1));
            // The sum of twelve uniform numbers less six is nearly normal, with a deviation of 1.
            final double normal = random.doubles(12).sum() - 6;
            points.add(new Sample(n, throughput * (1 + noise * normal)));
        }
        return points;
    }
}
