package io.stentor.perf.load;

import io.stentor.perf.edge.TierTarget;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What path is loaded, with what, and where: the part that every command with a load has in common. */
class PathOptions {
    /** The engine's own default limit of a payload. */
    static final int SIZE_MAX = 64 * 1024;

    /** Four thirds of it and the command around it are a client's longest frame. */
    static final int TIER_SIZE_MAX = 32 * 1024;

    static final int SECONDS_MAX = 24 * 60 * 60;
    private static final double NS_PER_MS = 1e6;
    private static final int P99_MAX_MS = 60_000;
    private static final int TOPICS_MAX = 100_000;
    private static final int SUBSCRIBERS_MAX = 1_000;

    /** Bounds the checks, one for each topic of each subscriber, to about 200 MB. */
    private static final long STREAMS_MAX = 4_000_000;

    @Option(
            names = "--target",
            paramLabel = "TARGET",
            defaultValue = "engine",
            description =
                    "What is loaded: engine, in this process; tier, a 'stentor serve' of its own; shards or shards:N, an"
                            + " engine and N shards of their own; or the address of a running tier. All but engine through"
                            + " WebSockets. Default: ${DEFAULT-VALUE}.")
    String target = "engine";

    @Option(
            names = "--token-key-file",
            paramLabel = "FILE",
            description =
                    "Key of a running tier, to sign its clients' tokens with. Default: none, for a tier with --dev.")
    Path tokenKeyFile;

    @Option(
            names = "--publish",
            paramLabel = "HOW",
            defaultValue = "WEBSOCKET",
            description = "How a tier is published to: websocket, as clients do, or http, in batches as backends do."
                    + " Default: websocket.")
    Publishing publishing = Publishing.WEBSOCKET;

    /** Who publishes to a tier. */
    enum Publishing {
        WEBSOCKET,
        HTTP
    }

    @Option(
            names = "--api-key-file",
            paramLabel = "FILE",
            description = "Key of a running tier's backends, for --publish http. Default: that of a tier with --dev.")
    Path apiKeyFile;

    /** Made by {@link #problem()}; null for the engine in this process. */
    private TierTarget tier;

    @Option(
            names = "--size",
            paramLabel = "B",
            defaultValue = "256",
            description = "Bytes of payload, 32 to 65536. Default: ${DEFAULT-VALUE}.")
    int size = 256;

    @Option(
            names = "--tail",
            paramLabel = "S",
            defaultValue = "10",
            description = "After the last message: how long nothing may come before what is missing counts as lost."
                    + " Default: ${DEFAULT-VALUE}.")
    int tail = 10;

    @Option(
            names = "--topics",
            paramLabel = "N",
            defaultValue = "1",
            description = "Topics, sent to in turn. Default: ${DEFAULT-VALUE}.")
    int topics = 1;

    @Option(
            names = "--subscribers",
            paramLabel = "M",
            defaultValue = "1",
            description = "Sessions, each subscribed to every topic. Default: ${DEFAULT-VALUE}.")
    int subscribers = 1;

    @Option(
            names = "--level",
            paramLabel = "L",
            description = "Ask for receipts at ACCEPTED, JOURNALED or SYNCED, count and time them.")
    Level level;

    /** What receipts may prove: the levels that one engine reaches by itself. */
    enum Level {
        ACCEPTED,
        JOURNALED,
        SYNCED
    }

    @Option(names = "--ack", description = "Subscribers acknowledge every message.")
    boolean ack;

    @Option(
            names = "--threading",
            paramLabel = "MODE",
            defaultValue = "SHARED",
            description = "Threads of the pipeline, SHARED or DEDICATED. Default: ${DEFAULT-VALUE}.")
    Threading threading = Threading.SHARED;

    /** Threads of the pipeline under load. */
    enum Threading {
        SHARED,
        DEDICATED
    }

    @Option(
            names = "--journal",
            paramLabel = "KIND",
            defaultValue = "CHRONICLE",
            description = "chronicle, or heap to keep it in memory. Default: chronicle.")
    JournalStore journal = JournalStore.CHRONICLE;

