package io.stentor.perf.load;

import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import io.stentor.perf.result.Slope;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds a rate for long, and looks at what grows. */
@Command(
        name = "soak",
        description =
                "Hold a rate for long, check every message, and tell what grows: memory, files, threads, shared memory,"
                        + " p99.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        sortOptions = false,
        footer = {
            "",
            "A slope is the median of those between all pairs of points. Memory counts from a fifth of the time, when the heap",
            "has its size. Slopes are held against their limits from half an hour on; a shorter soak only tells them."
        })
final class SoakCommand implements Callable<Integer> {
    private static final int MINUTES_MAX = 24 * 60;
    private static final int JUDGED_MINUTES = 30;
    private static final double SECONDS_PER_HOUR = 3600;
    private static final long SAMPLE_SECONDS = 5;

    /** Share of the time in which the heap, the code cache and the page tables find their size. */
    private static final double SETTLING = 0.2;

    /** In an hour: a gibibyte in two and a half days, within which any service is restarted for an update. */
    private static final double RESIDENT_LIMIT = 16L << 20;

    private static final double FILES_LIMIT = 1;
    private static final double THREADS_LIMIT = 1;
    private static final double SHARED_MEMORY_LIMIT = 1L << 20;

    /** Of its first value, in an hour. */
    private static final double P99_LIMIT = 0.10;

    private final Rig rig;
    private final List<Footprint> footprints = new CopyOnWriteArrayList<>();
    private final AtomicReference<IOException> problem = new AtomicReference<>();

    @Spec
    private CommandSpec spec;

