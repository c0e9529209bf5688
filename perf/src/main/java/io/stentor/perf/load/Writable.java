package io.stentor.perf.load;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks a file before a run that takes minutes, and not when its result is lost. */
public final class Writable {

    private Writable() {}

    /**
     * Refuses a file that cannot be written.
     *
     * @param spec of the command.
     * @param option that named it.
     * @param file or null, which is fine.
     */
    public static void require(final CommandSpec spec, final String option, final Path file) {
        if (file == null) {
            return;
        }
        final Path parent = file.toAbsolutePath().getParent();
        if (Files.isDirectory(file) || parent == null || !Files.isWritable(parent)) {
            throw new ParameterException(spec.commandLine(), option + "=" + file + " cannot be written");
        }
    }
}
