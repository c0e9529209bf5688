package io.stentor.perf.report;

import io.stentor.perf.result.Knee.Concurrency;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The Universal Scalability Law, X(n) = λn / (1 + σ(n - 1) + κn(n - 1)), through measured points, with the band in which 95 %
 * of the curves lie that are fitted to the same points with their errors dealt anew.
 *
 * <p>n / X(n) is linear in 1/λ, σ/λ and κ/λ. They are found by least squares of relative errors, none of them negative: the
 * best of the fits with σ, κ, both or neither held at zero.
 *
 * @param lambda throughput of one, without contention.
 * @param sigma share of the work that is done one after the other.
 * @param kappa cost of agreement between each two.
 * @param lower edge of the band, by place; empty when the points are too few for one.
 * @param upper edge of the band.
 * @param places at which the band is given: rising numbers of messages in flight.
 */
record ScalabilityFit(
        double lambda, double sigma, double kappa, List<Double> places, List<Double> lower, List<Double> upper) {

    /** The law has three unknowns; with as many points the curve goes through all of them and says nothing. */
    static final int POINTS_MIN = 4;

    private static final int BAND_POINTS_MIN = 5;
    private static final int PLACES = 80;
    private static final int RESAMPLES = 400;
    private static final double TAIL = 0.025;

    /** The same points give the same band. */
    private static final long SEED = 20_260_101;

    /**
     * Fits the law.
     *
     * @param points at least {@link #POINTS_MIN}, of different concurrency, with positive throughput.
     */
    static ScalabilityFit of(final List<Concurrency> points) {
        final double[] best = solve(points);
        final List<Double> places = places(points);
        if (points.size() < BAND_POINTS_MIN) {
            return new ScalabilityFit(1 / best[0], best[1] / best[0], best[2] / best[0], places, List.of(), List.of());
        }
        final List<double[]> curves = resampled(points, best, places);
        final List<Double> lower = new ArrayList<>();
        final List<Double> upper = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            final int place = i;
            final double[] sorted =
                    curves.stream().mapToDouble(curve -> curve[place]).sorted().toArray();
            lower.add(sorted[(int) (TAIL * sorted.length)]);
            upper.add(sorted[(int) ((1 - TAIL) * sorted.length) - 1]);
        }
        return new ScalabilityFit(1 / best[0], best[1] / best[0], best[2] / best[0], places, lower, upper);
    }

    /** Throughput that the law gives. */
    double at(final double inFlight) {
        return inFlight * lambda / (1 + sigma * (inFlight - 1) + kappa * inFlight * (inFlight - 1));
    }

    private static List<double[]> resampled(
            final List<Concurrency> points, final double[] best, final List<Double> places) {
        final double[] errors = new double[points.size()];
        for (int i = 0; i < errors.length; i++) {
            final Concurrency point = points.get(i);
            errors[i] = Math.log(point.messagesPerSecond() / throughput(best, point.inFlight()));
        }
        // Three unknowns were fitted, so the errors that are left are smaller than those of the measurement.
        final double widening = Math.sqrt((double) errors.length / (errors.length - best.length));
        final Random random = new Random(SEED);
        final List<double[]> curves = new ArrayList<>();
        for (int resample = 0; resample < RESAMPLES; resample++) {
            final List<Concurrency> dealt = new ArrayList<>();
            for (final Concurrency point : points) {
                final double error = widening * errors[random.nextInt(errors.length)];
                dealt.add(new Concurrency(point.inFlight(), throughput(best, point.inFlight()) * Math.exp(error)));
            }
            final double[] fit = solve(dealt);
            curves.add(
                    places.stream().mapToDouble(place -> throughput(fit, place)).toArray());
        }
        return curves;
    }

    private static double throughput(final double[] fit, final double n) {
        return n / (fit[0] + fit[1] * (n - 1) + fit[2] * n * (n - 1));
    }

    private static List<Double> places(final List<Concurrency> points) {
        final double least =
                points.stream().mapToInt(Concurrency::inFlight).min().orElseThrow();
        final double most =
                points.stream().mapToInt(Concurrency::inFlight).max().orElseThrow();
        final List<Double> places = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            places.add(least * Math.pow(most / least, (double) i / (PLACES - 1)));
        }
        return places;
    }

    private static double[] solve(final List<Concurrency> points) {
        double[] best = null;
        double least = Double.MAX_VALUE;
        // Bit 0: σ may differ from zero; bit 1: κ may.
        for (int free = 0; free < 4; free++) {
            final double[] fit = leastSquares(points, (free & 1) != 0, (free & 2) != 0);
            if (fit[0] > 0 && fit[1] >= 0 && fit[2] >= 0) {
                double squares = 0;
                for (final Concurrency point : points) {
                    final double error = throughput(fit, point.inFlight()) / point.messagesPerSecond() - 1;
                    squares += error * error;
                }
                if (squares < least) {
                    least = squares;
                    best = fit;
                }
            }
        }
        return best;
    }

    /** The normal equations of those unknowns that are free, by Gauss and Jordan; the others are 0. */
    private static double[] leastSquares(
            final List<Concurrency> points, final boolean sigmaFree, final boolean kappaFree) {
        final double[][] system = new double[3][4];
        for (final Concurrency point : points) {
            final double n = point.inFlight();
            final double weight = point.messagesPerSecond() / n;
            final double[] row = {weight, sigmaFree ? weight * (n - 1) : 0, kappaFree ? weight * n * (n - 1) : 0, 1};
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 4; j++) {
                    system[i][j] += row[i] * row[j];
                }
            }
        }
        for (int pivot = 0; pivot < 3; pivot++) {
            final double scale = system[pivot][pivot];
            if (scale == 0) {
                continue;
            }
            for (int j = 0; j < 4; j++) {
                system[pivot][j] /= scale;
            }
            for (int i = 0; i < 3; i++) {
                if (i != pivot) {
                    final double factor = system[i][pivot];
                    for (int j = 0; j < 4; j++) {
                        system[i][j] -= factor * system[pivot][j];
                    }
                }
            }
        }
        return new double[] {system[0][3], system[1][3], system[2][3]};
    }
}