    @Mixin
    private PathOptions options = new PathOptions();

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "5000",
            description = "Messages a second. Default: ${DEFAULT-VALUE}.")
    private long rate;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "60",
            description = "Time that counts, 1 to 1440. Default: ${DEFAULT-VALUE}.")
    private int minutes;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "30",
            description = "Seconds before it. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    /**
     * A soak of a path.
     *
     * @param rig makes the path and watches it.
     */
    SoakCommand(final Rig rig) {
        this.rig = rig;
    }

    @Override
    public Integer call() throws Exception {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        final RunEnvironment environment = RunEnvironment.of(spec, options.data);
        final RunOptions run = RunOptions.at(options, rate, warmup, minutes * 60);
        final ResultPrinter printer = new ResultPrinter(out);
        printer.header(environment, run);
        final PassResult pass = soak(run, out);
        if (problem.get() != null) {
            throw problem.get();
        }
        final List<Slope> slopes = slopes(pass.seconds());
        final Judgement judgement = PassJudge.judge(run, pass).and(new Judgement(List.of(), tooSteep(slopes)));
        printer.pass(run, pass, List.of());
        slopes.forEach(slope -> out.println(text(slope)));
        out.println(judgement);
        out.flush();
        ResultOutput.write(spec, options, result(environment, run, pass, slopes, judgement));
        return judgement.verdict() == Result.Verdict.PASS ? CommandLine.ExitCode.OK : Main.EXIT_FAILED;
    }

    private PassResult soak(final RunOptions run, final PrintWriter out) throws Exception {
        final ScheduledExecutorService sampling = Executors.newSingleThreadScheduledExecutor(task -> {
            final Thread thread = new Thread(task, "perf-footprint");
            thread.setDaemon(true);
            return thread;
        });
        final long startNs = rig.clock().nanoTime();
        final ScheduledFuture<?> samples = sampling.scheduleAtFixedRate(
                () -> sample((rig.clock().nanoTime() - startNs) / 1e9 - warmup),
                warmup,
                SAMPLE_SECONDS,
                TimeUnit.SECONDS);
        try (Scratch scratch = new Scratch(options.data)) {
            final LoadRun runs = new LoadRun(run, rig, scratch);
            return runs.run(runs.load(), scratch.newDirectory(), new Progress(out, RunCommand.TERMINAL, true), null);
        } finally {
            samples.cancel(false);
            sampling.shutdownNow();
        }
    }

    private void sample(final double seconds) {
        try {
            footprints.add(Footprint.now(seconds));
        } catch (final IOException ex) {
            problem.compareAndSet(null, ex);
        }
    }

    private List<Slope> slopes(final List<Point.Second> seconds) {
        final List<Slope> slopes = new ArrayList<>();
        slopes.add(slope("residentBytes", "bytes", RESIDENT_LIMIT, Footprint::residentBytes));
        slopes.add(slope("openFiles", "files", FILES_LIMIT, Footprint::openFiles));
        slopes.add(slope("threads", "threads", THREADS_LIMIT, Footprint::threads));
        slopes.add(slope("sharedMemoryBytes", "bytes", SHARED_MEMORY_LIMIT, Footprint::sharedMemoryBytes));
        final double[] times =
                seconds.stream().mapToDouble(Point.Second::second).toArray();
        final double[] p99 = seconds.stream().mapToDouble(Point.Second::p99Ns).toArray();
        final double first = p99.length == 0 ? 0 : p99[0];
        slopes.add(new Slope(
                "p99Ns",
                "ns",
                TrendLine.slope(times, p99) * SECONDS_PER_HOUR,
                limit(first * P99_LIMIT),
                first,
                p99.length == 0 ? 0 : p99[p99.length - 1]));
        return List.copyOf(slopes);
    }

    private Slope slope(
            final String name, final String unit, final double limit, final ToDoubleFunction<Footprint> figure) {
        final List<Footprint> settled = footprints.stream()
                .filter(footprint -> footprint.seconds() >= minutes * 60 * SETTLING)
                .toList();
        final double[] times = settled.stream().mapToDouble(Footprint::seconds).toArray();
        final double[] values = settled.stream().mapToDouble(figure).toArray();
        return new Slope(
                name,
                unit,
                TrendLine.slope(times, values) * SECONDS_PER_HOUR,
                limit(limit),
                values.length == 0 ? 0 : values[0],
                values.length == 0 ? 0 : values[values.length - 1]);
    }

    private Double limit(final double limit) {
        return minutes < JUDGED_MINUTES ? null : (Double) limit;
    }

    private static List<String> tooSteep(final List<Slope> slopes) {
        return slopes.stream()
                .filter(slope -> slope.limitPerHour() != null && slope.perHour() > slope.limitPerHour())
                .map(SoakCommand::text)
                .toList();
    }

    private static String text(final Slope slope) {
        return String.format(
                Locale.ROOT,
                "%-17s %+,.0f %s an hour, from %,.0f to %,.0f%s",
                slope.name(),
                slope.perHour(),
                slope.unit(),
                slope.first(),
                slope.last(),
                slope.limitPerHour() == null
                        ? ""
                        : String.format(Locale.ROOT, ", at most %+,.0f", slope.limitPerHour()));
    }

    private static Result result(
            final RunEnvironment environment,
            final RunOptions run,
            final PassResult pass,
            final List<Slope> slopes,
            final Judgement judgement) {
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.SOAK,
                judgement.verdict(),
                judgement.reasons(),
                Results.environment(environment),
                Results.settings(run),
                List.of(Results.point(run, pass, judgement, Results.label(run))),
                List.of(),
                null,
                null,
                slopes,
                null);
    }

    private void check() {
        require(rate, "--rate", 1, Pace.RATE_MAX, "msg/s");
        require(minutes, "--minutes", 1, MINUTES_MAX, "minutes");
        require(warmup, "--warmup", 0, 600, "s");
        final String wrong = options.problem();
        if (wrong != null) {
            throw new ParameterException(spec.commandLine(), wrong);
        }
        ResultOutput.require(spec, options);
    }

    private void require(final long value, final String name, final long least, final long most, final String unit) {
        if (value < least || value > most) {
            throw new ParameterException(spec.commandLine(), PathOptions.outside(name, value, least, most, unit));
        }
    }
}
