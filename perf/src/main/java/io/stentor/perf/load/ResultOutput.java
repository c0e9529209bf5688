package io.stentor.perf.load;

import io.stentor.perf.report.Report;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** Keeps a result where its options say: as JSON for other programs, as a page for people. */
final class ResultOutput {

    private ResultOutput() {}

    /** Refuses files that cannot be written, before a run that takes minutes. */
    static void require(final CommandSpec spec, final PathOptions options) {
        Writable.require(spec, "--json", options.json);
        Writable.require(spec, "--report", options.report);
    }

    /** Writes it. */
    static void write(final CommandSpec spec, final PathOptions options, final Result result) throws IOException {
        if (options.json != null) {
            ResultFile.write(result, options.json);
        }
        if (options.report != null) {
            Report.write(spec.name(), result, options.report);
            spec.commandLine().getOut().println("wrote " + options.report);
            spec.commandLine().getOut().flush();
        }
    }
}
