package io.stentor.perf.load;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemEpochClock;
import picocli.CommandLine.Model.CommandSpec;

/**
 * What must stand beside a figure.
 *
 * @param build that measured.
 * @param machine that it ran on.
 * @param disk under the data.
 * @param commandLine as it was given.
 * @param startedMs wall-clock time at which it began.
 */
record RunEnvironment(Build build, Machine machine, Disk disk, List<String> commandLine, long startedMs) {

    /**
     * This build on this machine, now.
     *
     * @param spec of the command that measures.
     * @param data where it writes.
     */
    static RunEnvironment of(final CommandSpec spec, final Path data) throws IOException {
        return new RunEnvironment(
                Build.current(),
                Machine.current(),
                Disk.of(data),
                spec.root().commandLine().getParseResult().originalArgs(),
                SystemEpochClock.INSTANCE.time());
    }
}
