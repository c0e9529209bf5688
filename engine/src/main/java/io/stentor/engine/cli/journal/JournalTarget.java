package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The journal that a tool works on, and how it is to answer. */
final class JournalTarget {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Parameters(index = "0", paramLabel = "DIR", description = "The journal's directory.")
    private Path directory;

    @Option(names = "--json", description = "Print JSON: an object, or one for each line of a list.")
    private boolean json;

    JournalFiles files() {
        return JournalFiles.of(directory);
    }

    /** Where the answer goes. */
    Lines lines() {
        return new Lines(command.commandLine().getOut(), json);
    }

    /** Tells how far a scan has got, in front of a listener. */
    ProgressLine progress(final String verb, final ScanListener listener) {
        return new ProgressLine(command.commandLine().getErr(), verb, listener);
    }
}
