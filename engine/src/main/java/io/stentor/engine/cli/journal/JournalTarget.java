package io.stentor.engine.cli.journal;

import io.stentor.journal.JournalFiles;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The journal that a tool works on, and how it is to answer. */
final class JournalTarget {

    @Parameters(index = "0", paramLabel = "DIR", description = "The journal's directory.")
    private Path directory;

    @Option(names = "--json", description = "Print JSON: an object, or one for each line of a list.")
    private boolean json;

    JournalFiles files() {
        return JournalFiles.of(directory);
    }

    boolean json() {
        return json;
    }
}
