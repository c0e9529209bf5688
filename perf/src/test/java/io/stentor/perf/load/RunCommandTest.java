package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogReader;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole rig on a path that delivers at once, with and without planted faults. */
final class RunCommandTest {
    private static final String[] SHORT = {
        "run", "--rate", "2000", "--seconds", "1", "--warmup", "0", "--tail", "1", "--no-floors"
    };

    @TempDir
    private Path directory;

    private final SteppingClock clock = new SteppingClock();

    @Test
    void shouldPassWhenEveryMessageArrives() {
        final CommandRun run = run(LoopbackPath::launch, "--topics", "3", "--subscribers", "2", "--level", "journaled");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().endsWith("PASS\n"), run.out());
        assertTrue(run.out().contains("receipts   2,000 of 2,000, 0 of them refused"), run.out());
        for (final Stage stage : Set.of(Stage.SEND_LAG, Stage.INTENDED_TO_RECEIPT, Stage.END_TO_END)) {
            assertTrue(run.out().contains("\n" + stage.label() + " "), stage + " in " + run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"messenger-800m", "big-groups", "payment-festival"})
    void shouldSendTheMessagesOfAProfileToThoseWhoSubscribe(final String profile) {
        final CommandRun run = run(LoopbackPath::launch, "--profile", profile, "--subscribers", "5");

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("\nprofile " + profile + " at "), run.out());
    }

    @Test
    void shouldFailWhenDeliveryOfAProfileIsLost() {
        final CommandRun run = CommandRun.of(
                LoopbackPath::launch,
                CommandRun.dropping(1),
                clock,
                withData(Stream.concat(Stream.of(SHORT), Stream.of("--profile", "big-groups", "--subscribers", "1"))
                        .toArray(String[]::new)));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().endsWith("INVALID: 1 messages lost\n"), run.out());
    }

    @Test
    void shouldFailWhenDeliveryIsLost() {
        final CommandRun run = CommandRun.of(LoopbackPath::launch, CommandRun.dropping(1_000), clock, withData(SHORT));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().endsWith("INVALID: 1 messages lost\n"), run.out());
    }

    @Test
    void shouldFailWhenDeliveryIsRepeated() {
        final CommandRun run = CommandRun.of(
                LoopbackPath::launch,
                listener -> (topicId, offset, buffer, index, length) -> {
                    listener.onDelivery(topicId, offset, buffer, index, length);
                    if (offset == 7) {
                        listener.onDelivery(topicId, offset, buffer, index, length);
                    }
                },
                clock,
                withData(SHORT));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().endsWith("INVALID: 1 messages duplicated\n"), run.out());
    }

    @Test
    void shouldBeInvalidWhenTwoDeliveriesAreSwapped() {
        final CommandRun run = CommandRun.of(LoopbackPath::launch, SwappedDelivery::new, clock, withData(SHORT));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().endsWith("INVALID: 1 messages out of order\n"), run.out());
    }

    @Test
    void shouldBeInvalidWhenGeneratorStandsStill() {
        final PlantedClock planted = new PlantedClock();
        final CommandRun run = CommandRun.of(
                (options, data, subscribers, acknowledgements) -> planted.stalling(options, subscribers, 500),
                UnaryOperator.identity(),
                planted,
                withData(SHORT));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().contains("INVALID: "), run.out());
        assertTrue(run.out().contains("the generator itself was late for "), run.out());
    }

    @Test
    void shouldBeInvalidWhenSubscribersClockIsWrong() {
        final PlantedClock planted = new PlantedClock();
        final CommandRun run =
                CommandRun.of(LoopbackPath::launch, planted::wrongWhileDelivering, planted, withData(SHORT));

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().contains("INVALID: Little's law: "), run.out());
    }

    @Test
    void shouldFailWhenObjectiveIsMissed() {
        final CommandRun run = run(LoopbackPath::launch, "--p99", "0.0001");

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().contains("\nFAIL: p99 is "), run.out());
    }

    @Test
    void shouldFailWhenReceiptsMissTheObjective() {
        final CommandRun run = run(LoopbackPath::launch, "--p99", "0.0001", "--level", "synced");

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().contains("; p99 of receipts is "), run.out());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate 2000 --arrivals poisson", "--ramp 500..3500", "--trace TRACE"})
    void shouldSendAtOtherTimes(final String loop) throws IOException {
        final Path trace = directory.resolve("trace.txt");
        Files.write(
                trace,
                IntStream.range(0, 2_000)
                        .mapToObj(i -> Integer.toString(i * 500))
                        .toList());
        final String[] line = ("run " + loop.replace("TRACE", trace.toString())
                        + " --seconds 1 --warmup 0 --tail 1 --no-floors --data " + directory)
                .split(" ");

        final CommandRun run = CommandRun.of(LoopbackPath::launch, UnaryOperator.identity(), clock, line);

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("sent       2,000 in "), run.out());
    }

    @Test
    void shouldFailWhenPathCannotHoldRate() {
        final CommandRun run = run((options, data, subscribers, acknowledgements) ->
                new LoopbackPath(options, subscribers, acknowledgements) {
                    private long takenNs;

                    @Override
                    public long offer(final int topic, final DirectBuffer buffer, final int length) {
                        final long nowNs = clock.nanoTime();
                        if (nowNs - takenNs < 600_000) {
                            return BACK_PRESSURED;
                        }
                        takenNs = nowNs;
                        return super.offer(topic, buffer, length);
                    }
                });

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(run.out().contains("INVALID: the rate was missed: "), run.out());
    }

    @Test
    void shouldFailWhenPathStopsByItself() {
        final CommandRun run = run((options, data, subscribers, acknowledgements) ->
                new LoopbackPath(options, subscribers, acknowledgements) {
                    private volatile boolean failed;

                    @Override
                    public long offer(final int topic, final DirectBuffer buffer, final int length) {
                        failed = true;
                        return BACK_PRESSURED;
                    }

                    @Override
                    public Throwable failure() {
                        return failed ? new IllegalStateException("journal full") : null;
                    }
                });

        assertEquals(Main.EXIT_FAILED, run.exitCode());
        assertTrue(
                run.out().contains("INVALID: the engine failed: java.lang.IllegalStateException: journal full"),
                run.out());
    }

    @Test
    void shouldSayThatLatencyMeansNothingInClosedLoop() {
        final CommandRun run = CommandRun.of(
                LoopbackPath::launch,
                withData("run", "--max", "--seconds", "1", "--warmup", "0", "--tail", "1", "--no-floors"));

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().contains("not meaningful"), run.out());
        assertFalse(run.out().contains(Stage.END_TO_END.label()), run.out());
    }

    @Test
    void shouldClosePathAndLeaveNoDataBehind() throws IOException {
        final AtomicReference<LoopbackPath> path = new AtomicReference<>();
        final CommandRun run = run((options, data, subscribers, acknowledgements) -> {
            Files.writeString(data.resolve("some.data"), "some data");
            path.set(new LoopbackPath(options, subscribers, acknowledgements));
            return path.get();
        });

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(path.get().isClosed());
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void shouldWriteResultAsJson() throws IOException {
        final Path file = directory.resolve("result.json");
        final CommandRun run = run(LoopbackPath::launch, "--json", file.toString());

        assertEquals(0, run.exitCode(), run.out() + run.err());
        final Map<String, String> values = scalars(file);
        assertEquals("2", values.get("/schema"));
        assertEquals("PASS", values.get("/verdict"));
        assertEquals("constant", values.get("/settings/arrivals"));
        assertEquals("2000.0", values.get("/settings/ratePerSecond"));
        assertEquals("2000", values.get("/points/0/sent"));
        assertEquals("0", values.get("/points/0/counts/lost"));
        assertEquals("2000", values.get("/points/0/stages/end-to-end/count"));
        assertTrue(Long.parseLong(values.get("/points/0/stages/end-to-end/p9999Ns")) > 0);
        for (final String key : Set.of("commandLine", "cpu", "cores", "jdk", "os", "commit", "fileSystem")) {
            assertTrue(values.containsKey("/environment/" + key), key + " in " + values);
        }
    }

    @Test
    void shouldDrawReport() throws IOException {
        final Path page = directory.resolve("report.html");
        final CommandRun run = run(LoopbackPath::launch, "--report", page.toString());

        assertEquals(0, run.exitCode(), run.out() + run.err());
        assertTrue(run.out().endsWith("wrote " + page + "\n"), run.out());
        assertTrue(Files.readString(page).contains("2,000 msg/s"), "the page tells the rate");
        assertTrue(Files.exists(directory.resolve("report.md")), "the summary is beside it");
    }

    @Test
    void shouldWriteLogThatHistogramToolsRead() throws IOException {
        final Path file = directory.resolve("run.hdr");
        final CommandRun run = run(LoopbackPath::launch, "--hdr", file.toString());

        assertEquals(0, run.exitCode(), run.out() + run.err());
        final Set<String> tags = new HashSet<>();
        try (HistogramLogReader reader = new HistogramLogReader(file.toFile())) {
            EncodableHistogram interval;
            while ((interval = reader.nextIntervalHistogram()) != null) {
                tags.add(interval.getTag());
            }
        }
        assertEquals(Set.of("send-lag", "end-to-end"), tags);
    }

    private CommandRun run(final PathLauncher launcher, final String... more) {
        return CommandRun.of(
                launcher,
                UnaryOperator.identity(),
                clock,
                withData(Stream.concat(Stream.of(SHORT), Stream.of(more)).toArray(String[]::new)));
    }

    private String[] withData(final String... args) {
        return Stream.concat(Stream.of(args), Stream.of("--data", directory.toString()))
                .toArray(String[]::new);
    }

    /** Every scalar of a document under its path. */
    private static Map<String, String> scalars(final Path file) throws IOException {
        final Map<String, String> values = new HashMap<>();
        try (JsonParser json = new JsonFactory().createParser(file.toFile())) {
            while (json.nextToken() != null) {
                if (json.currentToken().isScalarValue()) {
                    values.put(json.getParsingContext().pathAsPointer().toString(), json.getText());
                }
            }
        }
        return values;
    }
}
