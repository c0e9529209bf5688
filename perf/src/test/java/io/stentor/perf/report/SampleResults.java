package io.stentor.perf.report;

import io.stentor.perf.result.Baseline;
import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Floor;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Latency;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.ProcessCost;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.Result.Kind;
import io.stentor.perf.result.Result.Verdict;
import io.stentor.perf.result.ResultFile;
import io.stentor.perf.result.Settings;
import io.stentor.perf.result.Slope;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.HdrHistogram.Histogram;

/** Results like those of a machine: latencies that rise as a path of 200,000 messages a second fills, from seeds. */
public final class SampleResults {

    private static final double CAPACITY = 200_000;
    private static final int VALUES = 20_000;
    private static final long OBJECTIVE_NS = 10_000_000;

    private SampleResults() {}

    /** A run at a rate. */
    public static Result run(final double rate) {
        return result(
                Kind.RUN, settings("constant", rate), List.of(point(rate, 20, (long) rate)), null, null, List.of());
    }

    /** A run as fast as the path takes messages, beside bare appends. */
    public static Result closedRun(final double sentPerSecond, final double cpuNsPerMessage) {
        final long sent = (long) (sentPerSecond * 3);
        final Point point = new Point(
                "max",
                null,
                sentPerSecond,
                sentPerSecond,
                sentPerSecond,
                sent,
                Verdict.PASS,
                List.of(),
                new Point.Counts(sent, sent, 0, 0, 0, 0, 0),
                null,
                null,
                Map.of(),
                List.of(),
                List.of(cost((long) (cpuNsPerMessage * sent))));
        final List<Baseline.Pair> pairs = List.of(
                new Baseline.Pair("bare", 1_128_375, 800_599, 0.71, 1_000, 2_000),
                new Baseline.Pair("path", 1_100_000, 803_000, 0.73, 1_000, 2_000));
        return new Result(
                ResultFile.SCHEMA,
                Kind.RUN,
                Verdict.PASS,
                List.of(),
                environment("run --max --baseline"),
                settings("closed", null),
                List.of(point),
                List.of(),
                null,
                null,
                List.of(),
                new Baseline(0.72, 0.71, 0.73, 360, 1_400_000, pairs));
    }

    /** The search for a knee, three times over, with its closed loops and floors. */
    public static Result knee() {
        final List<Point> points = new ArrayList<>();
        for (int repetition = 0; repetition < 3; repetition++) {
            for (final int percent : new int[] {5, 10, 25, 50, 70, 80, 90, 95, 99, 110}) {
                points.add(point(CAPACITY * percent / 100, 6, 31L * repetition + percent));
            }
        }
        final Random random = new Random(7);
        final List<Knee.Concurrency> closed = new ArrayList<>();
        for (int inFlight = 1; inFlight <= 4_096; inFlight *= 2) {
            final double law = inFlight * 7_000 / (1 + 0.03 * (inFlight - 1) + 2e-6 * inFlight * (inFlight - 1));
            closed.add(new Knee.Concurrency(inFlight, law * (1 + 0.04 * random.nextGaussian())));
        }
        final Knee knee = new Knee(
                OBJECTIVE_NS,
                180_000,
                176_000,
                184_000,
                List.of(176_000.0, 180_000.0, 184_000.0),
                0.16,
                "append",
                closed);
        return result(Kind.KNEE, settings("constant", null), points, knee, null, List.of());
    }

    /** Two hours at a rate, with a pause of the disk in the middle. */
    public static Result soak() {
        final List<Slope> slopes = List.of(
                new Slope("residentBytes", "bytes", 3.1e6, 8.0e6, 612.0e6, 618.5e6),
                new Slope("openFiles", "files", 0, 10.0, 212, 212),
                new Slope("p99Ns", "ns", -12_000, null, 1.3e6, 1.28e6));
        return result(Kind.SOAK, settings("constant", 50_000.0), List.of(point(50_000, 7_200, 11)), null, null, slopes);
    }

    /** What sessions take. */
    public static Result connections() {
        final Connections connections = new Connections(
                1,
                3_888,
                3_574,
                3_441,
                6_144,
                5_200.0,
                95_000.0,
                List.of(
                        new Connections.Step(5_000, 5_300_000_000L, 79_312L << 10, 216_512L << 10, 327_456L << 10),
                        new Connections.Step(10_000, 2_200_000_000L, 96_057L << 10, 233_952L << 10, 346_448L << 10),
                        new Connections.Step(15_000, 1_500_000_000L, 112_919L << 10, 251_412L << 10, 365_424L << 10)));
        return result(Kind.CONNS, null, List.of(), null, connections, List.of());
    }

    /** The same, not to be believed. */
    public static Result invalid(final Result result) {
        return new Result(
                result.schema(),
                result.kind(),
                Verdict.INVALID,
                List.of("1 message lost"),
                result.environment(),
                result.settings(),
                result.points(),
                result.floors(),
                result.knee(),
                result.connections(),
                result.slopes(),
                result.baseline());
    }

    /** The same, from another processor. */
    public static Result elsewhere(final Result result) {
        final Environment here = result.environment();
        final Environment elsewhere = new Environment(
                here.version(),
                here.commit(),
                here.startedAt(),
                here.commandLine(),
                "Another CPU",
                here.cores(),
                here.memoryBytes(),
                here.jdk(),
                here.os(),
                here.jvmFlags(),
                here.fileSystem(),
                here.device(),
                here.freeBytes());
        return new Result(
                result.schema(),
                result.kind(),
                result.verdict(),
                result.reasons(),
                elsewhere,
                result.settings(),
                result.points(),
                result.floors(),
                result.knee(),
                result.connections(),
                result.slopes(),
                result.baseline());
    }

