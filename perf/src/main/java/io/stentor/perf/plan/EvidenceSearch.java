package io.stentor.perf.plan;

import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.Settings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Chooses among results the ones that back each figure: those with the most cores that the planned machine has, then those
 * most like the profile. Nothing is ever scaled from one number of cores to another. Stateless.
 */
final class EvidenceSearch {
    private static final double NS_PER_MS = 1e6;
    private static final double NS_PER_US = 1e3;

    private final List<Curve> curves;
    private final double payloadLength;

    /**
     * A search.
     *
     * @param curves to search; those of machines with more cores than the planned one back nothing.
     * @param cores of the planned machine; null for any.
     * @param payloadLength mean bytes of the profile's payloads.
     */
    EvidenceSearch(final List<Curve> curves, final Integer cores, final double payloadLength) {
        this.curves = curves.stream()
                .filter(curve -> cores == null || curve.cores() <= cores)
                .toList();
        this.payloadLength = payloadLength;
    }

    Evidence find() {
        return new Evidence(
                rate("engine", settings -> true, true),
                rate("engine, SYNCED", EvidenceSearch::isSynced, false),
                deliveries(),
                sessions(),
                starts());
    }

    static boolean isSynced(final Settings settings) {
        return settings.level() != null && settings.level().endsWith("SYNCED");
    }

    static boolean isReplicated(final Settings settings) {
        return settings.level() != null && settings.level().startsWith("REPLICATED");
    }

    /** Whether the results were taken at clients' sockets, and not within the rig's process. */
    static boolean isAtSockets(final Settings settings) {
        return sockets(settings) == 2;
    }

    private Measure rate(final String name, final Predicate<Settings> fits, final boolean preferUnsynced) {
        final Comparator<Curve> best = Comparator.comparingInt(Curve::cores)
                .thenComparing(curve -> preferUnsynced && !isSynced(settings(curve)))
                .thenComparing(curve -> -distance(settings(curve).payloadLength()))
                .thenComparing(curve -> -curve.result().knee().ratePerSecond());
        return curves.stream()
                .filter(curve -> curve.result().kind() == Result.Kind.KNEE)
                .filter(curve ->
                        curve.result().knee() != null && curve.result().knee().ratePerSecond() > 0)
                .filter(EvidenceSearch::isOnDisk)
                .filter(curve -> fits.test(settings(curve)))
                .max(best)
                .map(curve -> knee(name, curve))
                .orElse(null);
    }

    private static Measure knee(final String name, final Curve curve) {
        final Settings settings = settings(curve);
        return new Measure(
                name,
                curve.result().knee().ratePerSecond(),
                "msg/s",
                String.format(
                        Locale.ROOT,
                        "p99 <= %.1f ms [%,.0f..%,.0f]; %d bytes, %,d topics, %,d sessions, level %s%s",
                        curve.result().knee().objectiveP99Ns() / NS_PER_MS,
                        curve.result().knee().lowest(),
                        curve.result().knee().highest(),
                        settings.payloadLength(),
                        settings.topics(),
                        settings.subscribers(),
                        settings.level(),
                        processor(curve)),
                curve);
    }

    /** Of the point nearest to the knee: what a message costs, and how busy the machine was. */
    private static String processor(final Curve curve) {
        final double rate = curve.result().knee().ratePerSecond();
        return curve.result().points().stream()
                .filter(point -> point.offeredPerSecond() != null && point.sentPerSecond() > 0)
                .filter(point -> !point.cost().isEmpty())
                .min(Comparator.comparingDouble(point -> Math.abs(point.sentPerSecond() - rate)))
                .map(EvidenceSearch::processor)
                .orElse("");
    }

    private static String processor(final Point point) {
        final double cores =
                point.cost().stream().mapToDouble(ProcessCost::cores).sum();
        return String.format(
                Locale.ROOT,
                "; %.2f cores busy at %,.0f/s, rig included: %.1f us a message",
                cores,
                point.sentPerSecond(),
                cores / point.sentPerSecond() * 1e9 / NS_PER_US);
    }

