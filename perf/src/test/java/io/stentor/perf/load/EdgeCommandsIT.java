package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short runs against servers in processes of their own. What they measure is not looked at, only that they can. */
final class EdgeCommandsIT {
    @TempDir
    private Path directory;

    @Test
    void shouldMeasureSessionsOfRealServer() throws IOException {
        final Path json = directory.resolve("conns.json");

        final CommandRun run =
                run("conns --steps 10,30 --topics 2 --shared --settle 0 --limit 1048576 --json " + json + " --data ");

        assertTrue(run.exitCode() == 0 || run.exitCode() == Main.EXIT_FAILED, run.out() + run.err());
        assertTrue(run.out().contains("a session takes "), run.out());
        final Result result = ResultFile.read(json);
        assertEquals(Result.Kind.CONNS, result.kind());
        assertEquals(1, result.connections().shards());
        assertEquals(List.of(10, 30), connectionsOf(result));
        assertEquals(1_048_576, result.connections().limitBytes());
        assertTrue(result.environment().commandLine().contains("conns --steps 10,30"), json::toString);
    }

    @Test
    void shouldSpreadSessionsOverShards() throws IOException {
        final Path json = directory.resolve("shards.json");

        final CommandRun run =
                run("conns --shards 2 --steps 40,81 --settle 0 --limit 1048576 --json " + json + " --data ");

        assertTrue(run.exitCode() == 0 || run.exitCode() == Main.EXIT_FAILED, run.out() + run.err());
        assertTrue(run.out().contains("of the 2 shards' processes"), run.out());
        final Result result = ResultFile.read(json);
        assertEquals(2, result.connections().shards());
        assertEquals(List.of(40, 81), connectionsOf(result));
        assertEquals(run.exitCode() == 0 ? Result.Verdict.PASS : Result.Verdict.FAIL, result.verdict(), run.out());
    }

    @Test
    void shouldCountEveryDeliveryOfBothServers() throws IOException {
        final Path json = directory.resolve("fanout.json");

        final CommandRun run =
                run("fanout --subscribers 5 --rounds 1 --seconds 1 --warmup 1 --pace 500 --json " + json + " --data ");

        assertTrue(run.exitCode() == 0 || run.exitCode() == Main.EXIT_FAILED, run.out() + run.err());
        assertTrue(run.out().contains("deliveries/s: bare "), run.out());
        assertTrue(Files.readString(json).contains("\"rateRatio\""), Files.readString(json));
    }

    private static List<Integer> connectionsOf(final Result result) {
        return result.connections().steps().stream()
                .map(Connections.Step::connections)
                .toList();
    }

    private CommandRun run(final String line) throws IOException {
        final Path data = Files.createDirectory(directory.resolve("data"));
        final CommandRun run = CommandRun.of(
                (options, directory, subscribers, acknowledgements) -> {
                    throw new IllegalStateException("nothing is launched in this process");
                },
                (line + data).split(" +"));
        try (Stream<Path> left = Files.list(data)) {
            assertEquals(0, left.count(), "nothing is left behind");
        }
        return run;
    }
}
