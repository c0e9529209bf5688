package io.stentor.perf.report;

import io.stentor.perf.report.Plot.Axis;
import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Mark;
import io.stentor.perf.report.Plot.Scale;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.report.Plot.Unit;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Latency;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Plots of latency: by percentile, and by rate. */
final class LatencyPlots {
    private static final String PERCENTILES = "Latency by percentile";
    private static final String BY_RATE = "Latency by offered rate";
    private static final String UNTIMED = "a closed loop has no latency that means anything";

    private LatencyPlots() {}

    /**
     * One curve for each rate, along an axis on which each nine is as long as the one before.
     *
     * @param section that gets it.
     * @param points of the section.
     * @param curves those of them that get a curve.
     */
    static void percentiles(final Section section, final List<RatePoint> points, final List<RatePoint> curves) {
        final List<Line> lines = new ArrayList<>();
        for (int i = 0; i < curves.size(); i++) {
            final RatePoint curve = curves.get(i);
            if (!curve.point().endToEnd().curve().isEmpty()) {
                lines.add(percentileLine(curve, Colours.step(i, curves.size())));
            }
        }
        if (lines.isEmpty()) {
            section.leaveOut(PERCENTILES, curves.isEmpty() ? UNTIMED : "the results hold no curve");
            return;
        }
        section.plots()
                .add(new Plot(
                        lines.size() == 1 ? PERCENTILES : PERCENTILES + ", for each rate",
                        RateNote.of(points, curves),
                        new Axis("percentile", Unit.NINES, Scale.LINEAR),
                        new Axis("end to end", Unit.NS, Scale.LOG),
                        lines,
                        List.of()));
    }

    /**
     * Percentiles against what was offered, with the knee and its objective.
     *
     * @param section that gets it.
     * @param points of the section.
     * @param knee of it, or null.
     */
    static void byRate(final Section section, final List<RatePoint> points, final Knee knee) {
        final NavigableMap<Double, List<Latency>> valid = new TreeMap<>();
        final NavigableMap<Double, List<Latency>> invalid = new TreeMap<>();
        for (final RatePoint point : RatePoint.timed(points)) {
            (point.isInvalid() ? invalid : valid)
                    .computeIfAbsent(point.rate(), rate -> new ArrayList<>())
                    .add(point.point().endToEnd());
        }
        if (valid.size() + invalid.size() < 2) {
            section.leaveOut(BY_RATE, valid.isEmpty() && invalid.isEmpty() ? UNTIMED : "it needs two rates or more");
            return;
        }
        final List<Line> lines = new ArrayList<>();
        if (!valid.isEmpty()) {
            lines.add(medians("p99.9", "c3", Style.DOTTED, valid, Latency::p999Ns));
            lines.add(medians("p99", "c2", Style.DOTTED, valid, Latency::p99Ns));
            lines.add(medians("p50", "c1", Style.DOTTED, valid, Latency::p50Ns));
        }
        if (valid.values().stream().anyMatch(repeats -> repeats.size() > 1)) {
            lines.add(ofSorted("p99, highest", Style.UPPER, valid, 1));
            lines.add(ofSorted("p99, lowest", Style.LOWER, valid, 0));
        }
        if (!invalid.isEmpty()) {
            lines.add(medians("p99, invalid", "c4", Style.RINGS, invalid, Latency::p99Ns));
        }
        final List<Mark> marks = new ArrayList<>();
        if (knee != null) {
            final double objectiveNs = (double) knee.objectiveP99Ns();
            marks.add(new Mark(true, knee.ratePerSecond(), "knee " + Quantities.rate(knee.ratePerSecond())));
            marks.add(new Mark(false, objectiveNs, "objective p99 " + Quantities.time(objectiveNs)));
        }
        section.plots()
                .add(new Plot(
                        knee == null ? BY_RATE : BY_RATE + ", and the knee",
                        invalid.isEmpty()
                                ? ""
                                : "Rings are points that must not be believed: their verdict is INVALID.",
                        new Axis("offered", Unit.RATE, Scale.LINEAR),
                        new Axis("end to end", Unit.NS, Scale.LOG),
                        lines,
                        marks));
    }

    private static Line percentileLine(final RatePoint curve, final String colour) {
        final Latency latency = curve.point().endToEnd();
        // Of so many values the greatest stands for this many nines; the curve's own last step has infinitely many.
        final double most = Math.log10((double) Math.max(latency.count(), 2));
        final List<Double> x = new ArrayList<>();
        final List<Double> y = new ArrayList<>();
        double last = -1;
        for (final Latency.Step step : latency.curve()) {
            final double nines = Math.min(most, -Math.log10(1 - step.percentile() / 100));
            if (nines > last && step.ns() > 0) {
                x.add(nines);
                y.add((double) step.ns());
                last = nines;
            }
        }
        return new Line(curve.label(), colour, Style.LINE, x, y);
    }

    private static Line medians(
            final String label,
            final String colour,
            final Style style,
            final NavigableMap<Double, List<Latency>> latencies,
            final ToDoubleFunction<Latency> percentile) {
        final List<Double> y = new ArrayList<>();
        for (final List<Latency> repeats : latencies.values()) {
            final double[] sorted =
                    repeats.stream().mapToDouble(percentile).sorted().toArray();
            y.add(sorted[(sorted.length - 1) / 2]);
        }
        return new Line(label, colour, style, List.copyOf(latencies.keySet()), y);
    }

    private static Line ofSorted(
            final String label,
            final Style style,
            final NavigableMap<Double, List<Latency>> latencies,
            final int position) {
        final List<Double> y = new ArrayList<>();
        for (final List<Latency> repeats : latencies.values()) {
            final double[] sorted =
                    repeats.stream().mapToDouble(Latency::p99Ns).sorted().toArray();
            y.add(sorted[position * (sorted.length - 1)]);
        }
        return new Line(label, "c2", style, List.copyOf(latencies.keySet()), y);
    }
}
