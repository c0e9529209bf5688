package io.stentor.perf.edge;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.perf.journal.Duel;
import io.stentor.perf.journal.DuelReport;
import io.stentor.perf.journal.DuelResult;
import io.stentor.perf.journal.Goal;
import io.stentor.perf.load.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.SystemEpochClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf reconnect}. */
@Command(
        name = "reconnect",
        description =
                "Let many clients come back at once, each behind by some messages, while others are served: what the"
                        + " storm does to them, and how long it lasts. Every message is checked.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The engine, the publisher and the clients are in the rig, the shard is 'stentor shard' in a process of its",
            "own. It holds none of the topics that the clients come back to: every recovery is read from the journal."
        })
public final class ReconnectCommand implements Callable<Integer> {

    private static final int EXIT_MISSED = 3;
    private static final double STORM_RATIO_MAX = 10;
    private static final double AFTER_RATIO_MAX = 2;
    private static final int CLIENTS_MAX = 15_000;

    /** Storms until the compilers rest: in the first, they take more than half of two cores. */
    private static final int WARMUPS = 3;

    private static final int BEHIND_MAX = 1_000;
    private static final int RATE_MAX = 1_000_000;
    private static final int SECONDS_MAX = 600;
    private static final int ROUNDS_MAX = 20;
    private static final int SIZE = 128;
    private static final int SECRET_LENGTH = 32;
    private static final long TOKEN_SECONDS = TimeUnit.DAYS.toSeconds(1);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(300);

    /** After the last recovery: when the service has to be what it was. */
    private static final int CALM_SECONDS = 5;

    private static final double P99 = 99;

