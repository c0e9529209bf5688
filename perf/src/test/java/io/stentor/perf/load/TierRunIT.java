package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.Point;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Short runs against tiers in processes of their own, over their sockets. */
final class TierRunIT {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "tier, websocket, 'rig,tier'",
        "tier, http, 'rig,tier'",
        "shards:2, websocket, 'rig,engine,shard 1,shard 2'",
        "shards:2, http, 'rig,engine,shard 1,shard 2'"
    })
    void shouldDeliverEveryMessageToEverySubscriber(
            final String target, final String publishing, final String processes) throws IOException {
        final Path json = directory.resolve("result.json");
        final CommandRun run = run("run --rate 200 --seconds 2 --warmup 1 --subscribers 10 --topics 3 --level journaled"
                + " --no-floors --target " + target + " --publish " + publishing + " --json " + json);

        EngineRunIT.requireWhole(run);
        final Result result = ResultFile.read(json);
        final Point point = result.points().get(0);
        assertEquals(target, result.settings().target());
        assertEquals(6_000, point.counts().delivered());
        assertEquals(600, point.receipts().received());
        assertEquals(
                processes,
                String.join(
                        ",", point.cost().stream().map(cost -> cost.process()).toList()));
        assertTrue(point.cost().stream().skip(1).anyMatch(cost -> cost.cpuTimeNs() > 0), () -> "" + point.cost());
    }

    @Test
    void shouldSendTheMessagesOfAProfile() throws IOException {
        final Path json = directory.resolve("result.json");
        final CommandRun run = run("run --rate 500 --seconds 2 --warmup 1 --profile messenger-800m --subscribers 30"
                + " --no-floors --target tier --json " + json);

        EngineRunIT.requireWhole(run);
        final Result result = ResultFile.read(json);
        assertEquals("messenger-800m", result.settings().profile());
        assertEquals(30, result.settings().subscribers());
        final Point.Counts counts = result.points().get(0).counts();
        assertTrue(counts.expected() > 0, run.out());
        assertEquals(counts.expected(), counts.delivered());
    }

    @Test
    void shouldSayThatNobodyListens() {
        final CommandRun run = run("run --rate 10 --seconds 1 --no-floors --target http://127.0.0.1:1");

        assertEquals(1, run.exitCode(), run.out());
        assertTrue(run.err().contains("Connection refused"), run.err());
    }

    @Test
    void shouldFindKneeAndKeepItsCurve() throws IOException {
        final Path json = directory.resolve("knee.json");
        final CommandRun run =
                run("knee --from 100 --to 200 --seconds 1 --warmup 0 --repetitions 2 --p99 5000 --no-closed"
                        + " --json " + json);

        final Result result = ResultFile.read(json);
        assertEquals(Result.Kind.KNEE, result.kind(), run.out() + run.err());
        assertEquals(2, result.knee().repetitions().size());
        assertTrue(result.knee().ratePerSecond() <= 200);
        assertEquals(
                List.of("append", "ipc", "udp", "netty", "rig"),
                result.floors().stream().map(floor -> floor.name()).toList());
        assertTrue(result.points().size() >= 4, () -> result.points().size() + " points");
    }

    private CommandRun run(final String line) {
        return CommandRun.of(Main::launch, (line + " --data " + directory).split(" "));
    }
}
