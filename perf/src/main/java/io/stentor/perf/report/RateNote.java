package io.stentor.perf.report;

import java.util.List;

/** Says which rates a plot leaves out. */
final class RateNote {
    private RateNote() {}

    /**
     * A sentence; empty if all are shown.
     *
     * @param points of the section.
     * @param shown those that are drawn.
     */
    static String of(final List<RatePoint> points, final List<RatePoint> shown) {
        if (shown.size() == points.size()) {
            return "";
        }
        return shown.size() + " of " + points.size() + " points are drawn; all of them are in the table.";
    }
}
