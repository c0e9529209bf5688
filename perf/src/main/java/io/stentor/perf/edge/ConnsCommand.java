package io.stentor.perf.edge;

import io.stentor.perf.load.Environments;
import io.stentor.perf.load.Scratch;
import io.stentor.perf.load.Writable;
import io.stentor.perf.result.Environment;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command {@code stentor-perf conns}. */
@Command(
        name = "conns",
        description = "Measure what an idle, subscribed, authenticated WebSocket session costs the server's process.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class ConnsCommand implements Callable<Integer> {

    /** A collector whose heap shrinks to what lives, so that resident memory says what sessions take. */
    private static final List<String> FRUGAL =
            List.of("-XX:+UseSerialGC", "-Xms32m", "-Xmn16m", "-XX:MinHeapFreeRatio=2", "-XX:MaxHeapFreeRatio=4");

    private static final int EXIT_MISSED = 3;
    private static final List<Integer> STEPS = List.of(5_000, 10_000, 15_000);
    private static final List<Integer> SHARDS_STEPS = List.of(20_000, 40_000, 60_000);
    private static final int SHARDS_MAX = 16;
    private static final int TOPICS_MAX = 100;
    private static final int SETTLE_MAX = 600;
    private static final int BYTES_MAX = 1024 * 1024;
    private static final long TOKEN_SECONDS = TimeUnit.DAYS.toSeconds(1);

    private final NanoClock clock = SystemNanoClock.INSTANCE;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--steps",
            paramLabel = "N",
            split = ",",
            description =
                    "Numbers of connections at which memory is read, rising; with shards, of all together. Default:"
                            + " 5000,10000,15000, with shards 20000,40000,60000.")
    private List<Integer> steps;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "0",
            description = "Shards in processes of their own, over which the connections are spread evenly; 0 for a tier"
                    + " with its embedded shard. Default: ${DEFAULT-VALUE}.")
    private int shards;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1",
            description = "Topics of its own that each is subscribed to. Default: ${DEFAULT-VALUE}.")
    private int topics;

    @Option(names = "--shared", description = "Each is subscribed to one more topic that all share.")
    private boolean shared;

    @Option(
            names = "--settle",
            paramLabel = "S",
            defaultValue = "30",
            description = "Time at each step before memory is read: longer than the 25 s in which every connection is"
                    + " pinged once. Default: ${DEFAULT-VALUE}.")
    private int settle;

    @Option(
            names = "--limit",
            paramLabel = "BYTES",
            defaultValue = "6144",
            description = "The most bytes of process memory for a session. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--server-flag",
            paramLabel = "FLAG",
            description = "A flag of the servers' JVMs; may be repeated. Default: a serial collector that gives memory"
                    + " back.")
    private List<String> serverFlags = FRUGAL;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description = "Where to make the directory for the data, deleted at the end. Default: the system's"
                    + " directory for temporary files.")
    private Path data;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the result as JSON, as 'plan' and 'report' read it.")
    private Path json;

    @Override
    public Integer call() throws Exception {
        check();
        final PrintWriter out = spec.commandLine().getOut();
        final Environment environment = Environments.of(spec, data);
        final ConnsResult result;
        try (Scratch scratch = new Scratch(data)) {
            result = new ConnsResult(measure(scratch, out), shards, limit);
        }
        out.println(result);
        out.println(result.isHeld() ? "PASS" : "FAIL: " + result.reason());
        out.flush();
        if (json != null) {
            ResultFile.write(result.toResult(environment), json);
        }
        return result.isHeld() ? CommandLine.ExitCode.OK : EXIT_MISSED;
    }

    private List<ConnsStep> measure(final Scratch scratch, final PrintWriter out) throws Exception {
        final Tokens tokens = new Tokens(System.currentTimeMillis() / 1000 + TOKEN_SECONDS);
        final List<ConnsStep> done = new ArrayList<>();
        try (ConnsServers servers = ConnsServers.start(scratch, shards, serverFlags, tokens);
                ConnsSwarms swarms = ConnsSwarms.start(
                        scratch,
                        servers.holders(),
                        steps.get(steps.size() - 1),
                        new SwarmProcess.Clients(topics, shared),
                        tokens)) {
            out.println(
                    (shards == 0 ? "server: " : "engine and " + shards + " shards: ") + String.join(" ", serverFlags));
            out.println(ConnsStep.HEADER);
            int open = 0;
            for (final int count : steps) {
                done.add(step(servers, swarms, open, count));
                open = count;
                out.println(done.get(done.size() - 1));
                out.flush();
            }
        }
        return done;
    }

    private ConnsStep step(final ConnsServers servers, final ConnsSwarms swarms, final int open, final int count)
            throws Exception {
        final long startNs = clock.nanoTime();
        final long startCpuNs = servers.cpuNs();
        swarms.grow(count);
        final long openedNs = clock.nanoTime() - startNs;
        final long cpuNs = servers.cpuNs() - startCpuNs;
        TimeUnit.SECONDS.sleep(settle);
        final ProcessMemory memory = servers.memory();
        final ProcessMemory engine = servers.engineMemory();
        servers.requireAlive();
        // Sessions that ended meanwhile would make the others look cheap.
        swarms.grow(count);
        return new ConnsStep(count, count - open, openedNs, cpuNs, memory, engine);
    }

    private void check() throws IOException {
        require(shards >= 0 && shards <= SHARDS_MAX, "--shards=" + shards + " is not within 0.." + SHARDS_MAX);
        if (steps == null) {
            steps = shards == 0 ? STEPS : SHARDS_STEPS;
        }
        require(steps.size() >= 2, "--steps=" + steps + " must be two or more: what is measured is a slope");
        for (int i = 0; i < steps.size(); i++) {
            require(
                    steps.get(i) > (i == 0 ? 0 : steps.get(i - 1)),
                    "--steps=" + steps + " must rise, and begin above 0");
        }
        require(topics >= 1 && topics <= TOPICS_MAX, "--topics=" + topics + " is not within 1.." + TOPICS_MAX);
        require(settle >= 0 && settle <= SETTLE_MAX, "--settle=" + settle + " s is not within 0.." + SETTLE_MAX);
        require(limit >= 1 && limit <= BYTES_MAX, "--limit=" + limit + " bytes is not within 1.." + BYTES_MAX);
        require(Files.isDirectory(data), "--data=" + data + " is not a directory");
        Writable.require(spec, "--json", json);
        final long files = OpenFiles.limit();
        final int processes = Math.max(1, shards);
        final int most = ConnsSwarms.share(steps.get(steps.size() - 1), processes, 0);
        spec.commandLine().getOut().println("open files: at most " + files + " in each process");
        require(
                most <= files - OpenFiles.OTHERS,
                "--steps=" + steps + ": a process may open " + files + " files, so that there are at most "
                        + processes * (files - OpenFiles.OTHERS) + " connections"
                        + (shards == 0 ? "" : " over " + shards + " shards") + "; raise it with ulimit -n");
    }

    private void require(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }
}
