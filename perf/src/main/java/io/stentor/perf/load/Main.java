package io.stentor.perf.load;

import io.stentor.perf.compare.CompareCommand;
import io.stentor.perf.edge.ConnsCommand;
import io.stentor.perf.edge.FanoutCommand;
import io.stentor.perf.edge.ReconnectCommand;
import io.stentor.perf.journal.JournalCommand;
import io.stentor.perf.plan.PlanCommand;
import io.stentor.perf.plan.ProfilesCommand;
import io.stentor.perf.report.ReportCommand;
import io.stentor.perf.shards.TopicsCommand;
import io.stentor.perf.shards.UdpCommand;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code stentor-perf}. */
@Command(
        name = "stentor-perf",
        description = "Loads the engine, checks what comes out of it and prints what it measured.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:passed",
            "1:error",
            "2:wrong command line",
            "3:FAIL: an objective was missed; or INVALID: rate missed, messages lost, repeated, out of",
            "  order or corrupt, or the rig itself was late"
        })
public final class Main {
    /** An objective was missed, or the measurement must not be believed: the output says FAIL or INVALID, and why. */
    static final int EXIT_FAILED = 3;

    private Main() {}

    /**
     * Runs the command and ends the process.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        // As a server has it.
        System.setProperty("io.netty.leakDetection.level", "disabled");
        // Before any class of Chronicle is loaded: it reports to an outside service otherwise.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        // Chronicle warns that it cannot pin threads to cores, which nobody asked it to.
        System.setProperty("org.slf4j.simpleLogger.log.net.openhft.affinity", "error");
        final int code = commandLine(new Rig(Main::launch, UnaryOperator.identity(), SystemNanoClock.INSTANCE))
                .execute(args);
        System.exit(code);
    }

    static MessagePath launch(
            final RunOptions options,
            final Path directory,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements)
            throws Exception {
        return options.tier() == null
                ? EnginePath.launch(options, directory, subscribers, acknowledgements)
                : TierPath.launch(options, options.tier(), directory, subscribers, acknowledgements);
    }

    /**
     * The whole command.
     *
     * @param rig makes the path under load and watches it.
     */
    static CommandLine commandLine(final Rig rig) {
        final CommandLine jmh = new CommandLine(new JmhCommand());
        jmh.setUnmatchedArgumentsAllowed(true);
        return new CommandLine(new Main())
                .addSubcommand(new RunCommand(rig))
                .addSubcommand(new KneeCommand(rig))
                .addSubcommand(new SoakCommand(rig))
                .addSubcommand(new JournalCommand())
                .addSubcommand(new ConnsCommand())
                .addSubcommand(new FanoutCommand())
                .addSubcommand(new UdpCommand())
                .addSubcommand(new TopicsCommand())
                .addSubcommand(new ReconnectCommand())
                .addSubcommand(new PlanCommand())
                .addSubcommand(new ProfilesCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new CompareCommand())
                .addSubcommand("jmh", jmh)
                .addSubcommand(new VersionCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setUsageHelpWidth(100)
                .setParameterExceptionHandler(Main::onWrongUsage)
                .setExecutionExceptionHandler(Main::onError);
    }

    private static int onWrongUsage(final ParameterException problem, final String[] args) {
        final CommandLine command = problem.getCommandLine();
        final StringBuilder line = new StringBuilder("stentor-perf: ");
        line.append(problem.getMessage().replaceFirst("^Error: ", ""));
        if (problem instanceof final UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            line.append(" (did you mean ")
                    .append(unmatched.getSuggestions().get(0))
                    .append("?)");
        }
        final PrintWriter err = command.getErr();
        err.println(line);
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }

    private static int onError(
            final Exception problem, final CommandLine command, final CommandLine.ParseResult parsed) {
        final String message = problem.getMessage();
        command.getErr().println("stentor-perf: " + (message == null ? problem.toString() : message));
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
