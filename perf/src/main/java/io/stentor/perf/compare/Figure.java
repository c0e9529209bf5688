package io.stentor.perf.compare;

import io.stentor.perf.report.Quantities;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import io.stentor.perf.result.Result;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/**
 * Something of a result that has a better and a worse.
 *
 * @param name for a person.
 * @param isRate whether more is better; else less is.
 * @param value of it; null when a result does not tell.
 * @param written how a value is written.
 */
record Figure(String name, boolean isRate, Function<Result, Double> value, DoubleFunction<String> written) {

    /** The most that any kind of result has. */
    static final int COUNT_MAX = 3;

    private static final Figure P50 =
            new Figure("p50", false, result -> latency(result, Latency::p50Ns), Quantities::time);
    private static final Figure P99 =
            new Figure("p99", false, result -> latency(result, Latency::p99Ns), Quantities::time);
    private static final Figure SENT = new Figure("sent rate", true, Figure::sentPerSecond, Quantities::rate);
    private static final Figure CPU =
            new Figure("processor time per message", false, Figure::cpuNsPerMessage, Quantities::time);
    private static final Figure KNEE = new Figure("rate at the knee", true, Figure::kneeRate, Quantities::rate);
    private static final Figure MEMORY =
            new Figure("memory per session", false, Figure::bytesPerSession, Quantities::bytes);
    private static final Figure CONNECT =
            new Figure("processor time per connect", false, Figure::cpuNsPerConnect, Quantities::time);

    /**
     * What can be compared of a result and of others of its kind: of a closed loop the rate that it reached, since its latencies
     * mean nothing; of an open one its latencies, since its rate was given.
     */
    static List<Figure> of(final Result result) {
        return switch (result.kind()) {
            case KNEE -> List.of(KNEE);
            case CONNS -> List.of(MEMORY, CONNECT);
            case RUN, SOAK -> isClosed(result) ? List.of(SENT, CPU) : List.of(P50, P99, CPU);
        };
    }

    /** Whether the path set the pace. */
    static boolean isClosed(final Result result) {
        return result.points().stream().anyMatch(point -> point.offeredPerSecond() == null);
    }

    private static Double latency(final Result result, final Function<Latency, Long> percentile) {
        final Point point = point(result);
        final Latency latency = point == null ? null : point.endToEnd();
        return latency == null ? null : positive(percentile.apply(latency).doubleValue());
    }

    private static Double sentPerSecond(final Result result) {
        final Point point = point(result);
        return point == null ? null : positive(point.sentPerSecond());
    }

    private static Double cpuNsPerMessage(final Result result) {
        final Point point = point(result);
        if (point == null || point.sent() == 0) {
            return null;
        }
        final double cpuNs =
                point.cost().stream().mapToLong(ProcessCost::cpuTimeNs).sum();
        return positive(cpuNs / point.sent());
    }

    private static Double kneeRate(final Result result) {
        final Knee knee = result.knee();
        return knee == null ? null : positive(knee.ratePerSecond());
    }

    private static Double bytesPerSession(final Result result) {
        final Connections connections = result.connections();
        return connections == null ? null : positive(connections.residentBytesPerSession());
    }

    private static Double cpuNsPerConnect(final Result result) {
        final Connections connections = result.connections();
        return connections == null || connections.cpuNsPerConnect() == null
                ? null
                : positive(connections.cpuNsPerConnect());
    }

    /** The one point of a run; null when there are several, which are not one measurement. */
    private static Point point(final Result result) {
        return result.points().size() == 1 ? result.points().get(0) : null;
    }

    /** Ratios are taken of it. */
    private static Double positive(final double value) {
        return value > 0 ? value : null;
    }
}
