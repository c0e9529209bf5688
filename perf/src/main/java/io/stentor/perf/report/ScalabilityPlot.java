package io.stentor.perf.report;

import io.stentor.perf.report.Plot.Axis;
import io.stentor.perf.report.Plot.Line;
import io.stentor.perf.report.Plot.Scale;
import io.stentor.perf.report.Plot.Style;
import io.stentor.perf.report.Plot.Unit;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Knee.Concurrency;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Throughput by how many messages may be under way, and the law that it follows. */
final class ScalabilityPlot {
    private static final String TITLE = "Throughput by messages in flight";

    /** Numbers in flight that are this far apart are doubled from one to the next, and get an axis to match. */
    private static final int LOG_RANGE_MIN = 16;

    private ScalabilityPlot() {}

    /** Adds it to a section with this knee, which may be null. */
    static void add(final Section section, final Knee knee) {
        final List<Concurrency> points = knee == null
                ? List.of()
                : knee.closed().stream()
                        .filter(point -> point.inFlight() > 0 && point.messagesPerSecond() > 0)
                        .toList();
        final NavigableMap<Integer, List<Double>> measured = new TreeMap<>();
        for (final Concurrency point : points) {
            measured.computeIfAbsent(point.inFlight(), inFlight -> new ArrayList<>())
                    .add(point.messagesPerSecond());
        }
        if (measured.size() < 2) {
            section.leaveOut(TITLE, "only the closed loops of a knee with two numbers in flight or more give it");
            return;
        }
        final List<Line> lines = new ArrayList<>();
        final String note = measured.size() < ScalabilityFit.POINTS_MIN
                ? "Fewer than " + ScalabilityFit.POINTS_MIN + " points: too few to fit the Universal Scalability Law."
                : fitted(ScalabilityFit.of(points), lines);
        lines.add(new Line("measured", "c2", Style.DOTS, places(measured), medians(measured)));
        final boolean wide = measured.lastKey() >= LOG_RANGE_MIN * measured.firstKey();
        section.plots()
                .add(new Plot(
                        TITLE + ", and the fitted law",
                        note,
                        new Axis("messages in flight", Unit.COUNT, wide ? Scale.LOG : Scale.LINEAR),
                        new Axis("throughput", Unit.RATE, Scale.LINEAR),
                        lines,
                        List.of()));
    }

    private static String fitted(final ScalabilityFit fit, final List<Line> lines) {
        if (!fit.upper().isEmpty()) {
            lines.add(new Line("95 %, upper", "c1", Style.UPPER, fit.places(), fit.upper()));
            lines.add(new Line("95 %, lower", "c1", Style.LOWER, fit.places(), fit.lower()));
        }
        final List<Double> curve = fit.places().stream().map(fit::at).toList();
        lines.add(new Line("fitted law", "c1", Style.LINE, fit.places(), curve));
        return String.format(
                Locale.ROOT,
                "Universal Scalability Law: \u03bb = %s, \u03c3 = %.3g (contention), \u03ba = %.3g (coherence).%s",
                Quantities.rate(fit.lambda()),
                fit.sigma(),
                fit.kappa(),
                fit.upper().isEmpty()
                        ? ""
                        : " The band holds 95 % of the curves through the same points, errors dealt anew.");
    }

    private static List<Double> places(final NavigableMap<Integer, List<Double>> measured) {
        return measured.keySet().stream().map(Integer::doubleValue).toList();
    }

    private static List<Double> medians(final NavigableMap<Integer, List<Double>> measured) {
        return measured.values().stream()
                .map(repeats -> repeats.stream().sorted().toList().get((repeats.size() - 1) / 2))
                .toList();
    }
}