    /** What a storm has done: the latencies in nanoseconds, and how long it took. */
    private record Round(double quietNs, double stormNs, double afterNs, double lastedNs, long retries) {}

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--clients",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Clients that come back, 1 to 15000. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--over",
            paramLabel = "S",
            defaultValue = "5",
            description = "Time in which they come. Default: ${DEFAULT-VALUE}.")
    private int over;

    @Option(
            names = "--behind",
            paramLabel = "N",
            defaultValue = "20",
            description = "Messages that each has missed, 1 to 1000. Default: ${DEFAULT-VALUE}.")
    private int behind;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "20000",
            description = "Messages a second that flow to others meanwhile. Default: ${DEFAULT-VALUE}.")
    private int rate;

    @Option(
            names = "--quiet",
            paramLabel = "S",
            defaultValue = "5",
            description = "Time before the storm, and from 5 s after it, in which the flow is timed. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int quiet;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Storms that count; there are three more before them that do not. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(names = "--server-flag", paramLabel = "FLAG", description = "A flag of the shard's JVM; may be repeated.")
    private List<String> serverFlags = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make the directories for the data, deleted at the end. Default: the system's"
                    + " directory for temporary files.")
    private Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "Write both duels as JSON.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        final double[] quietNs = new double[rounds];
        final double[] stormNs = new double[rounds];
        final double[] afterNs = new double[rounds];
        final Tokens tokens = new Tokens(SystemEpochClock.INSTANCE.time() / 1000 + TOKEN_SECONDS);
        final byte[] random = new byte[SECRET_LENGTH];
        ThreadLocalRandom.current().nextBytes(random);
        final String secret = HexFormat.of().formatHex(random);
        try (Scratch scratch = new Scratch(data);
                DeliveryEngine engine = launch(scratch.newDirectory(), secret);
                ServerProcess shard = ServeCommandLine.startShard(
                        scratch.newDirectory(), serverFlags, tokens, engine.shardsEndpoint(), secret);
                LiveFlow flow = new LiveFlow(engine, shard.port(), tokens, rate, payload())) {
            flow.begin((WARMUPS + rounds) * clients);
            for (int i = -WARMUPS; i < rounds; i++) {
                final Round round = storm(engine, shard, flow, tokens, WARMUPS + i);
                if (i >= 0) {
                    quietNs[i] = round.quietNs;
                    stormNs[i] = round.stormNs;
                    afterNs[i] = round.afterNs;
                    out.println(String.format(
                            Locale.ROOT,
                            "storm %d: all %,d whole after %.2f s, %,d refused and back again; p99 of the flow %.2f ms"
                                    + " before, %.2f ms while, %.2f ms after it",
                            i + 1,
                            clients,
                            round.lastedNs / 1e9,
                            round.retries,
                            round.quietNs / 1e6,
                            round.stormNs / 1e6,
                            round.afterNs / 1e6));
                    out.flush();
                }
            }
        }
        final DuelResult storm = result("during the storm", quietNs, stormNs, STORM_RATIO_MAX);
        final DuelResult after = result("from 5 s after it", quietNs, afterNs, AFTER_RATIO_MAX);
        out.println(storm);
        out.println(after);
        DuelReport.write(json, spec.root().commandLine().getParseResult().originalArgs(), List.of(storm, after));
        final boolean held = storm.isHeld() && after.isHeld();
        out.println(held ? "PASS" : "FAIL: a ratio missed its goal");
        out.flush();
        return held ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    private static DeliveryEngine launch(final Path directory, final String secret) {
        final EngineContext context = new EngineContext().directory(directory);
        context.shards().embedded(false).endpoint("127.0.0.1:0").secret(secret.getBytes(StandardCharsets.UTF_8));
        return DeliveryEngine.launch(context);
    }

    private Round storm(
            final DeliveryEngine engine,
            final ServerProcess shard,
            final LiveFlow flow,
            final Tokens tokens,
            final int round)
            throws Exception {
        final int firstNumber = round * clients;
        publishMissed(engine, flow, firstNumber);
        final String epoch = engine.epoch();
        TimeUnit.SECONDS.sleep(1);
        flow.takeLatencies();
        TimeUnit.SECONDS.sleep(quiet);
        final double quietNs = p99(flow.takeLatencies());
        try (Swarm swarm = new Swarm(
                        shard.port(),
                        number -> Subscribes.after(tokens.of("user-" + number), topic(number), epoch, 1));
                Storm storm = new Storm(swarm, firstNumber, clients, behind)) {
            final long lastedNs = storm.rage(TimeUnit.SECONDS.toNanos(over));
            final double stormNs = p99(flow.takeLatencies());
            TimeUnit.SECONDS.sleep(CALM_SECONDS);
            flow.takeLatencies();
            TimeUnit.SECONDS.sleep(quiet);
            final double afterNs = p99(flow.takeLatencies());
            shard.requireAlive();
            return new Round(quietNs, stormNs, afterNs, lastedNs, storm.retries());
        }
    }

    /** One message for each client that it has, and those that it has missed: one of each in turn, as they come in life. */
    private void publishMissed(final DeliveryEngine engine, final LiveFlow flow, final int firstNumber) {
        final Publisher publisher = engine.newPublisher();
        final Message message = new Message();
        final byte[] payload = payload();
        for (int i = 0; i <= behind; i++) {
            for (int client = 0; client < clients; client++) {
                message.clear()
                        .topic(engine.topic(topic(firstNumber + client)))
                        .payload(payload)
                        .json(true);
                long ticket;
                while ((ticket = publisher.offer(message)) == Publisher.BACK_PRESSURED) {
                    LockSupport.parkNanos(PARK_NS);
                }
                if (ticket < 0) {
                    throw new IllegalStateException("the engine took nothing more: " + ticket);
                }
            }
            flow.check();
        }
    }

    private static String topic(final int number) {
        return "inbox:" + number;
    }

    private static byte[] payload() {
        return ('"' + "x".repeat(SIZE - 2) + '"').getBytes(StandardCharsets.US_ASCII);
    }

    private static double p99(final Histogram histogram) {
        return histogram.getValueAtPercentile(P99);
    }

    private DuelResult result(final String when, final double[] before, final double[] then, final double limit) {
        return new DuelResult(
                new Duel(
                        "p99 of " + String.format(Locale.ROOT, "%,d", rate) + " messages a second " + when,
                        "before it",
                        null,
                        when,
                        null,
                        Duel.Unit.TIME,
                        Goal.atMost(limit)),
                before,
                then);
    }

    private void check() throws IOException {
        require(clients, "--clients", 1, CLIENTS_MAX, "");
        require(over, "--over", 1, SECONDS_MAX, " s");
        require(behind, "--behind", 1, BEHIND_MAX, " messages");
        require(rate, "--rate", 1, RATE_MAX, " messages/s");
        require(quiet, "--quiet", 1, SECONDS_MAX, " s");
        require(rounds, "--rounds", 1, ROUNDS_MAX, " rounds");
        if (!Files.isDirectory(data)) {
            throw new ParameterException(spec.commandLine(), "--data=" + data + " is not a directory");
        }
        final long files = OpenFiles.limit();
        if (clients > files - OpenFiles.OTHERS) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--clients=" + clients + ": a process may open " + files + " files; raise it with ulimit -n");
        }
    }

    private void require(final int value, final String name, final int least, final int most, final String unit) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), name + "=" + value + unit + " is not within " + least + ".." + most);
        }
    }
}
