package io.stentor.perf.report;

import io.stentor.perf.report.Plot.Axis;
import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Scale;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.report.Plot.Unit;
import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a message's time went: the means of the stages upon each other, since means add up where percentiles do not, and as
 * shares, since a bar at the knee is a thousand times as long as one at a tenth of its rate. Stages
 * that span others, or are no part of the way to the subscriber, are in the table only; what the parts leave of the whole is
 * a part of its own.
 */
final class StagePlot {

    /** They span others, or lie beside the way: no part of a stack. */
    private static final Set<String> SPANS =
            Set.of(Point.END_TO_END, "publish-to-shard", "publish-to-ack", "intended-to-receipt");

    private static final String TITLE = "Mean time of each stage";
    private static final String REST = "rest of the way";

    private StagePlot() {}

    /**
     * Adds it.
     *
     * @param section that gets it.
     * @param all points of the section.
     * @param curves those of them that get a bar.
     */
    static void add(final Section section, final List<RatePoint> all, final List<RatePoint> curves) {
        final List<Map<String, Double>> stacks = new ArrayList<>();
        final Set<String> stages = new LinkedHashSet<>();
        for (final RatePoint curve : curves) {
            final Map<String, Double> parts = parts(curve.point());
            stacks.add(parts);
            stages.addAll(parts.keySet());
        }
        stages.remove(REST);
        if (stages.isEmpty()) {
            section.leaveOut(
                    TITLE,
                    curves.isEmpty()
                            ? "a closed loop has no latency that means anything"
                            : "the results time no stage but the whole way");
            return;
        }
        stages.add(REST);
        final List<Double> x = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            x.add((double) i);
        }
        final List<Line> lines = new ArrayList<>();
        for (final String stage : stages) {
            final List<Double> y =
                    stacks.stream().map(stack -> stack.getOrDefault(stage, 0.0)).toList();
            lines.add(new Line(stage.replace('-', ' '), Colours.of(lines.size()), Style.STACK, x, y));
        }
        final List<String> names = curves.stream()
                .map(curve -> Quantities.shortCount(curve.rate()))
                .toList();
        section.plots()
                .add(new Plot(
                        TITLE + ", as its share of the whole way",
                        RateNote.of(all, curves),
                        new Axis("offered", Unit.RATE, Scale.CATEGORIES, names),
                        new Axis("share of the mean", Unit.NS, Scale.SHARES),
                        lines,
                        List.of()));
    }

    /** The means of the parts of a point's way, in its order. */
    static Map<String, Double> parts(final Point point) {
        final Map<String, Double> parts = new LinkedHashMap<>();
        double sum = 0;
        for (final Map.Entry<String, Latency> stage : point.stages().entrySet()) {
            final double meanNs = stage.getValue().meanNs();
            if (!SPANS.contains(stage.getKey()) && stage.getValue().count() > 0) {
                parts.put(stage.getKey(), meanNs);
                sum += meanNs;
            }
        }
        final Latency whole = point.endToEnd();
        parts.put(REST, whole == null ? 0 : Math.max(0, whole.meanNs() - sum));
        return parts;
    }
}
