package io.stentor.perf.report;

import static io.stentor.perf.report.Quantities.NONE;
import static io.stentor.perf.report.Quantities.bytes;
import static io.stentor.perf.report.Quantities.count;
import static io.stentor.perf.report.Quantities.rate;
import static io.stentor.perf.report.Quantities.ratio;
import static io.stentor.perf.report.Quantities.time;

import io.stentor.perf.result.Baseline;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Floor;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.Settings;
import io.stentor.perf.result.Slope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tables of what a result holds beside its points. */
final class ResultTables {
    private static final Map<String, String> FLOORS = Map.of(
            Floor.APPEND, "bare append to a Chronicle Queue",
            Floor.IPC, "bare Aeron over shared memory",
            Floor.UDP, "bare Aeron over loopback",
            Floor.NETTY, "bare WebSocket echo of Netty",
            Floor.RIG, "the rig on a path that does nothing");

    private ResultTables() {}

    /** What parts alone reach, and the share of it that the whole reached. */
    static Table floors(final Result result, final double reached) {
        final List<List<String>> rows = new ArrayList<>();
        for (final Floor floor : result.floors()) {
            rows.add(List.of(
                    FLOORS.getOrDefault(floor.name(), floor.name()),
                    rate(floor.messagesPerSecond()),
                    count(floor.lowest()) + ".." + count(floor.highest()),
                    count(floor.repeats()),
                    Double.isNaN(reached) ? NONE : ratio(reached / floor.messagesPerSecond())));
        }
        return new Table(
                Double.isNaN(reached)
                        ? "What parts alone reach on this machine"
                        : "What parts alone reach on this machine, beside the whole at " + rate(reached),
                List.of("part", "median", "spread", "repeats", "whole by part"),
                rows,
                true);
    }

    /** What each repetition of a knee found. */
    static Table knee(final Knee knee) {
        final List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < knee.repetitions().size(); i++) {
            rows.add(List.of("repetition " + (i + 1), rate(knee.repetitions().get(i))));
        }
        if (!rows.isEmpty()) {
            rows.add(List.of("median", rate(knee.ratePerSecond())));
        }
        return new Table("The knee, time after time", List.of("", "highest rate that kept the objective"), rows, true);
    }

    /** Memory by step. */
    static Table connections(final Connections connections) {
        final List<List<String>> rows = new ArrayList<>();
        Connections.Step last = null;
        for (final Connections.Step step : connections.steps()) {
            rows.add(List.of(
                    count(step.connections()),
                    bytes(step.residentBytes()),
                    bytes(step.anonymousBytes()),
                    bytes(step.liveHeapBytes()),
                    last == null || step.connections() == last.connections()
                            ? NONE
                            : count((double) (step.residentBytes() - last.residentBytes())
                                            / (step.connections() - last.connections()))
                                    + " B",
                    time(step.openedNs())));
            last = step;
        }
        return new Table(
                "Memory of all shards, by open connections",
                List.of("connections", "resident", "anonymous", "live heap", "resident per session added", "opened in"),
                rows,
                true);
    }

    /** What grew. */
    static Table slopes(final List<Slope> slopes) {
        final List<List<String>> rows = new ArrayList<>();
        for (final Slope slope : slopes) {
            rows.add(List.of(
                    slope.name(),
                    quantity(slope.first(), slope.unit()),
                    quantity(slope.last(), slope.unit()),
                    quantity(slope.perHour(), slope.unit()),
                    slope.limitPerHour() == null ? NONE : quantity(slope.limitPerHour(), slope.unit()),
                    slope.limitPerHour() == null
                            ? NONE
                            : slope.perHour() <= slope.limitPerHour() ? "held" : "exceeded"));
        }
        return new Table(
                "What grew over time", List.of("figure", "first", "last", "per hour", "limit", ""), rows, true);
    }

    /** The comparison with a bare append, pair by pair. */
    static Table baseline(final Baseline baseline) {
        final List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < baseline.pairs().size(); i++) {
            final Baseline.Pair pair = baseline.pairs().get(i);
            rows.add(List.of(
                    (i + 1) + ", " + pair.first() + " first",
                    rate(pair.barePerSecond()),
                    rate(pair.pathPerSecond()),
                    ratio(pair.ratio())));
        }
        return new Table("Beside a bare append", List.of("pair", "bare append", "whole path", "ratio"), rows, true);
    }

    /** Build, machine and disk of all results of a section; a line for each value that they have. */
    static Table environment(final List<Source> sources) {
        final List<List<String>> rows = new ArrayList<>();
        final List<Environment> all =
                sources.stream().map(source -> source.result().environment()).toList();
        fact(rows, "build", all.stream().map(ResultTables::build).toList());
        fact(rows, "started", all.stream().map(Environment::startedAt).toList());
        fact(
                rows,
                "processor",
                all.stream()
                        .map(each -> each.cpu() + ", " + each.cores() + " cores")
                        .toList());
        fact(rows, "memory", all.stream().map(each -> bytes(each.memoryBytes())).toList());
        fact(rows, "JDK", all.stream().map(Environment::jdk).toList());
        fact(rows, "JVM flags", all.stream().map(ResultTables::flags).toList());
        fact(rows, "system", all.stream().map(Environment::os).toList());
        fact(rows, "disk", all.stream().map(ResultTables::disk).toList());
        fact(
                rows,
                "load",
                sources.stream()
                        .map(source -> settings(source.result().settings()))
                        .toList());
        return new Table("Environment", List.of("", ""), rows, false);
    }

    private static void fact(final List<List<String>> rows, final String name, final List<String> values) {
        final List<String> distinct = values.stream()
                .filter(Objects::nonNull)
                .filter(value -> !value.isBlank())
                .distinct()
                .toList();
        if (!distinct.isEmpty()) {
            rows.add(List.of(name, String.join("; ", distinct)));
        }
    }

    private static String build(final Environment environment) {
        final String commit = environment.commit();
        return environment.version() + (commit == null || commit.isEmpty() ? "" : " (" + commit + ")");
    }

    private static String flags(final Environment environment) {
        return environment.jvmFlags() == null ? null : String.join(" ", environment.jvmFlags());
    }

    private static String disk(final Environment environment) {
        return environment.fileSystem() == null
                ? null
                : environment.fileSystem() + " on " + environment.device() + ", " + bytes(environment.freeBytes())
                        + " free";
    }

    private static String settings(final Settings settings) {
        return settings == null
                ? null
                : settings.target() + ", " + settings.arrivals()
                        + (settings.profile() == null ? "" : " (" + settings.profile() + ")") + ", "
                        + count(settings.payloadLength()) + " bytes, " + count(settings.seconds()) + " s after "
                        + count(settings.warmupSeconds()) + " s of warm-up, " + number(settings.topics(), "topic")
                        + ", "
                        + number(settings.subscribers(), "subscriber") + (settings.ack() ? " that acknowledge" : "")
                        + ", receipts " + settings.level() + ", threads " + settings.threading() + ", journal "
                        + settings.journal();
    }

    private static String number(final int value, final String thing) {
        return count(value) + " " + thing + (value == 1 ? "" : "s");
    }

    private static String quantity(final double value, final String unit) {
        return switch (unit == null ? "" : unit) {
            case "bytes" -> bytes(value);
            case "ns" -> value < 0 ? "-" + time(-value) : time(value);
            default -> Quantities.significant(value) + (unit == null || unit.isEmpty() ? "" : " " + unit);
        };
    }
}
