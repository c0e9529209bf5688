package io.stentor.perf.edge;

import io.stentor.perf.load.Scratch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf fanout}. */
@Command(
        name = "fanout",
        description = "Compare deliveries to the subscribers of one topic with a bare Netty loop that writes the same"
                + " bytes; every delivery is counted and checked for its order.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class FanoutCommand implements Callable<Integer> {

    private static final int EXIT_MISSED = 3;
    private static final int ROUNDS_MAX = 99;
    private static final int SECONDS_MAX = 600;
    private static final int SIZE_MIN = 2;
    private static final int SIZE_MAX = 4096;
    private static final int PACE_MAX = 10_000_000;
    private static final long TOKEN_SECONDS = TimeUnit.DAYS.toSeconds(1);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--subscribers",
            paramLabel = "N",
            defaultValue = "1000",
            description = "WebSocket connections that are subscribed to the topic. Default: ${DEFAULT-VALUE}.")
    private int subscribers;

    @Option(
            names = "--size",
            paramLabel = "B",
            defaultValue = "128",
            description = "Bytes of payload, 2 to 4096. Default: ${DEFAULT-VALUE}.")
    private int size;

    @Option(
            names = "--pace",
            paramLabel = "R",
            defaultValue = "50000",
            description = "Deliveries a second at which latencies are compared. Default: ${DEFAULT-VALUE}.")
    private int pace;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of each server. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            description = "Time of each of the two phases of a turn. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "15",
            description =
                    "Time at full speed before them, not counted: the compiler takes a good part of two processors"
                            + " for the first ten seconds. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(
            names = "--server-flag",
            paramLabel = "FLAG",
            description = "A flag of both servers' JVMs; may be repeated.")
    private List<String> serverFlags = List.of();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make the directories for the data, deleted at the end. Default: the system's"
                    + " directory for temporary files.")
    private Path data;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        final FanoutResult result;
        try (Scratch scratch = new Scratch(data)) {
            result = new FanoutResult(fight(scratch, out));
        }
        out.println(result);
        out.println(result.isHeld() ? "PASS" : "FAIL: a ratio missed its goal");
        out.flush();
        if (json != null) {
            result.write(json, spec.root().commandLine().getParseResult().originalArgs());
        }
        return result.isHeld() ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    /**
     * Who goes first alternates. The bare server puts as many messages into a frame as ours last did, so ours has the first
     * turn of all.
     */
    private List<FanoutResult.Round> fight(final Scratch scratch, final PrintWriter out) throws Exception {
        final FanoutTurn.Plan plan = new FanoutTurn.Plan(subscribers, FanoutLoad.payload(size), warmup, seconds, pace);
        final Tokens tokens = new Tokens(System.currentTimeMillis() / 1000 + TOKEN_SECONDS);
        final List<FanoutResult.Round> fought = new ArrayList<>();
        int batch = 1;
        while (fought.size() < rounds) {
            final boolean oursFirst = fought.size() % 2 == 0;
            FanoutTurn bare = oursFirst ? null : bare(scratch, tokens, plan, batch);
            final FanoutTurn ours = ours(scratch, tokens, plan);
            batch = Math.max(1, (int) Math.round(ours.unpaced().messagesPerFrame()));
            if (oursFirst) {
                bare = bare(scratch, tokens, plan, batch);
            }
            fought.add(new FanoutResult.Round(bare, ours));
            out.println(fought.get(fought.size() - 1));
            out.flush();
        }
        return fought;
    }

    private FanoutTurn ours(final Scratch scratch, final Tokens tokens, final FanoutTurn.Plan plan) throws Exception {
        try (ServerProcess server = ServeCommandLine.start(scratch.newDirectory(), serverFlags, tokens)) {
            return FanoutTurn.run(server, tokens, plan);
        } finally {
            scratch.clear();
        }
    }

    private FanoutTurn bare(
            final Scratch scratch, final Tokens tokens, final FanoutTurn.Plan plan, final int frameMessages)
            throws Exception {
        try (ServerProcess server = ServerProcess.start(
                scratch.newDirectory(),
                serverFlags,
                BareServer.class.getName(),
                List.of(FanoutTurn.TOPIC, plan.payload(), Integer.toString(frameMessages)))) {
            return FanoutTurn.run(server, tokens, plan);
        } finally {
            scratch.clear();
        }
    }

    private void check() throws IOException {
        final long most = OpenFiles.limit() - OpenFiles.OTHERS;
        require(subscribers >= 1 && subscribers <= most, "--subscribers=" + subscribers + " is not within 1.." + most);
        require(
                size >= SIZE_MIN && size <= SIZE_MAX,
                "--size=" + size + " is not within " + SIZE_MIN + ".." + SIZE_MAX);
        require(pace >= 1 && pace <= PACE_MAX, "--pace=" + pace + " is not within 1.." + PACE_MAX);
        require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds=" + rounds + " is not within 1.." + ROUNDS_MAX);
        require(seconds >= 1 && seconds <= SECONDS_MAX, "--seconds=" + seconds + " is not within 1.." + SECONDS_MAX);
        require(warmup >= 1 && warmup <= SECONDS_MAX, "--warmup=" + warmup + " is not within 1.." + SECONDS_MAX);
        require(Files.isDirectory(data), "--data=" + data + " is not a directory");
    }

    private void require(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
