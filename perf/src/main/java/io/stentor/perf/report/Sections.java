package io.stentor.perf.report;

import io.stentor.perf.result.Baseline;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.Result.Kind;
import io.stentor.perf.result.Result.Verdict;
import io.stentor.perf.result.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Sorts results into sections: each for itself, but runs of one build on one machine that were asked for the same at
 * different rates together, since their curves belong in one plot.
 */
final class Sections {
    private Sections() {}

    /** Sections of these results, in the order of the first of each. */
    static List<Section> of(final List<Source> sources) {
        final Map<List<Object>, List<Source>> groups = new LinkedHashMap<>();
        for (final Source source : sources) {
            groups.computeIfAbsent(key(source), key -> new ArrayList<>()).add(source);
        }
        return groups.values().stream().map(Sections::section).toList();
    }

    private static List<Object> key(final Source source) {
        final Result result = source.result();
        final Settings settings = result.settings();
        if (result.kind() != Kind.RUN || settings == null) {
            return List.of(source);
        }
        final Environment environment = result.environment();
        return Arrays.asList(
                environment.cpu(),
                environment.cores(),
                environment.os(),
                environment.jdk(),
                environment.commit(),
                settings.target(),
                settings.arrivals(),
                settings.profile(),
                settings.payloadLength(),
                settings.topics(),
                settings.subscribers(),
                settings.level(),
                settings.ack(),
                settings.threading(),
                settings.journal());
    }

    private static Section section(final List<Source> sources) {
        final Result first = sources.get(0).result();
        final Section section = new Section(title(sources), worst(sources));
        headlines(section, sources);
        final List<RatePoint> points = points(sources);
        if (first.kind() == Kind.CONNS) {
            connections(section, first.connections());
        } else {
            pointParts(section, points, first.knee());
        }
        for (final Source source : sources) {
            final Result result = source.result();
            if (result.knee() != null) {
                section.add(ResultTables.knee(result.knee()));
            }
            section.add(ResultTables.slopes(result.slopes()));
            section.add(ResultTables.floors(result, reached(result)));
            if (result.baseline() != null) {
                section.add(ResultTables.baseline(result.baseline()));
            }
            if (result.environment().commandLine() != null) {
                section.commands().add(result.environment().commandLine());
            }
        }
        section.add(ResultTables.environment(sources));
        return section;
    }

    private static void pointParts(final Section section, final List<RatePoint> points, final Knee knee) {
        final double kneeRate = knee == null ? Double.NaN : knee.ratePerSecond();
        final List<RatePoint> timed = RatePoint.forCurves(RatePoint.timed(points), kneeRate);
        LatencyPlots.byRate(section, points, knee);
        LatencyPlots.percentiles(section, points, timed);
        StagePlot.add(section, points, timed);
        TimePlots.add(section, points, RatePoint.forCurves(points, kneeRate));
        ScalabilityPlot.add(section, knee);
        section.add(PointTables.rates(points));
        section.add(PointTables.reasons(points));
        section.add(PointTables.stages(points));
        section.add(PointTables.counts(points));
        section.add(PointTables.cost(points));
    }

    private static void connections(final Section section, final Connections connections) {
        if (connections == null) {
            section.leaveOut("Memory by open connections", "the result holds none");
            return;
        }
        MemoryPlot.add(section, connections);
        section.add(ResultTables.connections(connections));
    }

    private static List<RatePoint> points(final List<Source> sources) {
        final Set<String> seen = new HashSet<>();
        final Set<String> repeated = new HashSet<>();
        for (final Source source : sources) {
            for (final Point point : source.result().points()) {
                if (!seen.add(point.label())) {
                    repeated.add(point.label());
                }
            }
        }
        final Map<String, Integer> times = new LinkedHashMap<>();
        final List<RatePoint> points = new ArrayList<>();
        for (final Source source : sources) {
            for (final Point point : source.result().points()) {
                final String label = point.label();
                points.add(new RatePoint(
                        repeated.contains(label) ? label + " #" + times.merge(label, 1, Integer::sum) : label, point));
            }
        }
        return points;
    }

    private static String title(final List<Source> sources) {
        final Result first = sources.get(0).result();
        final String kind = switch (first.kind()) {
            case RUN -> sources.size() == 1 ? "Run" : sources.size() + " runs";
            case KNEE -> "Knee";
            case SOAK -> "Soak";
            case CONNS -> "Connections";
        };
        final Settings settings = first.settings();
        final String what = settings == null
                ? ""
                : ": " + settings.target() + ", " + Quantities.count(settings.payloadLength()) + " bytes";
        return kind + what;
    }

    private static Verdict worst(final List<Source> sources) {
        return Collections.max(
                sources.stream().map(source -> source.result().verdict()).toList());
    }

    private static void headlines(final Section section, final List<Source> sources) {
        for (final Source source : sources) {
            final Result result = source.result();
            final String prefix = sources.size() == 1 ? "" : source.name() + ": ";
            for (final String reason : result.reasons()) {
                section.headlines().add(prefix + result.verdict() + ", " + reason + ".");
            }
            if (result.knee() != null) {
                section.headlines().add(headline(result.knee()));
            }
            if (result.connections() != null) {
                section.headlines().add(headline(result.connections()));
            }
            if (result.baseline() != null) {
                section.headlines().add(prefix + headline(result.baseline()));
            }
        }
        final List<RatePoint> timed = RatePoint.timed(points(sources));
        if (timed.size() == 1) {
            final Point point = timed.get(0).point();
            section.headlines()
                    .add(String.format(
                            Locale.ROOT,
                            "%s sent; end to end p50 %s, p99 %s, p99.9 %s, at most %s.",
                            Quantities.rate(point.sentPerSecond()),
                            Quantities.time(point.endToEnd().p50Ns()),
                            Quantities.time(point.endToEnd().p99Ns()),
                            Quantities.time(point.endToEnd().p999Ns()),
                            Quantities.time(point.endToEnd().maxNs())));
        }
    }

    private static String headline(final Knee knee) {
        return String.format(
                Locale.ROOT,
                "%s is the highest rate that kept p99 at %s or less [%s..%s]: %s of the floor \u201c%s\u201d.",
                Quantities.rate(knee.ratePerSecond()),
                Quantities.time(knee.objectiveP99Ns()),
                Quantities.count(knee.lowest()),
                Quantities.count(knee.highest()),
                Quantities.ratio(knee.relative()),
                knee.relativeTo());
    }

    private static String headline(final Connections connections) {
        return String.format(
                Locale.ROOT,
                "A session takes %s bytes of the process, %s of them anonymous and %s live heap; the limit is %s.",
                Quantities.count(connections.residentBytesPerSession()),
                Quantities.count(connections.anonymousBytesPerSession()),
                Quantities.count(connections.liveHeapBytesPerSession()),
                Quantities.count(connections.limitBytes()));
    }

    private static String headline(final Baseline baseline) {
        return String.format(
                Locale.ROOT,
                "The whole path reached %s [%s..%s] of a bare append.",
                Quantities.ratio(baseline.ratio()),
                Quantities.ratio(baseline.ratioMin()),
                Quantities.ratio(baseline.ratioMax()));
    }

    /** The rate to hold against the floors: the knee's, else the highest that was reached; NaN without points. */
    private static double reached(final Result result) {
        return result.knee() != null
                ? result.knee().ratePerSecond()
                : result.points().stream()
                        .mapToDouble(Point::sentPerSecond)
                        .max()
                        .orElse(Double.NaN);
    }
}
