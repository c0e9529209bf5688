package io.stentor.engine.cli;

import io.stentor.engine.cli.journal.JournalCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code stentor}. Exit codes: 0 done, 1 failed, 2 used wrongly. */
@Command(
        name = "stentor",
        description = "A high-throughput message delivery engine.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionCommand.class,
        subcommands = {
            ServeCommand.class,
            ShardCommand.class,
            PubCommand.class,
            SubCommand.class,
            JournalCommand.class,
            VersionCommand.class
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, 1 failed, 2 used wrongly."})
public final class Main {

    private Main() {}

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param args the command's words.
     */
    public static void main(final String[] args) {
        LogSettings.apply();
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        final CommandLine commandLine = new CommandLine(new Main());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler((ex, args) -> {
            final CommandLine failed = ex.getCommandLine();
            failed.getErr().println("stentor: " + ex.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(ex, failed.getErr());
            failed.getErr()
                    .println("Try 'stentor " + (failed.getParent() == null ? "" : failed.getCommandName() + " ")
                            + "--help'.");
            return CommandLine.ExitCode.USAGE;
        });
        commandLine.setExecutionExceptionHandler((ex, failed, parsed) -> {
            failed.getErr().println("stentor: " + messageOf(ex));
            if (System.getenv("STENTOR_DEBUG") != null) {
                ex.printStackTrace(failed.getErr());
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine;
    }

    /** The first message in the chain of causes that says something. */
    private static String messageOf(final Throwable failure) {
        Throwable at = failure;
        while (at.getMessage() == null && at.getCause() != null) {
            at = at.getCause();
        }
        return at.getMessage() == null ? at.getClass().getSimpleName() : at.getMessage();
    }
}
