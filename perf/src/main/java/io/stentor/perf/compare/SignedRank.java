package io.stentor.perf.compare;

import java.util.Arrays;

/**
 * Where the middle of a symmetrical distribution lies, by Wilcoxon's signed ranks: the estimate of Hodges and Lehmann, which is
 * the median of the means of all pairs of values, and the exact interval around it. It asks for no normal distribution, and one
 * value that is far off moves it little.
 *
 * @param estimate of the middle.
 * @param lower end of the interval.
 * @param upper end of the interval.
 */
record SignedRank(double estimate, double lower, double upper) {

    /** The means of all pairs of more values than this would be too many to sort. */
    static final int VALUES_MAX = 200;

    /**
     * Finds the middle.
     *
     * @param values from 1 to {@link #VALUES_MAX}.
     * @param risk that the interval does not hold the middle, from 0 to 1, as {@link #canTell} allows.
     */
    static SignedRank of(final double[] values, final double risk) {
        final int n = values.length;
        final int beyond = valuesBeyond(n, risk / 2);
        if (beyond < 0) {
            throw new IllegalArgumentException(n + " values are too few for a risk of " + risk);
        }
        final double[] means = new double[n * (n + 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                means[count++] = (values[i] + values[j]) / 2;
            }
        }
        Arrays.sort(means);
        final double middle = (means[(count - 1) / 2] + means[count / 2]) / 2;
        return new SignedRank(middle, means[beyond], means[count - 1 - beyond]);
    }

    /** Whether so many values can give an interval with this risk at all: they can when all of one sign are rare enough. */
    static boolean canTell(final int count, final double risk) {
        return valuesBeyond(count, risk / 2) >= 0;
    }

    /**
     * The most means that may lie beyond one end of the interval: the greatest K for which the sum of the positive ranks is K or
     * less no more often than the risk of that end; -1 if there is none.
     */
    private static int valuesBeyond(final int n, final double risk) {
        final int sums = n * (n + 1) / 2;
        // share[s]: of all 2^k ways to sign the ranks 1..k, those whose positive ranks add up to s.
        final double[] share = new double[sums + 1];
        share[0] = 1;
        for (int rank = 1; rank <= n; rank++) {
            for (int sum = sums; sum >= 0; sum--) {
                share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
            }
        }
        double below = 0;
        int beyond = -1;
        while (below + share[beyond + 1] <= risk) {
            below += share[beyond + 1];
            beyond++;
        }
        return beyond;
    }
}
