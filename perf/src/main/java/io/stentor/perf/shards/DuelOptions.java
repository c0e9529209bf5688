package io.stentor.perf.shards;

import io.stentor.perf.journal.DuelReport;
import io.stentor.perf.journal.DuelResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How often two sides take turns, and where. */
final class DuelOptions {

    private static final int ROUNDS_MAX = 99;
    private static final int REST_MAX = 600;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each side that count; there is one more that does not. Default: ${DEFAULT-VALUE}.")
    int rounds;

    @Option(
            names = "--rest",
            paramLabel = "S",
            defaultValue = "1",
            description = "Pause before each turn. Default: ${DEFAULT-VALUE}.")
    int rest;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make the directories for the data, deleted at the end."
                    + " Default: the system's directory for temporary files.")
    Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the duels as JSON.")
    private Path json;

    /** Writes the duels where the command line says. */
    void report(final CommandSpec spec, final List<DuelResult> results) throws IOException {
        DuelReport.write(json, spec.root().commandLine().getParseResult().originalArgs(), results);
    }

    void check(final CommandSpec spec) {
        require(spec, "--rounds", rounds, 1, ROUNDS_MAX, "rounds");
        require(spec, "--rest", rest, 0, REST_MAX, "s");
        if (!Files.isDirectory(data)) {
            throw new ParameterException(spec.commandLine(), "--data=" + data + " is not a directory");
        }
    }

    static void require(
            final CommandSpec spec,
            final String name,
            final long value,
            final long least,
            final long most,
            final String unit) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), name + "=" + value + " " + unit + " is not within " + least + ".." + most);
        }
    }
}
