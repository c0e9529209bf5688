package io.stentor.perf.load;

import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What one load on one path gave.
 *
 * @param sends what was sent.
 * @param deliveries what came out.
 * @param receipts what the publisher was told, or null if it asked for none.
 * @param deliveredNs time from the first message that counts to the last callback.
 * @param inFlight how many messages were under way; null in a closed loop and where messages are missing.
 * @param seconds how it went over time.
 * @param cost of the rig in that time, and of the path's other processes.
 * @param stages what was timed in it.
 * @param failure why the path stopped by itself, or null.
 */
record PassResult(
        Sends sends,
        Deliveries deliveries,
        Receipts receipts,
        long deliveredNs,
        Point.InFlight inFlight,
        List<Point.Second> seconds,
        List<ProcessCost> cost,
        StageLog stages,
        Throwable failure) {
    private static final double NS_PER_SECOND = 1e9;

    /** A percentile of the whole way, in nanoseconds; 0 when nothing was timed. */
    long percentileNs(final double percentile) {
        final Histogram endToEnd = stages.totals().get(Stage.END_TO_END);
        return endToEnd == null ? 0 : endToEnd.getValueAtPercentile(percentile);
    }

    /** Messages a second that the path took. */
    double sentRate() {
        return sends.measured() * NS_PER_SECOND / Math.max(1, sends.measuredNs());
    }

    /** Messages a second that came to all of their subscribers: from the first offer to the last callback. */
    double deliveredRate() {
        return sends.measured() * NS_PER_SECOND / Math.max(1, deliveredNs);
    }

    /** Deliveries a second, of all subscribers together. */
    double deliveriesRate() {
        return sends.deliveriesMeasured() * NS_PER_SECOND / Math.max(1, deliveredNs);
    }
}
