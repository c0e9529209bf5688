package io.stentor.perf.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.exception.MathRuntimeException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LeastSquaresBuilder;
import org.hipparchus.optim.nonlinear.vector.leastsquares.LevenbergMarquardtOptimizer;
import org.hipparchus.util.Pair;

/**
 * Gunther's Universal Scalability Law, fitted to measured points:
 *
 * <pre>
 *                     lambda * N
 *   X(N) = ---------------------------------
 *          1 + sigma (N - 1) + kappa N (N - 1)
 * </pre>
 *
 * <p>lambda is the throughput of one, sigma what all wait for in turn, kappa what each pays to agree with each. The fit minimises
 * the squares of relative errors, since throughput's noise is a share of it, with sigma and kappa at least 0. Intervals hold 95 %,
 * by a bootstrap of the residuals with a fixed seed, so that the same points always give the same intervals. Immutable.
 */
public final class UniversalScalabilityLaw {
    /** With three the curve goes through all of them and says nothing about its errors. */
    public static final int DISTINCT_MIN = 4;

    private static final int PARAMETERS = 3;
    private static final int RESAMPLES = 400;
    private static final long SEED = 20_260_907;
    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;
    private static final int EVALUATIONS_MAX = 1_000;

    /** Which of sigma and kappa are fitted, not 0, from the most freedom to the least. */
    private static final boolean[][] FREEDOMS = {{true, true}, {true, false}, {false, true}, {false, false}};

    /**
     * A measured point.
     *
     * @param concurrency how many are at it at once.
     * @param throughput a second.
     */
    public record Sample(double concurrency, double throughput) {}

    /** Where a value lies with 95 %. */
    public record Interval(double low, double high) {}

    private record Coefficients(double lambda, double sigma, double kappa) {
        double throughputAt(final double n) {
            return lambda * n / denominator(n);
        }

        double denominator(final double n) {
            return 1 + sigma * (n - 1) + kappa * n * (n - 1);
        }

        double peakConcurrency() {
            if (sigma >= 1) {
                return 1;
            }
            return kappa <= 0 ? Double.POSITIVE_INFINITY : Math.max(1, Math.sqrt((1 - sigma) / kappa));
        }

        double squares(final List<Sample> samples) {
            double sum = 0;
            for (final Sample sample : samples) {
                final double error = throughputAt(sample.concurrency()) / sample.throughput() - 1;
                sum += error * error;
            }
            return sum;
        }
    }

    private final List<Sample> samples;
    private final Coefficients best;
    private final List<Coefficients> resampled;

    private UniversalScalabilityLaw(
            final List<Sample> samples, final Coefficients best, final List<Coefficients> resampled) {
        this.samples = samples;
        this.best = best;
        this.resampled = resampled;
    }

