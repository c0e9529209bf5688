package io.stentor.perf.report;

import io.stentor.perf.load.Writable;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf report}. */
@Command(
        name = "report",
        description = "Draw results: one page of HTML that needs no network, and a summary in Markdown.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ReportCommand implements Callable<Integer> {

    /** A page of more is none that anybody reads. */
    private static final int RESULTS_MAX = 200;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "RESULT",
            arity = "1..*",
            description = "Files that run, knee, soak and conns wrote with --json. Runs that were asked for the same at"
                    + " different rates share their plots.")
    private List<Path> results = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "FILE",
            defaultValue = "report.html",
            description = "The page. Default: ${DEFAULT-VALUE}.")
    private Path out;

    @Option(
            names = "--markdown",
            paramLabel = "FILE",
            description = "The summary. Default: beside the page, with its name and .md.")
    private Path markdown;

    @Option(names = "--title", paramLabel = "TEXT", defaultValue = Report.TITLE, description = "Title.")
    private String title;

    @Override
    public Integer call() throws IOException {
        if (results.size() > RESULTS_MAX) {
            throw new ParameterException(
                    spec.commandLine(), results.size() + " results are not within 1.." + RESULTS_MAX);
        }
        final Path summary = markdown == null ? Report.summaryOf(out) : markdown;
        requireWritable("--out", out);
        requireWritable("--markdown", summary);
        if (summary.toAbsolutePath().normalize().equals(out.toAbsolutePath().normalize())) {
            throw new ParameterException(spec.commandLine(), "--markdown=" + summary + " is the page's own file");
        }
        final List<Source> sources = new ArrayList<>();
        for (final Path file : results) {
            sources.add(new Source(String.valueOf(file.getFileName()), ResultFile.read(file)));
        }
        Report.write(title, sources, out, summary);
        spec.commandLine().getOut().println("wrote " + out + " and " + summary);
        spec.commandLine().getOut().flush();
        return CommandLine.ExitCode.OK;
    }

    private void requireWritable(final String option, final Path file) {
        Writable.require(spec, option, file);
        for (final Path result : results) {
            if (result.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
                throw new ParameterException(spec.commandLine(), option + "=" + file + " is one of the results");
            }
        }
    }
}