    private Measure deliveries() {
        record Reached(Curve curve, Point point) {}
        final List<Reached> reached = new ArrayList<>();
        for (final Curve curve : curves) {
            if (curve.result().kind() != Result.Kind.CONNS && settings(curve) != null) {
                curve.result().points().stream()
                        .filter(EvidenceSearch::isBelievedOpenLoop)
                        .forEach(point -> reached.add(new Reached(curve, point)));
            }
        }
        return reached.stream()
                .max(Comparator.comparingInt((Reached each) -> each.curve().cores())
                        .thenComparing(each -> sockets(settings(each.curve())))
                        .thenComparing(each -> each.point().deliveriesPerSecond()))
                .map(each -> deliveries(each.curve(), each.point()))
                .orElse(null);
    }

    private static Measure deliveries(final Curve curve, final Point point) {
        final double cores =
                point.cost().stream().mapToDouble(ProcessCost::cores).sum();
        return new Measure(
                "deliveries",
                point.deliveriesPerSecond(),
                "deliveries/s",
                String.format(
                        Locale.ROOT,
                        "the most of any point that passed: %s, %,d sessions, %s%s",
                        point.label(),
                        settings(curve).subscribers(),
                        isAtSockets(settings(curve)) ? "at their sockets" : "within the process, no sockets",
                        cores > 0
                                ? String.format(Locale.ROOT, "; %,.0f a core", point.deliveriesPerSecond() / cores)
                                : ""),
                curve);
    }

    private Measure sessions() {
        return largest(curve -> true)
                .map(curve -> new Measure(
                        "session",
                        curve.result().connections().residentBytesPerSession(),
                        "bytes",
                        String.format(
                                Locale.ROOT,
                                "slope to %,d connections in %d shard process(es)",
                                connectionsMax(curve),
                                shards(curve)),
                        curve))
                .orElse(null);
    }

    private Measure starts() {
        return largest(curve -> curve.result().connections().connectsPerSecond() != null)
                .map(curve -> new Measure(
                        "session starts",
                        curve.result().connections().connectsPerSecond(),
                        "starts/s",
                        String.format(
                                Locale.ROOT,
                                "handshake, token and subscription%s",
                                cpu(curve.result().connections())),
                        curve))
                .orElse(null);
    }

    private static String cpu(final Connections connections) {
        final Double cpuNs = connections.cpuNsPerConnect();
        return cpuNs == null ? "" : String.format(Locale.ROOT, "; %.0f us of a processor each", cpuNs / NS_PER_US);
    }

    private Optional<Curve> largest(final Predicate<Curve> fits) {
        final Stream<Curve> found = curves.stream()
                .filter(curve -> curve.result().kind() == Result.Kind.CONNS)
                .filter(curve -> curve.result().connections() != null)
                .filter(curve -> curve.result().connections().residentBytesPerSession() > 0)
                .filter(fits);
        return found.max(Comparator.comparingInt(Curve::cores).thenComparing(EvidenceSearch::connectionsMax));
    }

    /** Connections of the largest step; 0 without steps. */
    static int connectionsMax(final Curve curve) {
        return curve.result().connections().steps().stream()
                .mapToInt(Connections.Step::connections)
                .max()
                .orElse(0);
    }

    /** Shard processes that held them. */
    static int shards(final Curve curve) {
        return Math.max(1, curve.result().connections().shards());
    }

    private static boolean isBelievedOpenLoop(final Point point) {
        return point.verdict() == Result.Verdict.PASS
                && point.offeredPerSecond() != null
                && point.deliveriesPerSecond() > 0;
    }

    private static boolean isOnDisk(final Curve curve) {
        return settings(curve) != null
                && !"HEAP".equalsIgnoreCase(settings(curve).journal());
    }

    private static Settings settings(final Curve curve) {
        return curve.result().settings();
    }

    /** 0 in the engine's process, 1 in shards over UDP, 2 through a tier's sockets. */
    private static int sockets(final Settings settings) {
        final String target = Objects.requireNonNullElse(settings.target(), "engine");
        return switch (target) {
            case "engine" -> 0;
            case "shards" -> 1;
            default -> 2;
        };
    }

    private double distance(final int length) {
        return Math.abs(Math.log(Math.max(1, length) / Math.max(1, payloadLength)));
    }
}