    /** The same point under a label and as a command that try to break out of a page. */
    public static Result hostile(final String text) {
        final Point point = point(10_000, 5, 3);
        final Point named = new Point(
                text,
                point.offeredPerSecond(),
                point.sentPerSecond(),
                point.deliveredPerSecond(),
                point.deliveriesPerSecond(),
                point.sent(),
                point.verdict(),
                List.of(text),
                point.counts(),
                point.receipts(),
                point.inFlight(),
                point.stages(),
                point.seconds(),
                point.cost());
        return new Result(
                ResultFile.SCHEMA,
                Kind.RUN,
                Verdict.PASS,
                List.of(text),
                environment(text),
                settings("constant", 10_000.0),
                List.of(named),
                List.of(),
                null,
                null,
                List.of(),
                null);
    }

    /**
     * One rate.
     *
     * @param rate that is offered.
     * @param seconds that it lasts.
     * @param seed of its noise.
     */
    static Point point(final double rate, final int seconds, final long seed) {
        final Random random = new Random(seed);
        final double load = Math.min(rate / CAPACITY, 0.995);
        final double scaleNs = 60_000 / (1 - load);
        final Map<String, Latency> stages = new LinkedHashMap<>();
        stages.put("send-lag", latency(random, 45_000));
        stages.put("ring-wait", latency(random, scaleNs * 0.5));
        stages.put("journal", latency(random, scaleNs * 0.2));
        stages.put("route-and-send", latency(random, 3_000));
        stages.put("publish-to-shard", latency(random, scaleNs * 1.1));
        final Latency whole = latency(random, scaleNs * 1.2 + 45_000);
        stages.put(Point.END_TO_END, whole);
        final boolean late = rate > CAPACITY;
        final double sentPerSecond = late ? CAPACITY : rate;
        final List<Point.Second> course = new ArrayList<>();
        for (int second = 1; second <= seconds; second++) {
            final double noise = Math.exp(0.15 * random.nextGaussian());
            final boolean stalled = second == seconds / 2;
            course.add(new Point.Second(
                    second,
                    sentPerSecond * (stalled ? 0.7 : 1),
                    (long) (whole.p50Ns() * noise),
                    (long) (whole.p99Ns() * noise * (stalled ? 6 : 1)),
                    (long) (whole.p999Ns() * noise * (stalled ? 5 : 1)),
                    (long) (rate * whole.meanNs() / 1e9 * noise),
                    stalled ? (long) (rate * 0.3) : 0));
        }
        final long sent = (long) (sentPerSecond * seconds);
        return new Point(
                Quantities.rate(rate),
                rate,
                sentPerSecond,
                sentPerSecond,
                sentPerSecond,
                sent,
                late ? Verdict.INVALID : whole.p99Ns() > OBJECTIVE_NS ? Verdict.FAIL : Verdict.PASS,
                late ? List.of("sent 90.9 % of the rate, and 99.9 % are needed") : List.of(),
                new Point.Counts(sent, sent, 0, 0, 0, 0, 0),
                new Point.Receipts(sent, sent, 0, 0),
                new Point.InFlight(rate * whole.meanNs() / 1e9, rate * whole.meanNs() / 1e9),
                stages,
                course,
                List.of(cost(sent * 3_000)));
    }

    private static Latency latency(final Random random, final double medianNs) {
        final Histogram histogram = new Histogram(3);
        for (int i = 0; i < VALUES; i++) {
            histogram.recordValue((long) (medianNs * Math.exp(0.8 * random.nextGaussian())));
        }
        return Latency.of(histogram);
    }

    private static ProcessCost cost(final long cpuNs) {
        return new ProcessCost(
                "rig", 20_000_000_000L, cpuNs, 1L << 28, 3L, 12L, 9L, 14L, 912_000L, 20_100L, 0.012, 640L << 20);
    }

    private static Result result(
            final Kind kind,
            final Settings settings,
            final List<Point> points,
            final Knee knee,
            final Connections connections,
            final List<Slope> slopes) {
        final List<Floor> floors = connections != null
                ? List.of()
                : List.of(
                        new Floor(Floor.APPEND, 1_120_000, 1_050_000, 1_190_000, 3),
                        new Floor(Floor.IPC, 8_100_000, 7_900_000, 8_300_000, 3),
                        new Floor(Floor.RIG, 9_700_000, 9_500_000, 9_900_000, 3));
        final String command = kind.name().toLowerCase(java.util.Locale.ROOT) + " --size 256";
        return new Result(
                ResultFile.SCHEMA,
                kind,
                Verdict.PASS,
                List.of(),
                environment(command),
                settings,
                points,
                floors,
                knee,
                connections,
                slopes,
                null);
    }

    private static Settings settings(final String arrivals, final Double rate) {
        return new Settings(
                "engine", arrivals, rate, null, 256, 20, 5, 1, 1, "JOURNALED", false, "SHARED", "CHRONICLE");
    }

    private static Environment environment(final String command) {
        return new Environment(
                "0.1.0",
                "cf1a3af00000",
                "2026-11-30T02:00:00Z",
                "stentor-perf " + command,
                "AMD EPYC 9B14",
                2,
                24L << 30,
                "OpenJDK 64-Bit Server VM 17.0.15+6",
                "Linux 6.18.5 amd64",
                List.of("-Xmx2g"),
                "ext4",
                "/dev/vda",
                120L << 30);
    }
}
