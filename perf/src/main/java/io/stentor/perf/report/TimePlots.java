package io.stentor.perf.report;

import io.stentor.perf.report.Plot.Axis;
import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Scale;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.report.Plot.Unit;
import io.stentor.perf.result.Point.Second;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Plots of how points went, second by second. */
final class TimePlots {

    /** A screen has no more columns; a soak of hours has more seconds. */
    private static final int PLACES_MAX = 2_000;

    private static final String THROUGHPUT = "Throughput over time";
    private static final String LATENCY = "p99 over time";
    private static final String LATENCIES = "p50, p99 and p99.9 over time";
    private static final String IN_FLIGHT = "Messages in flight over time";
    private static final String BACKLOG = "Backlog over time";
    private static final Axis LINEAR = new Axis("messages", Unit.COUNT, Scale.LINEAR);
    private static final Axis X = new Axis("time", Unit.SECONDS, Scale.LINEAR);

    private final Section section;
    private final List<RatePoint> points;
    private final String note;

    /** Seconds that share a place. */
    private final int width;

    private TimePlots(final Section section, final List<RatePoint> points, final String note) {
        this.section = section;
        this.points = points;
        this.note = note;
        final int longest = points.stream()
                .mapToInt(point -> point.point().seconds().size())
                .max()
                .orElse(0);
        width = (longest + PLACES_MAX - 1) / PLACES_MAX;
    }

    /**
     * Adds throughput, p99, and what was under way.
     *
     * @param section that gets them.
     * @param all points of the section.
     * @param curves those of them that are drawn.
     */
    static void add(final Section section, final List<RatePoint> all, final List<RatePoint> curves) {
        final List<RatePoint> points = curves.stream()
                .filter(curve -> curve.point().seconds().size() > 1)
                .toList();
        if (points.isEmpty()) {
            for (final String title : List.of(THROUGHPUT, LATENCY, IN_FLIGHT, BACKLOG)) {
                section.leaveOut(title, "no point of the results tells of two seconds");
            }
            return;
        }
        final TimePlots plots = new TimePlots(section, points, RateNote.of(all, points));
        plots.throughput();
        plots.latency();
        plots.underWay();
    }

    private void throughput() {
        final List<Line> lines = new ArrayList<>();
        for (int i = 0; i < points.size(); i++) {
            lines.add(line(points.get(i), points.get(i).label(), colour(i), Style.LINE, mean(Second::sentPerSecond)));
        }
        add(THROUGHPUT, new Axis("messages taken", Unit.RATE, Scale.LINEAR), lines, note, "mean");
    }

    private void latency() {
        final List<Line> lines = new ArrayList<>();
        final boolean single = points.size() == 1;
        for (int i = 0; i < points.size(); i++) {
            final RatePoint point = points.get(i);
            if (!point.isTimed()) {
                continue;
            }
            if (single) {
                lines.add(line(point, "p99.9", Colours.of(2), Style.LINE, worst(Second::p999Ns)));
                lines.add(line(point, "p99", Colours.of(1), Style.LINE, worst(Second::p99Ns)));
                lines.add(line(point, "p50", Colours.of(0), Style.LINE, worst(Second::p50Ns)));
            } else {
                lines.add(line(point, point.label(), colour(i), Style.LINE, worst(Second::p99Ns)));
            }
        }
        if (lines.isEmpty()) {
            section.leaveOut(LATENCY, "a closed loop has no latency that means anything");
            return;
        }
        final List<Line> positive = lines.stream().map(TimePlots::withoutZeros).toList();
        final Axis y = new Axis("end to end", Unit.NS, Scale.LOG);
        add(single ? LATENCIES : LATENCY, y, positive, note, "worst");
    }

    private void underWay() {
        final List<Line> inFlight = new ArrayList<>();
        final List<Line> backlog = new ArrayList<>();
        final boolean single = points.size() == 1;
        for (int i = 0; i < points.size(); i++) {
            final RatePoint point = points.get(i);
            final String colour = single ? Colours.of(1) : colour(i);
            inFlight.add(
                    line(point, single ? "in flight" : point.label(), colour(i), Style.LINE, worst(Second::inFlight)));
            backlog.add(line(point, single ? "backlog" : point.label(), colour, Style.DASHED, worst(Second::backlog)));
        }
        backlog.removeIf(TimePlots::isZero);
        if (single && !backlog.isEmpty()) {
            inFlight.addAll(backlog);
            add(BACKLOG + ", and messages in flight", LINEAR, inFlight, note, "peak");
            return;
        }
        if (single) {
            add(IN_FLIGHT, LINEAR, inFlight, note, "peak");
        } else {
            // By Little's law they differ as rates and latencies do together: by powers of ten.
            inFlight.removeIf(TimePlots::isZero);
            inFlight.replaceAll(TimePlots::withoutZeros);
            addUnlessEmpty(IN_FLIGHT, new Axis("messages", Unit.COUNT, Scale.LOG), inFlight);
        }
        addUnlessEmpty(BACKLOG, LINEAR, backlog);
    }

    private void addUnlessEmpty(final String title, final Axis y, final List<Line> lines) {
        if (lines.isEmpty()) {
            section.leaveOut(title, "no second ended with such a message");
            return;
        }
        final String some = lines.size() + " of " + points.size() + " rates ended a second with such a message.";
        add(title, y, lines, lines.size() == points.size() ? note : (note + " " + some).strip(), "peak");
    }

    private static boolean isZero(final Line line) {
        return line.y().stream().allMatch(value -> value == 0);
    }

    private void add(
            final String title, final Axis y, final List<Line> lines, final String sentence, final String merge) {
        final String merged = width <= 1 ? "" : "Each place is the " + merge + " of " + width + " seconds.";
        section.plots().add(new Plot(title, (sentence + " " + merged).strip(), X, y, lines, List.of()));
    }

    private Line line(
            final RatePoint point,
            final String label,
            final String colour,
            final Style style,
            final ToDoubleFunction<List<Second>> figure) {
        final List<Second> seconds = point.point().seconds();
        final List<Double> x = new ArrayList<>();
        final List<Double> y = new ArrayList<>();
        for (int from = 0; from < seconds.size(); from += width) {
            final List<Second> place = seconds.subList(from, Math.min(from + width, seconds.size()));
            x.add((double) place.get(0).second());
            y.add(figure.applyAsDouble(place));
        }
        return new Line(label, colour, style, x, y);
    }

    private String colour(final int index) {
        return Colours.step(index, points.size());
    }

    private static ToDoubleFunction<List<Second>> mean(final ToDoubleFunction<Second> figure) {
        return place -> place.stream().mapToDouble(figure).average().orElse(0);
    }

    private static ToDoubleFunction<List<Second>> worst(final ToDoubleFunction<Second> figure) {
        return place -> place.stream().mapToDouble(figure).max().orElse(0);
    }

    /** A second in which nothing came has no latency, and a logarithmic axis no zero: a gap. */
    private static Line withoutZeros(final Line line) {
        final List<Double> y = new ArrayList<>();
        for (final Double value : line.y()) {
            y.add(value > 0 ? value : null);
        }
        return new Line(line.label(), line.colour(), line.style(), line.x(), y);
    }
}
