package io.stentor.perf.load;

import io.stentor.perf.result.Baseline;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import io.stentor.perf.result.Settings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rig measured, in the shape in which it is kept. */
final class Results {

    private Results() {}

    /** A run. */
    static Result of(final RunResult run) {
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.RUN,
                run.judgement().verdict(),
                run.judgement().reasons(),
                environment(run.environment()),
                settings(run.options()),
                List.of(point(run.options(), run.pass(), run.judgement(), label(run.options()))),
                run.floors(),
                null,
                null,
                List.of(),
                baseline(run.baseline()));
    }

    /** One rate. */
    static Point point(final RunOptions options, final PassResult pass, final Judgement judgement, final String label) {
        final Map<String, Latency> stages = new LinkedHashMap<>();
        pass.stages().totals().forEach((stage, histogram) -> stages.put(stage.tag(), Latency.of(histogram)));
        return new Point(
                label,
                options.isClosed() ? null : options.arrivals().ratePerSecond(),
                pass.sentRate(),
                pass.deliveredRate(),
                pass.deliveriesRate(),
                pass.sends().measured(),
                judgement.verdict(),
                judgement.reasons(),
                counts(pass.deliveries()),
                receipts(pass.receipts()),
                pass.inFlight(),
                stages,
                pass.seconds(),
                pass.cost());
    }

    static Environment environment(final RunEnvironment environment) {
        final Machine machine = environment.machine();
        final Disk disk = environment.disk();
        return new Environment(
                environment.build().version(),
                environment.build().commit(),
                Instant.ofEpochMilli(environment.startedMs()).toString(),
                "stentor-perf " + String.join(" ", environment.commandLine()),
                machine.cpu(),
                machine.cores(),
                machine.memoryBytes(),
                machine.jdk(),
                machine.os(),
                machine.jvmFlags(),
                disk.fileSystem(),
                disk.device(),
                disk.freeBytes());
    }

    static Settings settings(final RunOptions options) {
        return new Settings(
                options.target,
                options.isClosed() ? "closed" : options.arrivals().name(),
                options.isClosed() ? null : options.arrivals().ratePerSecond(),
                options.profile,
                options.size,
                options.seconds,
                options.warmup,
                options.topics,
                options.subscribers,
                options.level == null ? "NONE" : options.level.name(),
                options.ack,
                options.threading.name(),
                options.journal.name());
    }

    static String label(final RunOptions options) {
        return options.isClosed()
                ? "as fast as the path takes"
                : Figures.rate(options.arrivals().ratePerSecond());
    }

    private static Point.Counts counts(final Deliveries deliveries) {
        return new Point.Counts(
                deliveries.expected(),
                deliveries.delivered(),
                deliveries.lost(),
                deliveries.duplicated(),
                deliveries.outOfOrder(),
                deliveries.misplaced(),
                deliveries.corrupt());
    }

    private static Point.Receipts receipts(final Receipts receipts) {
        return receipts == null
                ? null
                : new Point.Receipts(
                        receipts.expected(), receipts.received(), receipts.refused(), receipts.outOfOrder());
    }

    private static Baseline baseline(final BaselineResult baseline) {
        if (baseline == null) {
            return null;
        }
        return new Baseline(
                baseline.ratioMedian(),
                baseline.ratioMin(),
                baseline.ratioMax(),
                baseline.excerptLength(),
                baseline.count(),
                baseline.pairs().stream()
                        .map(pair -> new Baseline.Pair(
                                pair.pathFirst() ? "path" : "bare",
                                pair.bare().rate(),
                                pair.path().rate(),
                                pair.ratio(),
                                pair.bare().forceNs(),
                                pair.path().forceNs()))
                        .toList());
    }
}
