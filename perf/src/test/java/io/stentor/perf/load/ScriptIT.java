package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that people call, on the jar of this build. */
final class ScriptIT {
    private static final Path SCRIPT = Path.of("bin/stentor-perf").toAbsolutePath();
    private static final long DEADLINE_SECONDS = 60;
    private static final long POLL_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    @TempDir
    private Path directory;

    @Test
    void shouldRunFromAnyDirectoryThroughLinksWithJavaOptions() throws Exception {
        final Path link = Files.createSymbolicLink(directory.resolve("link"), SCRIPT);
        final Path relative = Files.createSymbolicLink(directory.resolve("link to link"), Path.of("link"));

        final CommandRun run = run("-showversion", relative, "version");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().startsWith("stentor-perf 0."), run.out() + link);
        assertTrue(run.err().contains("Runtime Environment"), run.err());
    }

    @Test
    void shouldPassExitCodeOn() throws Exception {
        final CommandRun run = run("", SCRIPT, "run", "--rate", "none");

        assertEquals(2, run.exitCode(), run.err());
        assertTrue(run.err().startsWith("stentor-perf: Invalid value for option '--rate'"), run.err());
    }

    @Test
    void shouldListBenchmarks() throws Exception {
        final CommandRun run = run("", SCRIPT, "jmh", "-l");

        assertEquals(0, run.exitCode(), run.err());
        for (final String name : List.of("RingClaim", "JournalAppend", "Route", "FrameCodec")) {
            assertTrue(run.out().contains("io.stentor.perf.bench." + name + "Benchmark."), run.out());
        }
    }

    @Test
    void shouldDeleteItsDataWhenStoppedBySignal() throws Exception {
        final Path data = Files.createDirectory(directory.resolve("data"));
        final Path out = directory.resolve("out");
        final Process process =
                start("", SCRIPT, "run", "--rate", "1000", "--seconds", "60", "--data", data.toString());
        try {
            final long startNs = System.nanoTime();
            while (!Files.readString(out).contains("in flight")) {
                assertTrue(process.isAlive(), "ended by itself");
                assertTrue(System.nanoTime() - startNs < TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS), "no progress");
                LockSupport.parkNanos(POLL_INTERVAL_NS);
            }
            process.destroy();
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "still running");
        } finally {
            process.destroyForcibly();
        }
        try (Stream<Path> left = Files.list(data)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private CommandRun run(final String javaOptions, final Path script, final String... args) throws Exception {
        final Process process = start(javaOptions, script, args);
        try {
            assertTrue(process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "still running");
        } finally {
            process.destroyForcibly();
        }
        return new CommandRun(
                process.exitValue(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    private Process start(final String javaOptions, final Path script, final String... args) throws IOException {
        final List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(args));
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(directory.resolve("out").toFile())
                .redirectError(directory.resolve("err").toFile());
        builder.environment().put("JAVA_OPTS", javaOptions);
        return builder.start();
    }
}
