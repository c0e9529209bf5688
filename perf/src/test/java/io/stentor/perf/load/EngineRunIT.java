package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Short runs on a real engine. */
final class EngineRunIT {
    @TempDir
    private Path directory;

    @Test
    void shouldHoldRateAndTimeEveryStage() throws IOException {
        final CommandRun run = run(
                UnaryOperator.identity(), "--rate 5000 --seconds 2 --topics 3 --subscribers 2 --level synced --ack");

        requireWhole(run);
        for (final Stage stage : Stage.values()) {
            assertTrue(run.out().contains("\n" + stage.label() + " "), stage + " in " + run.out());
        }
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(0, left.count(), "nothing is left behind");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--journal heap",
                "--threading dedicated",
                "--size 65536",
                "--level journaled",
                "--profile messenger-800m",
                "--profile payment-festival"
            })
    void shouldRunOtherEngines(final String options) {
        final CommandRun run = run(UnaryOperator.identity(), "--rate 500 --seconds 1 " + options);

        requireWhole(run);
    }

    @Test
    void shouldFailWhenOneDeliveryIsDropped() {
        final CommandRun run = run(CommandRun.dropping(3_000), "--rate 5000 --seconds 2 --tail 1");

        assertEquals(Main.EXIT_FAILED, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("1 messages lost"), run.out());
    }

    @Test
    void shouldCompareWholePathWithBareAppend() {
        final CommandRun run = run(UnaryOperator.identity(), "--max --baseline --bytes 4MiB");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("baselineRatio "), run.out());
    }

    /** It passed, or says that this machine was too busy for the rate: nothing else may be wrong. */
    static void requireWhole(final CommandRun run) {
        final String verdict = run.out().strip().replaceFirst("(?s).*\n", "");
        assertTrue(
                verdict.matches(
                        "PASS|INVALID: (the rate was missed: [^;]*|the generator itself was late [^;]*)(; the generator[^;]*)?"),
                run.out() + run.err());
        assertTrue(run.out().contains(" 0 lost, 0 duplicated, 0 out of order, 0 misplaced, 0 corrupt"), run.out());
    }

    private CommandRun run(final UnaryOperator<DeliveryListener> tap, final String options) {
        final String line = "run --no-floors --warmup 1 --data " + directory + " " + options;
        return CommandRun.of(EnginePath::launch, tap, line.split(" "));
    }
}
