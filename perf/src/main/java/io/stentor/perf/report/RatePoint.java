package io.stentor.perf.report;

import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A point under a label that tells it from all others of its section.
 *
 * @param label for a legend.
 * @param point itself.
 */
record RatePoint(String label, Point point) {

    /** More curves in one plot than this cannot be told apart. */
    static final int CURVES_MAX = 7;

    private static final Comparator<RatePoint> BY_RATE = Comparator.comparingDouble(RatePoint::rate);

    /** The rate that it is plotted at: what was offered, in a closed loop what was reached. */
    double rate() {
        return point.offeredPerSecond() == null ? point.sentPerSecond() : point.offeredPerSecond();
    }

    boolean isInvalid() {
        return point.verdict() == Verdict.INVALID;
    }

    /** Whether its latency means anything: not in a closed loop, nor when nothing came. */
    boolean isTimed() {
        final Latency latency = point.endToEnd();
        return point.offeredPerSecond() != null && latency != null && latency.count() > 0;
    }

    /** Points with a latency that means something, by rising rate. */
    static List<RatePoint> timed(final List<RatePoint> points) {
        return points.stream().filter(RatePoint::isTimed).sorted(BY_RATE).toList();
    }

    /**
     * Those to draw a curve of: of each rate the one whose p99 is in the middle, preferably one to be believed; and of more
     * rates than {@link #CURVES_MAX} the lowest, the highest, the one nearest to the knee, and some evenly between.
     *
     * @param points any.
     * @param knee rate of the knee; NaN without one.
     * @return by rising rate.
     */
    static List<RatePoint> forCurves(final List<RatePoint> points, final double knee) {
        final TreeMap<Double, List<RatePoint>> byRate = new TreeMap<>();
        for (final RatePoint point : points) {
            byRate.computeIfAbsent(point.rate(), rate -> new ArrayList<>()).add(point);
        }
        final List<RatePoint> distinct =
                byRate.values().stream().map(RatePoint::middle).toList();
        if (distinct.size() <= CURVES_MAX) {
            return shortened(distinct);
        }
        final TreeSet<Integer> chosen = new TreeSet<>();
        chosen.add(0);
        chosen.add(distinct.size() - 1);
        if (!Double.isNaN(knee)) {
            chosen.add(nearest(distinct, knee));
        }
        for (int i = 1; i < CURVES_MAX && chosen.size() < CURVES_MAX; i++) {
            chosen.add(Math.round((float) i * (distinct.size() - 1) / (CURVES_MAX - 1)));
        }
        return shortened(chosen.stream().map(distinct::get).toList());
    }

    /** Under the labels that the results gave them, if these suffice to tell them apart. */
    private static List<RatePoint> shortened(final List<RatePoint> points) {
        final Set<String> labels = new HashSet<>();
        points.forEach(point -> labels.add(point.point().label()));
        return labels.size() < points.size()
                ? points
                : points.stream()
                        .map(point -> new RatePoint(point.point().label(), point.point()))
                        .toList();
    }

    private static int nearest(final List<RatePoint> points, final double rate) {
        int nearest = 0;
        for (int i = 1; i < points.size(); i++) {
            if (Math.abs(points.get(i).rate() - rate)
                    < Math.abs(points.get(nearest).rate() - rate)) {
                nearest = i;
            }
        }
        return nearest;
    }

    private static RatePoint middle(final List<RatePoint> same) {
        final List<RatePoint> valid =
                same.stream().filter(point -> !point.isInvalid()).toList();
        final List<RatePoint> sorted = (valid.isEmpty() ? same : valid)
                .stream().sorted(Comparator.comparingLong(RatePoint::p99Ns)).toList();
        return sorted.get((sorted.size() - 1) / 2);
    }

    private long p99Ns() {
        final Latency latency = point.endToEnd();
        return latency == null ? 0 : latency.p99Ns();
    }
}
