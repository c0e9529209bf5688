package io.stentor.perf.result;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * A distribution of times, in nanoseconds.
 *
 * @param count of values.
 * @param meanNs their mean.
 * @param p50Ns the median, and so on.
 * @param maxNs the greatest.
 * @param curve its shape, from the least to the greatest, finer towards the tail; for a plot with logarithmic nines.
 */
public record Latency(
        long count,
        double meanNs,
        long p50Ns,
        long p90Ns,
        long p99Ns,
        long p999Ns,
        long p9999Ns,
        long maxNs,
        List<Step> curve) {

    /** Steps for each halving of what is left above: enough for a smooth line, some 100 for a million values. */
    private static final int STEPS_PER_HALVING = 5;

    /**
     * A step of the curve.
     *
     * @param percentile from 0 to 100.
     * @param ns the least time that so many values are not above.
     */
    public record Step(double percentile, long ns) {}

    /** Takes an absent curve for an empty one. */
    public Latency {
        curve = curve == null ? List.of() : List.copyOf(curve);
    }

    /** What a histogram of nanoseconds holds. */
    public static Latency of(final Histogram histogram) {
        final List<Step> curve = new ArrayList<>();
        for (final HistogramIterationValue value : histogram.percentiles(STEPS_PER_HALVING)) {
            curve.add(new Step(value.getPercentileLevelIteratedTo(), value.getValueIteratedTo()));
        }
        return new Latency(
                histogram.getTotalCount(),
                histogram.getMean(),
                histogram.getValueAtPercentile(50),
                histogram.getValueAtPercentile(90),
                histogram.getValueAtPercentile(99),
                histogram.getValueAtPercentile(99.9),
                histogram.getValueAtPercentile(99.99),
                histogram.getMaxValue(),
                curve);
    }
}
