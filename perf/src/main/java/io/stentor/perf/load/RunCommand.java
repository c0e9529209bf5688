package io.stentor.perf.load;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a load on an engine in this process, checks every message and prints where the time went. */
@Command(
        name = "run",
        description = "Load an engine in this process, check every message and print where the time went.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        sortOptions = false)
final class RunCommand implements Callable<Integer> {
    /** The script says it: a JVM can tell only since 22. */
    private static final boolean TERMINAL = Boolean.getBoolean("stentor.terminal");

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final PathLauncher launcher;
    private final UnaryOperator<DeliveryListener> tap;

    @Spec
    private CommandSpec spec;

    @Mixin
    private RunOptions options = new RunOptions();

    RunCommand(final PathLauncher launcher) {
        this(launcher, UnaryOperator.identity());
    }

    /**
     * A run on a path with a planted fault.
     *
     * @param launcher makes the path.
     * @param tap sits between the path and each receiver.
     */
    RunCommand(final PathLauncher launcher, final UnaryOperator<DeliveryListener> tap) {
        this.launcher = launcher;
        this.tap = tap;
    }

    @Override
    public Integer call() throws Exception {
        final String problem = options.conclude();
        if (problem != null) {
            throw new ParameterException(spec.commandLine(), problem);
        }
        requireWritable("--json", options.json);
        requireWritable("--hdr", options.hdr);

        final ResultPrinter printer = new ResultPrinter(spec.commandLine().getOut());
        final RunEnvironment environment = environment();
        printer.header(environment, options);
        final RunResult result = measure(environment, printer);
        printer.verdict(result);
        if (options.json != null) {
            ResultJson.write(result, options.json);
        }
        return result.passed() ? CommandLine.ExitCode.OK : Main.EXIT_FAILED;
    }

    private RunResult measure(final RunEnvironment environment, final ResultPrinter printer) throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Set<String> reasons = new LinkedHashSet<>();
        PassResult timed = null;
        BaselineResult baseline = null;
        try (Scratch scratch = new Scratch(options.data);
                HdrLog hdrLog = openHdrLog(environment)) {
            final LoadRun runs = new LoadRun(options, launcher, tap, scratch, clock);
            if (options.isTimed()) {
                final Progress progress = new Progress(out, TERMINAL, !options.loop.max);
                timed = runs.run(runs.load(), scratch.newDirectory(), progress, hdrLog);
                scratch.clear();
                reasons.addAll(Verdict.reasons(options, timed));
                printer.pass(options, timed);
            }
            if (options.baseline) {
                baseline = new Baseline(runs, options, scratch, clock).run(out);
                baseline.passes().forEach(pass -> reasons.addAll(Verdict.reasons(options, pass)));
                printer.baseline(baseline);
            }
        }
        final PassResult pass = timed != null ? timed : baseline.lastPass();
        return new RunResult(environment, options, pass, baseline, List.copyOf(reasons));
    }

    private RunEnvironment environment() throws IOException {
        final CommandLine root = spec.root().commandLine();
        return new RunEnvironment(
                Build.current(),
                Machine.current(),
                Disk.of(options.data),
                root.getParseResult().originalArgs(),
                System.currentTimeMillis());
    }

    private HdrLog openHdrLog(final RunEnvironment environment) throws IOException {
        return options.hdr == null ? null : new HdrLog(options.hdr, environment.commandLine(), environment.startedMs());
    }

    private void requireWritable(final String option, final Path file) {
        if (file == null) {
            return;
        }
        final Path parent = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || parent == null || !Files.isWritable(parent)) {
            throw new ParameterException(spec.commandLine(), option + "=" + file + " cannot be written");
        }
    }
}
