package io.stentor.perf.report;

import io.stentor.perf.plan.UniversalScalabilityLaw;
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
import java.util.stream.IntStream;

/** Throughput by how many messages may be under way, and the law that it follows. */
final class ScalabilityPlot {
    private static final String TITLE = "Throughput by messages in flight";

    /** Numbers in flight that are this far apart are doubled from one to the next, and get an axis to match. */
    private static final int LOG_RANGE_MIN = 16;

    /** Places at which the curve is drawn: a smooth line on any screen. */
    private static final int PLACES = 80;

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
        final String note = measured.size() < UniversalScalabilityLaw.DISTINCT_MIN
                ? "Fewer than " + UniversalScalabilityLaw.DISTINCT_MIN
                        + " points: too few to fit the Universal Scalability Law."
                : fitted(points, lines);
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

    private static String fitted(final List<Concurrency> points, final List<Line> lines) {
        final UniversalScalabilityLaw law = UniversalScalabilityLaw.fit(points.stream()
                .map(point -> new UniversalScalabilityLaw.Sample(point.inFlight(), point.messagesPerSecond()))
                .toList());
        final List<Double> places = between(points);
        final List<UniversalScalabilityLaw.Interval> band =
                places.stream().map(law::band).toList();
        lines.add(new Line(
                "95 %, upper",
                "c1",
                Style.UPPER,
                places,
                band.stream().map(UniversalScalabilityLaw.Interval::high).toList()));
        lines.add(new Line(
                "95 %, lower",
                "c1",
                Style.LOWER,
                places,
                band.stream().map(UniversalScalabilityLaw.Interval::low).toList()));
        lines.add(new Line(
                "fitted law",
                "c1",
                Style.LINE,
                places,
                places.stream().map(law::throughputAt).toList()));
        return String.format(
                Locale.ROOT,
                "Universal Scalability Law: \u03bb = %s, \u03c3 = %.3g (contention), \u03ba = %.3g (coherence). The band"
                        + " holds 95 %% of the curves through the same points, errors dealt anew.",
                Quantities.rate(law.lambda()),
                law.sigma(),
                law.kappa());
    }

    /** Numbers in flight from the least measured to the greatest, in proportion. */
    private static List<Double> between(final List<Concurrency> points) {
        final double least =
                points.stream().mapToInt(Concurrency::inFlight).min().orElseThrow();
        final double most =
                points.stream().mapToInt(Concurrency::inFlight).max().orElseThrow();
        return IntStream.range(0, PLACES)
                .mapToObj(i -> least * Math.pow(most / least, (double) i / (PLACES - 1)))
                .toList();
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
