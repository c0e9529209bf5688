package io.stentor.perf.report;

import static io.stentor.perf.report.Quantities.NONE;
import static io.stentor.perf.report.Quantities.count;
import static io.stentor.perf.report.Quantities.countOrNone;
import static io.stentor.perf.report.Quantities.rate;
import static io.stentor.perf.report.Quantities.significant;
import static io.stentor.perf.report.Quantities.time;

import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Tables of points. */
final class PointTables {
    private PointTables() {}

    /** What each rate gave. */
    static Table rates(final List<RatePoint> points) {
        final List<List<String>> rows = new ArrayList<>();
        for (final RatePoint each : points) {
            final Point point = each.point();
            final Latency latency = each.isTimed() ? point.endToEnd() : null;
            final List<String> row = new ArrayList<>(List.of(
                    each.label(),
                    point.offeredPerSecond() == null ? NONE : rate(point.offeredPerSecond()),
                    rate(point.sentPerSecond()),
                    rate(point.deliveriesPerSecond())));
            row.addAll(percentiles(latency));
            row.add(point.verdict().name());
            rows.add(row);
        }
        return new Table(
                "What each rate gave",
                List.of(
                        "point",
                        "offered",
                        "sent",
                        "deliveries",
                        "p50",
                        "p90",
                        "p99",
                        "p99.9",
                        "p99.99",
                        "max",
                        "verdict"),
                rows,
                true);
    }

    /** Why points are not to be believed or missed their objective. */
    static Table reasons(final List<RatePoint> points) {
        final List<List<String>> rows = new ArrayList<>();
        for (final RatePoint each : points) {
            if (!each.point().reasons().isEmpty()) {
                rows.add(List.of(
                        each.label(),
                        each.point().verdict().name(),
                        String.join("; ", each.point().reasons())));
            }
        }
        return new Table("Points that did not pass", List.of("point", "verdict", "why"), rows, false);
    }

    /** Where the time went: of one point by percentile, of several by the mean. */
    static Table stages(final List<RatePoint> points) {
        final List<List<String>> rows = new ArrayList<>();
        if (points.size() == 1) {
            points.get(0).point().stages().forEach((stage, latency) -> {
                final List<String> row = new ArrayList<>(
                        List.of(stage.replace('-', ' '), count(latency.count()), time(latency.meanNs())));
                row.addAll(percentiles(latency));
                rows.add(row);
            });
            return new Table(
                    "Where the time went",
                    List.of("stage", "count", "mean", "p50", "p90", "p99", "p99.9", "p99.99", "max"),
                    rows,
                    true);
        }
        final Set<String> stages = new LinkedHashSet<>();
        points.forEach(point -> stages.addAll(point.point().stages().keySet()));
        final List<String> headers = new ArrayList<>(List.of("mean of"));
        stages.forEach(stage -> headers.add(stage.replace('-', ' ')));
        for (final RatePoint each : points) {
            final Map<String, Latency> of = each.point().stages();
            if (!of.isEmpty()) {
                final List<String> row = new ArrayList<>(List.of(each.label()));
                stages.forEach(stage ->
                        row.add(of.containsKey(stage) ? time(of.get(stage).meanNs()) : NONE));
                rows.add(row);
            }
        }
        return new Table("Where the time went", headers, rows, true);
    }

    /** What became of the messages. */
    static Table counts(final List<RatePoint> points) {
        final List<List<String>> rows = new ArrayList<>();
        for (final RatePoint each : points) {
            final Point.Counts counts = each.point().counts();
            if (counts != null) {
                final Point.Receipts receipts = each.point().receipts();
                rows.add(List.of(
                        each.label(),
                        count(counts.expected()),
                        count(counts.delivered()),
                        count(counts.lost()),
                        count(counts.duplicated()),
                        count(counts.outOfOrder()),
                        count(counts.misplaced()),
                        count(counts.corrupt()),
                        receipts == null ? NONE : count(receipts.received()) + " of " + count(receipts.expected())));
            }
        }
        return new Table(
                "What became of the messages, warm-up included",
                List.of(
                        "point",
                        "expected",
                        "delivered",
                        "lost",
                        "duplicated",
                        "out of order",
                        "misplaced",
                        "corrupt",
                        "receipts"),
                rows,
                true);
    }

    /** What the processes took. */
    static Table cost(final List<RatePoint> points) {
        final List<List<String>> rows = new ArrayList<>();
        for (final RatePoint each : points) {
            final long sent = each.point().sent();
            for (final ProcessCost cost : each.point().cost()) {
                rows.add(List.of(
                        each.label(),
                        cost.process(),
                        significant(cost.cores()),
                        sent == 0 ? NONE : time((double) cost.cpuTimeNs() / sent),
                        sent == 0 || cost.allocatedBytes() == null
                                ? NONE
                                : Quantities.bytes((double) cost.allocatedBytes() / sent),
                        countOrNone(cost.gcCount()),
                        cost.gcTimeMs() == null ? NONE : count(cost.gcTimeMs()) + " ms",
                        countOrNone(cost.voluntarySwitches()),
                        countOrNone(cost.involuntarySwitches()),
                        cost.stealShare() == null ? NONE : significant(100 * cost.stealShare()) + " %",
                        cost.residentBytes() == null ? NONE : Quantities.bytes(cost.residentBytes())));
            }
        }
        return new Table(
                "What the processes took",
                List.of(
                        "point",
                        "process",
                        "cores",
                        "processor time per message",
                        "allocated per message",
                        "collections",
                        "in them",
                        "waits",
                        "preemptions",
                        "stolen",
                        "resident"),
                rows,
                true);
    }

    private static List<String> percentiles(final Latency latency) {
        if (latency == null) {
            return List.of(NONE, NONE, NONE, NONE, NONE, NONE);
        }
        return List.of(
                time(latency.p50Ns()),
                time(latency.p90Ns()),
                time(latency.p99Ns()),
                time(latency.p999Ns()),
                time(latency.p9999Ns()),
                time(latency.maxNs()));
    }
}
