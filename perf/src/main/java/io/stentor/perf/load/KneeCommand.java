package io.stentor.perf.load;

import io.stentor.perf.result.Floor;
import io.stentor.perf.result.Knee;
import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import io.stentor.perf.result.Settings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Finds the highest rate that the path carries within an objective. */
@Command(
        name = "knee",
        description = "Find the highest rate that keeps its objective of latency, loses nothing and leaves no backlog.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        sortOptions = false,
        footer = {
            "",
            "Each rate is tried on a fresh path; one that fails is tried once more. Rates double until one fails, then what",
            "is between is halved to three per cent. The objective is --p99, 10 ms unless given."
        })
final class KneeCommand implements Callable<Integer> {
    /** What was under way at most, in each closed loop. */
    private static final int[] WINDOWS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};

    private static final int CLOSED_SECONDS = 2;
    private static final int CLOSED_WARMUP = 1;
    private static final int FLOOR_REPEATS = 3;

    /** A knee is searched again from the quotient of the last one by this. */
    private static final int FROM_LAST = 4;

    private final Rig rig;
    private final List<Point> points = new ArrayList<>();
    private Judgement invalid = Judgement.PASS;

    @Spec
    private CommandSpec spec;

    @Mixin
    private KneeOptions options = new KneeOptions();

    /**
     * A search on a path.
     *
     * @param rig makes the path and watches it.
     */
    KneeCommand(final Rig rig) {
        this.rig = rig;
    }

    @Override
    public Integer call() throws Exception {
        final String problem = options.conclude();
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        ResultOutput.require(spec, options);
        final PrintWriter out = spec.commandLine().getOut();
        final RunEnvironment environment = RunEnvironment.of(spec, options.data);
        new ResultPrinter(out).environment(environment);
        final Result result;
        try (Scratch scratch = new Scratch(options.data)) {
            result = measure(environment, scratch, out);
        }
        out.println(Judgement.line(result.verdict(), result.reasons()));
        out.flush();
        ResultOutput.write(spec, options, result);
        return result.verdict() == Result.Verdict.PASS ? CommandLine.ExitCode.OK : Main.EXIT_FAILED;
    }

    private Result measure(final RunEnvironment environment, final Scratch scratch, final PrintWriter out)
            throws Exception {
        final Floors floors =
                new Floors(RunOptions.at(options, options.from, options.warmup, options.seconds), scratch, rig.clock());
        final List<Floor> all = floors.measure();
        new ResultPrinter(out).floors(all);
        final double[] rates = new double[options.repetitions];
        final double[] relative = new double[options.repetitions];
        long from = options.from;
        for (int i = 0; i < options.repetitions; i++) {
            final double floor = floors.append(FLOOR_REPEATS).messagesPerSecond();
            final int repetition = i + 1;
            rates[i] = new KneeSearch(rate -> passes(rate, repetition, scratch, out), options.to).search(from);
            relative[i] = rates[i] / floor;
            out.printf(
                    Locale.ROOT,
                    "search %d: %s, %.3f of the bare append of %s just before it%n",
                    repetition,
                    Figures.rate(rates[i]),
                    relative[i],
                    Figures.rate(floor));
            out.flush();
            from = Math.max(1, (long) rates[i] / FROM_LAST);
        }
        final List<Knee.Concurrency> closed = options.closed ? closed(scratch, out) : List.of();
        final Knee knee = knee(rates, relative, closed);
        out.printf(
                Locale.ROOT,
                "knee %s [%,.0f..%,.0f] at p99 <= %s; %.3f of the bare append%n",
                Figures.rate(knee.ratePerSecond()),
                knee.lowest(),
                knee.highest(),
                Figures.millis(knee.objectiveP99Ns()),
                knee.relative());
        return result(environment, all, knee);
    }

    private Result result(final RunEnvironment environment, final List<Floor> floors, final Knee knee) {
        final List<String> missed = knee.lowest() > 0
                ? List.of()
                : List.of("not even " + Figures.rate(Math.max(1, options.from / 1000.0)) + " kept its objective");
        final Judgement judgement = new Judgement(invalid.invalid(), missed);
        final Settings settings =
                Results.settings(RunOptions.at(options, options.from, options.warmup, options.seconds));
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.KNEE,
                judgement.verdict(),
                judgement.reasons(),
                Results.environment(environment),
                settings,
                points,
                floors,
                knee,
                null,
                List.of(),
                null);
    }

    private Knee knee(final double[] rates, final double[] relative, final List<Knee.Concurrency> closed) {
        final double[] sorted = rates.clone();
        Arrays.sort(sorted);
        final double[] ratios = relative.clone();
        Arrays.sort(ratios);
        return new Knee(
                options.p99Ns(),
                sorted[sorted.length / 2],
                sorted[0],
                sorted[sorted.length - 1],
                Arrays.stream(rates).boxed().toList(),
                ratios[ratios.length / 2],
                Floor.APPEND,
                closed);
    }

    private boolean passes(final long rate, final int repetition, final Scratch scratch, final PrintWriter out)
            throws Exception {
        final RunOptions run = RunOptions.at(options, rate, options.warmup, options.seconds);
        final LoadRun runs = new LoadRun(run, rig, scratch);
        final PassResult pass = runs.run(runs.load(), scratch.newDirectory(), Progress.NONE, null);
        scratch.clear();
        final Judgement judged = PassJudge.judge(run, pass);
        final String growth = Backlog.growth(rate, pass.seconds());
        final Judgement judgement = growth == null ? judged : judged.and(new Judgement(List.of(), List.of(growth)));
        final Judgement whole = PassJudge.integrity(pass);
        if (!whole.invalid().isEmpty()) {
            // A rate that is too high is late; it never loses anything.
            invalid = invalid.and(whole);
        }
        points.add(Results.point(run, pass, judgement, Figures.rate((double) rate) + ", search " + repetition));
        out.printf(
                Locale.ROOT,
                "  %18s   p50 %s  p99 %s  p99.9 %s us   %s%n",
                Figures.rate((double) rate),
                Figures.micros(pass.percentileNs(50)),
                Figures.micros(pass.percentileNs(99)),
                Figures.micros(pass.percentileNs(99.9)),
                judgement);
        out.flush();
        return judgement.verdict() == Result.Verdict.PASS;
    }

    private List<Knee.Concurrency> closed(final Scratch scratch, final PrintWriter out) throws Exception {
        final List<Knee.Concurrency> closed = new ArrayList<>();
        for (final int window : WINDOWS) {
            final RunOptions run = RunOptions.closed(options, window, CLOSED_WARMUP, CLOSED_SECONDS);
            final LoadRun runs = new LoadRun(run, rig, scratch);
            final PassResult pass = runs.run(runs.load(), scratch.newDirectory(), Progress.NONE, null);
            scratch.clear();
            invalid = invalid.and(PassJudge.integrity(pass));
            closed.add(new Knee.Concurrency(window, pass.deliveredRate()));
            out.printf(Locale.ROOT, "  %,6d under way   %18s%n", window, Figures.rate(pass.deliveredRate()));
            out.flush();
        }
        return closed;
    }
}
