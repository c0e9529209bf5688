package io.stentor.perf.load;

import io.stentor.perf.result.Floor;
import io.stentor.perf.result.Result;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a load on an engine in this process, checks every message and prints where the time went. */
@Command(
        name = "run",
        description = "Load an engine or a tier, check every message and print where the time went.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    /** The script says it: a JVM can tell only since 22. */
    static final boolean TERMINAL = Boolean.getBoolean("stentor.terminal");

    private final Rig rig;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions options = new RunOptions();

    /**
     * A run on a path, in tests with a planted fault.
     *
     * @param rig makes the path and watches it.
     */
    RunCommand(final Rig rig) {
        this.rig = rig;
    }

    @Override
    public Integer call() throws Exception {
        final String problem = options.conclude();
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        ResultOutput.require(spec, options);
        Writable.require(spec, "--hdr", options.hdr);

        final ResultPrinter printer = new ResultPrinter(spec.commandLine().getOut());
        final RunEnvironment environment = RunEnvironment.of(spec, options.data);
        printer.header(environment, options);
        final RunResult result = measure(environment, printer);
        printer.verdict(result);
        ResultOutput.write(spec, options, Results.of(result));
        return result.judgement().verdict() == Result.Verdict.PASS ? CommandLine.ExitCode.OK : Main.EXIT_FAILED;
    }

    private RunResult measure(final RunEnvironment environment, final ResultPrinter printer) throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        Judgement judgement = Judgement.PASS;
        List<Floor> floors = List.of();
        PassResult timed = null;
        BaselineResult baseline = null;
        try (Scratch scratch = new Scratch(options.data);
                HdrLog hdrLog = openHdrLog(environment)) {
            final LoadRun runs = new LoadRun(options, rig, scratch);
            if (options.isTimed() && options.floors) {
                floors = new Floors(options, scratch, rig.clock()).measure();
                printer.floors(floors);
            }
            if (options.isTimed()) {
                final Progress progress = new Progress(out, TERMINAL, !options.isClosed());
                timed = runs.run(runs.load(), scratch.newDirectory(), progress, hdrLog);
                scratch.clear();
                judgement = PassJudge.judge(options, timed);
                printer.pass(options, timed, floors);
            }
            if (options.baseline) {
                baseline = new Baseline(runs, options, scratch, rig.clock()).run(out);
                for (final PassResult pass : baseline.passes()) {
                    judgement = judgement.and(PassJudge.judge(options, pass));
                }
                printer.baseline(baseline);
            }
        }
        final PassResult pass = timed != null ? timed : baseline.lastPass();
        return new RunResult(environment, options, pass, baseline, floors, judgement);
    }

    private HdrLog openHdrLog(final RunEnvironment environment) throws IOException {
        return options.hdr == null ? null : new HdrLog(options.hdr, environment.commandLine(), environment.startedMs());
    }
}
