package io.stentor.perf.load;

import io.stentor.perf.result.Environment;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** What stands beside a figure, for the commands of other packages. */
public final class Environments {

    private Environments() {}

    /**
     * This build on this machine, now.
     *
     * @param spec of the command that measures.
     * @param data where it writes.
     */
    public static Environment of(final CommandSpec spec, final Path data) throws IOException {
        return Results.environment(RunEnvironment.of(spec, data));
    }
}
