package io.stentor.perf.plan;

import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import io.stentor.perf.result.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Results as the rig's commands write them, with figures that a test chooses. */
final class Results {
    private static final long GIB = 1L << 30;

    private Results() {}

    /** This machine and this build, with 8 GiB and a disk of 1 TB. */
    static Environment here() {
        final Machine machine = Machine.current();
        return new Environment(
                Build.current().version(),
                Build.current().commit().replace("-modified", ""),
                "2026-11-30T00:00:00Z",
                "stentor-perf knee",
                machine.cpu(),
                machine.cores(),
                8 * GIB,
                machine.jdk(),
                machine.os(),
                List.of(),
                "ext4",
                "/dev/vda",
                1_000_000_000_000L);
    }

    static Environment withCores(final int cores) {
        final Environment here = here();
        return new Environment(
                here.version(),
                here.commit(),
                here.startedAt(),
                here.commandLine(),
                here.cpu(),
                cores,
                here.memoryBytes(),
                here.jdk(),
                here.os(),
                here.jvmFlags(),
                here.fileSystem(),
                here.device(),
                here.freeBytes());
    }

    static Settings settings(final String target, final String level, final int payloadLength) {
        return new Settings(
                target, "constant", null, null, payloadLength, 10, 5, 4, 10, level, false, "SHARED", "CHRONICLE");
    }

    /** A knee whose best point gave each of ten sessions everything. */
    static Result knee(final double rate, final Settings settings, final Environment environment) {
        final List<Knee.Concurrency> closed = IntStream.of(1, 2, 4, 8, 16, 32)
                .mapToObj(n -> new Knee.Concurrency(n, rate * n / 4 / (1 + 0.1 * (n - 1) + 0.001 * n * (n - 1))))
                .toList();
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.KNEE,
                Result.Verdict.PASS,
                List.of(),
                environment,
                settings,
                List.of(point(rate, Result.Verdict.PASS), point(rate * 1.5, Result.Verdict.FAIL)),
                List.of(),
                new Knee(10_000_000, rate, rate * 0.9, rate * 1.1, List.of(rate), 0.1, "append", closed),
                null,
                List.of(),
                null);
    }

    static Result knee(final double rate, final String level) {
        return knee(rate, settings("engine", level, 400), here());
    }

    static Result conns(final double bytes, final Double startsPerSecond) {
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.CONNS,
                Result.Verdict.PASS,
                List.of(),
                here(),
                null,
                List.of(),
                List.of(),
                null,
                new Connections(
                        1,
                        bytes,
                        bytes * 0.9,
                        bytes * 0.8,
                        6_144,
                        startsPerSecond,
                        250_000.0,
                        List.of(new Connections.Step(5_000, 1, 1, 1, 1), new Connections.Step(15_000, 1, 1, 1, (long)
                                (1 + 10_000 * bytes)))),
                List.of(),
                null);
    }

    static Result withVerdict(final Result result, final Result.Verdict verdict, final String reason) {
        return new Result(
                result.schema(),
                result.kind(),
                verdict,
                List.of(reason),
                result.environment(),
                result.settings(),
                result.points(),
                result.floors(),
                result.knee(),
                result.connections(),
                result.slopes(),
                result.baseline());
    }

    static Curve curve(final String name, final Result result) {
        return new Curve(Path.of(name), result);
    }

    static String write(final Path directory, final String name, final Result result) throws IOException {
        final Path file = directory.resolve(name);
        ResultFile.write(result, file);
        return file.toString();
    }

    private static Point point(final double rate, final Result.Verdict verdict) {
        return new Point(
                Quantity.whole(rate) + " msg/s",
                rate,
                rate,
                rate,
                rate * 10,
                (long) (rate * 10),
                verdict,
                List.of(),
                null,
                null,
                null,
                Map.of(),
                List.of(),
                List.of(new ProcessCost(
                        "rig", 1_000_000_000, 1_500_000_000, null, null, null, null, null, null, null, null, null)));
    }
}
