package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The comparison with a real bare append, and a path that delivers at once in the engine's place. */
final class BaselineIT {
    @TempDir
    private Path directory;

    @Test
    void shouldComparePairsAndPrintTheirMedianWithItsSpread() throws IOException {
        final Path json = directory.resolve("result.json");
        final CommandRun run = CommandRun.of(
                LoopbackPath::launch,
                "run",
                "--max",
                "--baseline",
                "--bytes",
                "1MiB",
                "--rest",
                "0",
                "--data",
                directory.toString(),
                "--json",
                json.toString());

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("5 pairs of 2,912 excerpts of 360 bytes"), run.out());
        final Matcher pairs =
                Pattern.compile("pair \\d, (\\w+) first .* ratio \\d").matcher(run.out());
        assertEquals(
                "barepathbarepathbare",
                String.join("", pairs.results().map(pair -> pair.group(1)).toList()));
        assertTrue(
                Pattern.compile("baselineRatio [\\d.]+ \\[[\\d.]+\\.\\.[\\d.]+]")
                        .matcher(run.out())
                        .find(),
                run.out());
        assertTrue(Files.readString(json).contains("\"ratio\" : "));
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(1, left.count(), "only the result is left");
        }
    }

    @Test
    void shouldFailWhenOnePassOfThePathLosesMessage() {
        final CommandRun run = CommandRun.of(
                LoopbackPath::launch,
                CommandRun.dropping(2_000),
                "run",
                "--max",
                "--baseline",
                "--bytes",
                "1MiB",
                "--rest",
                "0",
                "--tail",
                "1",
                "--data",
                directory.toString());

        assertEquals(Main.EXIT_FAILED, run.exitCode(), run.err());
        assertTrue(run.out().endsWith("INVALID: 1 messages lost\n"), run.out());
    }
}
