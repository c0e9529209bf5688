package io.stentor.perf.load;

import java.util.EnumMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** The recorded latencies of a run by stage, in nanoseconds. Reporter's thread only. */
final class StageLog {
    /** Three significant digits: what HdrHistogram's own tools use, and more than two runs ever agree on. */
    static final int SIGNIFICANT_DIGITS = 3;

    private final Map<Stage, Histogram> totals = new EnumMap<>(Stage.class);
    private final HdrLog hdrLog;

    /**
     * A log with nothing in it.
     *
     * @param hdrLog where each interval is written as well, or null.
     */
    StageLog(final HdrLog hdrLog) {
        this.hdrLog = hdrLog;
    }

    /** Adds what one stage recorded in one interval. */
    void add(final Stage stage, final Histogram interval) {
        if (interval.getTotalCount() == 0) {
            return;
        }
        totals.computeIfAbsent(stage, key -> new Histogram(SIGNIFICANT_DIGITS)).add(interval);
        if (hdrLog != null) {
            hdrLog.write(stage, interval);
        }
    }

    /** The stages that recorded anything, in the order of a message's way. */
    Map<Stage, Histogram> totals() {
        return totals;
    }
}
