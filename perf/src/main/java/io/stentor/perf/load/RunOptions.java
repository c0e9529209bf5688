package io.stentor.perf.load;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What a run is asked for: filled by the command line, validated once, read by everybody. */
final class RunOptions {
    /** The engine's own default limit of a payload. */
    static final int SIZE_MAX = 64 * 1024;

    private static final int SECONDS_DEFAULT = 10;
    private static final int REST_MAX = 600;
    private static final int SECONDS_MAX = 24 * 60 * 60;
    private static final int TOPICS_MAX = 100_000;
    private static final int SUBSCRIBERS_MAX = 1_000;

    /** Bounds the checks, one for each topic of each subscriber, to about 200 MB. */
    private static final long STREAMS_MAX = 4_000_000;

    /** Two passes of it at once are on the disk and in the page cache. */
    private static final long BYTES_MAX = ByteCount.GIB;

    @ArgGroup(exclusive = true, multiplicity = "1")
    Loop loop = new Loop();

    /** How the next message is timed. */
    static final class Loop {
        @Option(
                names = "--rate",
                paramLabel = "R",
                description = "Messages a second, at constant intervals, whatever becomes of them (open loop).")
        Long rate;

        @Option(
                names = "--max",
                description = "As many messages as the path takes (closed loop). Latency then means nothing.")
        boolean max;
    }

    @Option(
            names = "--size",
            paramLabel = "B",
            defaultValue = "256",
            description = "Bytes of payload, 32 to 65536. Default: ${DEFAULT-VALUE}.")
    int size = 256;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            description = "Time that counts. Default: 10; with --baseline none unless given.")
    Integer seconds;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "5",
            description = "Time before it that does not count. Default: ${DEFAULT-VALUE}.")
    int warmup = 5;

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
            names = "--baseline",
            description = "With --max: compare the whole path with a bare Chronicle append, five times in turn.")
    boolean baseline;

    @Option(
            names = "--bytes",
            paramLabel = "BYTES",
            defaultValue = "512MiB",
            converter = ByteCount.class,
            description = "What each pass of --baseline writes, 1MiB to 1GiB. Default: ${DEFAULT-VALUE}.")
    long bytes = 512 * ByteCount.MIB;

    @Option(
            names = "--rest",
            paramLabel = "S",
            defaultValue = "5",
            description = "Pause before each pass of --baseline, so that none profits from the one before it."
                    + " Default: ${DEFAULT-VALUE}.")
    int rest = 5;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where to make the directories for the data, deleted at the end. Default: the system's"
                    + " directory for temporary files.")
    Path data = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON.")
    Path json;

    @Option(names = "--hdr", paramLabel = "FILE", description = "Write a histogram log of every stage, each second.")
    Path hdr;

    /** Whether a timed run was asked for, besides or instead of pairs with the baseline. */
    boolean isTimed() {
        return seconds > 0;
    }

    /**
     * Settles the defaults that depend on other options and checks every limit.
     *
     * @return what is wrong, naming option, value and limit; null when all is well.
     */
    String conclude() {
        if (baseline && !loop.max) {
            return "--baseline compares limits of throughput: it needs --max instead of --rate";
        }
        if (baseline && journal == JournalStore.HEAP) {
            return "--baseline compares two ways to the disk: it needs --journal chronicle";
        }
        if (seconds == null) {
            seconds = baseline ? 0 : SECONDS_DEFAULT;
        } else if (seconds < 1) {
            return outside("--seconds", seconds, 1, SECONDS_MAX, "s");
        }
        if (hdr != null && !isTimed()) {
            return "--hdr logs the stages of a timed run: with --baseline it needs --seconds";
        }
        if ((long) topics * subscribers > STREAMS_MAX) {
            return "--topics=" + topics + " times --subscribers=" + subscribers + " is beyond " + STREAMS_MAX;
        }
        if (!Files.isDirectory(data)) {
            return "--data=" + data + " is not a directory";
        }
        return firstOutside();
    }

    private String firstOutside() {
        if (!loop.max && (loop.rate < 1 || loop.rate > Pace.RATE_MAX)) {
            return outside("--rate", loop.rate, 1, Pace.RATE_MAX, "msg/s");
        }
        if (size < Payload.LENGTH_MIN || size > SIZE_MAX) {
            return outside("--size", size, Payload.LENGTH_MIN, SIZE_MAX, "bytes");
        }
        if (seconds > SECONDS_MAX) {
            return outside("--seconds", seconds, 1, SECONDS_MAX, "s");
        }
        if (warmup < 0 || warmup > SECONDS_MAX) {
            return outside("--warmup", warmup, 0, SECONDS_MAX, "s");
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
        if (bytes < ByteCount.MIB || bytes > BYTES_MAX) {
            return outside("--bytes", bytes, ByteCount.MIB, BYTES_MAX, "bytes");
        }
        if (rest < 0 || rest > REST_MAX) {
            return outside("--rest", rest, 0, REST_MAX, "s");
        }
        return null;
    }

    private static String outside(
            final String name, final long value, final long least, final long most, final String unit) {
        return name + "=" + value + " " + unit + " is not within " + least + ".." + most;
    }
}
