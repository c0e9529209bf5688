package io.stentor.perf.load;

import java.util.Arrays;

/**
 * How fast a figure moves: the median of the slopes between all pairs of its points (Theil 1950, Sen 1968), which a few wild points
 * do not move. Stateless.
 */
final class TrendLine {
    /** More points are thinned: the pairs grow with their square. */
    private static final int POINTS_MAX = 1000;

    private TrendLine() {}

    /**
     * The slope.
     *
     * @param times of the points, rising.
     * @param values at those times.
     * @return values a unit of time; 0 for fewer than two points.
     */
    static double slope(final double[] times, final double[] values) {
        final int step = Math.max(1, (times.length + POINTS_MAX - 1) / POINTS_MAX);
        final int count = times.length / step;
        final double[] slopes = new double[count * (count - 1) / 2];
        int n = 0;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                final double time = times[j * step] - times[i * step];
                slopes[n++] = (values[j * step] - values[i * step]) / time;
            }
        }
        if (n == 0) {
            return 0;
        }
        Arrays.sort(slopes);
        return n % 2 == 1 ? slopes[n / 2] : (slopes[n / 2 - 1] + slopes[n / 2]) / 2;
    }
}
