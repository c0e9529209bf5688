package io.stentor.perf.compare;

import io.stentor.perf.result.Result;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * What pairs say of a figure.
 *
 * @param figure that is judged.
 * @param medianA of A's values.
 * @param medianB of B's values.
 * @param ratio of B to A in the middle of the pairs'.
 * @param lower end of its interval.
 * @param upper end of its interval.
 */
record Judgement(Figure figure, double medianA, double medianB, double ratio, double lower, double upper) {

    /**
     * Judges a figure.
     *
     * @param figure that is judged.
     * @param pairs as many as the risk needs.
     * @param risk that the interval does not hold the ratio, from 0 to 1.
     * @return null when a result does not tell the figure.
     */
    static Judgement of(final Figure figure, final Pairs pairs, final double risk) {
        final double[] a = values(pairs.a(), figure.value());
        final double[] b = values(pairs.b(), figure.value());
        if (a == null || b == null) {
            return null;
        }
        final double[] logs = new double[a.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = Math.log(b[i] / a[i]);
        }
        final SignedRank rank = SignedRank.of(logs, risk);
        return new Judgement(
                figure,
                median(a),
                median(b),
                Math.exp(rank.estimate()),
                Math.exp(rank.lower()),
                Math.exp(rank.upper()));
    }

    /** Whether the interval leaves no room for A and B being alike. */
    boolean isDifferent() {
        return lower > 1 || upper < 1;
    }

    /** Whether B is worse. */
    boolean isWorse() {
        return isDifferent() && figure.isRate() == (ratio < 1);
    }

    /** What it says, in words. */
    String verdict() {
        if (!isDifferent()) {
            return String.format(Locale.ROOT, "no difference; these pairs tell one of %s", percent(told()));
        }
        final String word = figure.isRate() ? ratio < 1 ? "slower" : "faster" : ratio < 1 ? "lower" : "higher";
        final String subject = figure.isRate() ? "B is " : figure.name() + " of B is ";
        final double least = Math.min(Math.abs(lower - 1), Math.abs(upper - 1));
        final double most = Math.max(Math.abs(lower - 1), Math.abs(upper - 1));
        return subject + percent(Math.abs(ratio - 1)) + " " + word + " [" + number(least) + ".." + number(most) + "]";
    }

    /** The least share by which B would have to differ for an interval as wide as this not to hold 1. */
    double told() {
        return Math.sqrt(upper / lower) - 1;
    }

    private static String percent(final double share) {
        return number(share) + " %";
    }

    private static String number(final double share) {
        final double percent = 100 * share;
        return String.format(Locale.ROOT, percent < 9.95 ? "%.1f" : "%.0f", percent);
    }

    private static double[] values(final List<Result> results, final Function<Result, Double> value) {
        final List<Double> values = results.stream().map(value).toList();
        return values.stream().anyMatch(Objects::isNull)
                ? null
                : values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }
}