    /** Where the journal under load is. */
    enum JournalStore {
        CHRONICLE,
        HEAP
    }

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where to make the directories for the data, deleted at the end. Default: the system's"
                    + " directory for temporary files.")
    Path data = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--p99",
            paramLabel = "MS",
            description = "The objective: the most that p99 may be, end to end and with --level of receipts, in"
                    + " milliseconds. Default: none.")
    Double p99;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
    Path json;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "Draw the result: a page of HTML that needs no network, and a summary in Markdown beside it.")
    Path report;

    /** The objective, in nanoseconds. */
    long p99Ns() {
        return (long) (p99 * NS_PER_MS);
    }

    /** The tier to load; null for the engine in this process. */
    final TierTarget tier() {
        return tier;
    }

    private String engineProblem() {
        if (tokenKeyFile != null) {
            return "--token-key-file is a running tier's: it needs --target";
        }
        if (publishing != Publishing.WEBSOCKET || apiKeyFile != null) {
            return "--publish and --api-key-file are for the sockets of a tier: they need --target";
        }
        return null;
    }

    private String targetProblem() {
        if (target.equals("engine")) {
            return engineProblem();
        }
        if (ack || threading != Threading.SHARED || journal != JournalStore.CHRONICLE) {
            return "--ack, --threading and --journal are settings of the engine in this process, not of --target="
                    + target;
        }
        if (level != null && level != Level.JOURNALED) {
            return "--level=" + level + ": the answers of a tier say JOURNALED";
        }
        if (size > TIER_SIZE_MAX) {
            return outside("--size", size, Payload.LENGTH_MIN, TIER_SIZE_MAX, "bytes in Base64 to a tier");
        }
        try {
            tier = TierTarget.parse(target, tokenKeyFile, apiKeyFile);
            return null;
        } catch (final IllegalArgumentException ex) {
            return ex.getMessage();
        }
    }

    /** What is wrong with these options, naming option, value and limit; null when all is well. */
    String problem() {
        if ((long) topics * subscribers > STREAMS_MAX) {
            return "--topics=" + topics + " times --subscribers=" + subscribers + " is beyond " + STREAMS_MAX;
        }
        if (!Files.isDirectory(data)) {
            return "--data=" + data + " is not a directory";
        }
        if (size < Payload.LENGTH_MIN || size > SIZE_MAX) {
            return outside("--size", size, Payload.LENGTH_MIN, SIZE_MAX, "bytes");
        }
        if (tail < 1 || tail > SECONDS_MAX) {
            return outside("--tail", tail, 1, SECONDS_MAX, "s");
        }
        if (topics < 1 || topics > TOPICS_MAX) {
            return outside("--topics", topics, 1, TOPICS_MAX, "topics");
        }
        if (subscribers < 1 || subscribers > SUBSCRIBERS_MAX) {
            return outside("--subscribers", subscribers, 1, SUBSCRIBERS_MAX, "sessions");
        }
        if (p99 != null && !(p99 > 0 && p99 <= P99_MAX_MS)) {
            return "--p99=" + p99 + " ms is not above 0 and at most " + P99_MAX_MS;
        }
        return targetProblem();
    }

    /** Takes over what another was asked for. */
    final void copy(final PathOptions other) {
        size = other.size;
        tail = other.tail;
        topics = other.topics;
        subscribers = other.subscribers;
        level = other.level;
        ack = other.ack;
        threading = other.threading;
        journal = other.journal;
        data = other.data;
        p99 = other.p99;
        target = other.target;
        tokenKeyFile = other.tokenKeyFile;
        publishing = other.publishing;
        apiKeyFile = other.apiKeyFile;
        tier = other.tier;
    }

    static String outside(final String name, final long value, final long least, final long most, final String unit) {
        return name + "=" + value + " " + unit + " is not within " + least + ".." + most;
    }
}