    /**
     * Fits the law.
     *
     * @param samples at four or more distinct concurrencies.
     * @throws IllegalArgumentException if there are fewer, or a value is not positive and finite.
     */
    public static UniversalScalabilityLaw fit(final List<Sample> samples) {
        for (final Sample sample : samples) {
            if (!(sample.concurrency() >= 1 && sample.concurrency() < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("concurrency=" + sample.concurrency() + " is not 1 or more");
            }
            if (!(sample.throughput() > 0 && sample.throughput() < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("throughput=" + sample.throughput() + "/s is not above 0");
            }
        }
        final long distinct =
                samples.stream().mapToDouble(Sample::concurrency).distinct().count();
        if (distinct < DISTINCT_MIN) {
            throw new IllegalArgumentException("the Universal Scalability Law needs points at " + DISTINCT_MIN
                    + " concurrencies, and there are " + distinct);
        }
        final List<Sample> points = List.copyOf(samples);
        final Coefficients best = search(points);
        return new UniversalScalabilityLaw(points, best, resample(points, best));
    }

    /** What it was fitted to. */
    public List<Sample> samples() {
        return samples;
    }

    /** Throughput of one, a second. */
    public double lambda() {
        return best.lambda();
    }

    /** Contention, from 0. */
    public double sigma() {
        return best.sigma();
    }

    /** Coherence, from 0. */
    public double kappa() {
        return best.kappa();
    }

    /** Throughput at a concurrency, a second. */
    public double throughputAt(final double concurrency) {
        return best.throughputAt(concurrency);
    }

    /** Concurrency with the most throughput; infinite when kappa is 0. */
    public double peakConcurrency() {
        return best.peakConcurrency();
    }

    /** The most throughput that the law allows, a second; infinite when sigma and kappa are 0. */
    public double peakThroughput() {
        return ceiling(best);
    }

    /** Root of the mean square of the points' relative distances from the curve. */
    public double relativeError() {
        return Math.sqrt(best.squares(samples) / samples.size());
    }

    /** See {@link #lambda()}. */
    public Interval lambdaInterval() {
        return interval(resampled.stream().mapToDouble(Coefficients::lambda).toArray());
    }

    /** See {@link #sigma()}. */
    public Interval sigmaInterval() {
        return interval(resampled.stream().mapToDouble(Coefficients::sigma).toArray());
    }

    /** See {@link #kappa()}. */
    public Interval kappaInterval() {
        return interval(resampled.stream().mapToDouble(Coefficients::kappa).toArray());
    }

    /** See {@link #peakConcurrency()}. */
    public Interval peakConcurrencyInterval() {
        return interval(
                resampled.stream().mapToDouble(Coefficients::peakConcurrency).toArray());
    }

    /** See {@link #peakThroughput()}. */
    public Interval peakThroughputInterval() {
        return interval(
                resampled.stream().mapToDouble(UniversalScalabilityLaw::ceiling).toArray());
    }

    /** Where the curve lies at a concurrency. */
    public Interval band(final double concurrency) {
        return interval(resampled.stream()
                .mapToDouble(coefficients -> coefficients.throughputAt(concurrency))
                .toArray());
    }

    private static double ceiling(final Coefficients coefficients) {
        final double peak = coefficients.peakConcurrency();
        if (peak < Double.POSITIVE_INFINITY) {
            return coefficients.throughputAt(peak);
        }
        return coefficients.sigma() > 0 ? coefficients.lambda() / coefficients.sigma() : Double.POSITIVE_INFINITY;
    }

    private static Interval interval(final double[] values) {
        Arrays.sort(values);
        return new Interval(
                values[(int) Math.floor(LOW * (values.length - 1))],
                values[(int) Math.ceil(HIGH * (values.length - 1))]);
    }

    /** The best fit with each choice of what is 0: the best of them is the best under the bounds. */
    private static Coefficients search(final List<Sample> samples) {
        final List<Coefficients> candidates = new ArrayList<>();
        for (final boolean[] freedom : FREEDOMS) {
            final Coefficients found = refine(samples, guess(samples, freedom), freedom);
            candidates.add(found);
            if (found.sigma() > 0 && found.kappa() > 0) {
                break;
            }
        }
        return candidates.stream()
                .min(Comparator.comparingDouble(coefficients -> coefficients.squares(samples)))
                .orElseThrow();
    }

    /** N / X is linear in 1 / lambda, sigma / lambda and kappa / lambda. */
    private static Coefficients guess(final List<Sample> samples, final boolean[] freedom) {
        final double[][] rows = new double[samples.size()][];
        for (int i = 0; i < rows.length; i++) {
            final double n = samples.get(i).concurrency();
            final double weight = samples.get(i).throughput() / n;
            rows[i] = keep(new double[] {weight, weight * (n - 1), weight * n * (n - 1)}, freedom);
        }
        final double[] ones = new double[rows.length];
        Arrays.fill(ones, 1);
        final RealVector solved =
                new QRDecomposition(new Array2DRowRealMatrix(rows)).getSolver().solve(new ArrayRealVector(ones));
        final double[] all = spread(solved.toArray(), freedom);
        final double fastest = samples.stream()
                .mapToDouble(sample -> sample.throughput() / sample.concurrency())
                .max()
                .orElseThrow();
        if (all[0] <= 0) {
            return new Coefficients(fastest, 0, 0);
        }
        return new Coefficients(1 / all[0], Math.max(0, all[1] / all[0]), Math.max(0, all[2] / all[0]));
    }

    private static Coefficients refine(final List<Sample> samples, final Coefficients start, final boolean[] freedom) {
        final double[] target = new double[samples.size()];
        Arrays.fill(target, 1);
        try {
            final RealVector found = new LevenbergMarquardtOptimizer()
                    .optimize(new LeastSquaresBuilder()
                            .start(keep(new double[] {start.lambda(), start.sigma(), start.kappa()}, freedom))
                            .model(point -> model(samples, point, freedom))
                            .target(target)
                            .parameterValidator(UniversalScalabilityLaw::bound)
                            .maxEvaluations(EVALUATIONS_MAX)
                            .maxIterations(EVALUATIONS_MAX)
                            .build())
                    .getPoint();
            return coefficients(bound(found), freedom);
        } catch (final MathRuntimeException ex) {
            // No convergence, mostly at a bound; the linear fit stands, and competes with those that have less freedom.
            return start;
        }
    }

    private static Pair<RealVector, RealMatrix> model(
            final List<Sample> samples, final RealVector point, final boolean[] freedom) {
        final Coefficients at = coefficients(point, freedom);
        final double[] values = new double[samples.size()];
        final double[][] slopes = new double[values.length][];
        for (int i = 0; i < values.length; i++) {
            final double n = samples.get(i).concurrency();
            final double measured = samples.get(i).throughput();
            final double below = at.denominator(n);
            final double value = at.throughputAt(n) / measured;
            values[i] = value;
            slopes[i] = keep(
                    new double[] {value / at.lambda(), -value * (n - 1) / below, -value * n * (n - 1) / below},
                    freedom);
        }
        return new Pair<>(new ArrayRealVector(values, false), new Array2DRowRealMatrix(slopes, false));
    }

    private static RealVector bound(final RealVector point) {
        final double[] values = point.toArray();
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(i == 0 ? Double.MIN_NORMAL : 0, values[i]);
        }
        return new ArrayRealVector(values, false);
    }

    private static Coefficients coefficients(final RealVector point, final boolean[] freedom) {
        final double[] all = spread(point.toArray(), freedom);
        return new Coefficients(all[0], all[1], all[2]);
    }

    private static double[] keep(final double[] all, final boolean[] freedom) {
        final double[] kept = new double[PARAMETERS];
        int count = 0;
        kept[count++] = all[0];
        for (int i = 0; i < freedom.length; i++) {
            if (freedom[i]) {
                kept[count++] = all[i + 1];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private static double[] spread(final double[] kept, final boolean[] freedom) {
        final double[] all = new double[PARAMETERS];
        all[0] = kept[0];
        int from = 1;
        for (int i = 0; i < freedom.length; i++) {
            if (freedom[i]) {
                all[i + 1] = kept[from++];
            }
        }
        return all;
    }

    /**
     * Three parameters have taken up some of the noise, and how much there is of it is itself known by few points only: without
     * Student's factor the intervals of eight points held what made them in 83 to 90 of 100 simulated measurements.
     */
    private static double widening(final int points) {
        final int free = points - PARAMETERS;
        final double student = new TDistribution(free).inverseCumulativeProbability(HIGH);
        final double normal = new NormalDistribution().inverseCumulativeProbability(HIGH);
        return Math.sqrt((double) points / free) * student / normal;
    }

    /** Curves that could have been measured instead: the fitted one, with residuals of other points at each point. */
    private static List<Coefficients> resample(final List<Sample> samples, final Coefficients best) {
        final double[] residuals = new double[samples.size()];
        final double grow = widening(residuals.length);
        for (int i = 0; i < residuals.length; i++) {
            final Sample sample = samples.get(i);
            residuals[i] = grow * (sample.throughput() / best.throughputAt(sample.concurrency()) - 1);
        }
        final SplittableRandom random = new SplittableRandom(SEED);
        final List<Coefficients> all = new ArrayList<>(RESAMPLES);
        for (int k = 0; k < RESAMPLES; k++) {
            final List<Sample> drawn = new ArrayList<>(samples.size());
            for (final Sample sample : samples) {
                final double noise = Math.max(-0.99, residuals[random.nextInt(residuals.length)]);
                drawn.add(new Sample(sample.concurrency(), best.throughputAt(sample.concurrency()) * (1 + noise)));
            }
            all.add(search(drawn));
        }
        return all;
    }
}
