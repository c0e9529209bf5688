package io.stentor.perf.load;

import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.ProfileException;
import io.stentor.perf.plan.profile.ProfileLoad;
import io.stentor.perf.plan.profile.ShippedProfiles;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a run is asked for: filled by the command line, validated once, read by everybody. */
final class RunOptions extends PathOptions {
    /** Digits enough for any rate that is within its limits. */
    private static final Pattern RAMP = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

    private static final double NS_PER_SECOND = 1e9;
    private static final int SECONDS_DEFAULT = 10;
    private static final int REST_MAX = 600;
    private static final int IN_FLIGHT_MAX = 1_000_000;
    private static final int PROFILE_SUBSCRIBERS_MAX = 200;
    private static final int PROFILE_TOPICS_MAX = 2_000;

    /** Two passes of it at once are on the disk and in the page cache. */
    private static final long BYTES_MAX = ByteCount.GIB;

    @ArgGroup(exclusive = true, multiplicity = "1")
    Loop loop = new Loop();

    /** How the next message is timed. */
    static final class Loop {
        @Option(
                names = "--rate",
                paramLabel = "R",
                description = "Messages a second, whatever becomes of them (open loop).")
        Long rate;

        @Option(
                names = "--ramp",
                paramLabel = "FROM..TO",
                description = "A rate that moves evenly from one to another within --seconds (open loop).")
        String ramp;

        @Option(
                names = "--trace",
                paramLabel = "FILE",
                description = "Messages at recorded times (open loop): a line for each, in microseconds from any"
                        + " beginning.")
        Path trace;

        @Option(
                names = "--max",
                description = "As many messages as the path takes (closed loop). Latency then means nothing.")
        boolean max;
    }

    @Option(
            names = "--arrivals",
            paramLabel = "KIND",
            description = "With --rate: constant intervals, or poisson for those of many independent users. Default:"
                    + " constant.")
    ArrivalKind arrivalKind;

    /** How the messages of a rate are spread. */
    enum ArrivalKind {
        CONSTANT,
        POISSON
    }

    @Option(
            names = "--profile",
            paramLabel = "P",
            description =
                    "The messages of a profile, a shipped one's name or a file, scaled down to the rate: its kinds,"
                            + " classes, levels, lengths and who gets them. At most --subscribers sessions (200) and --topics topics"
                            + " (2000). A tier takes all of them as chats at JOURNALED. Default: messages of one length to every"
                            + " session.")
    String profile;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of --arrivals poisson and --profile: the same seed gives the same times and messages."
                    + " Default: ${DEFAULT-VALUE}.")
    long seed = 1;

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
            names = "--in-flight",
            paramLabel = "N",
            description =
                    "With --max: at most so many messages are under way, to the slowest subscriber. Default: as many"
                            + " as the path takes.")
    Integer inFlight;

    @Option(
            names = "--no-floors",
            negatable = true,
            description = "Leave out what parts alone reach on this machine, measured before a timed run in some ten"
                    + " seconds.")
    boolean floors = true;

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

    @Option(names = "--hdr", paramLabel = "FILE", description = "Write a histogram log of every stage, each second.")
    Path hdr;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Made by {@link #conclude()}; null in a closed loop. */
    private Arrivals arrivals;

    /** Made by {@link #conclude()}; null without a profile. */
    private ProfileLoad profileLoad;

    /** Whether messages are sent as fast as they are taken. */
    boolean isClosed() {
        return loop.max;
    }

    /** When messages are sent, in an open loop. */
    Arrivals arrivals() {
        return arrivals;
    }

    /** The messages and who gets them; each call makes one. */
    Traffic traffic() {
        return profileLoad == null
                ? new UniformTraffic(topics, subscribers, size, level == null ? null : AckLevel.valueOf(level.name()))
                : new ProfileTraffic(profileLoad);
    }

    /** The profile, scaled down; null without one. */
    ProfileLoad profileLoad() {
        return profileLoad;
    }

    /** A constant rate on the path of other options. */
    static RunOptions at(final PathOptions path, final long ratePerSecond, final int warmup, final int seconds) {
        final RunOptions options = timed(path, warmup, seconds);
        options.loop.rate = ratePerSecond;
        options.arrivals = new ConstantArrivals(ratePerSecond, warmup, seconds);
        return options;
    }

    /** As much as the path of other options takes with so many messages under way. */
    static RunOptions closed(final PathOptions path, final int inFlight, final int warmup, final int seconds) {
        final RunOptions options = timed(path, warmup, seconds);
        options.loop.max = true;
        options.inFlight = inFlight;
        return options;
    }

    private static RunOptions timed(final PathOptions path, final int warmup, final int seconds) {
        final RunOptions options = new RunOptions();
        options.copy(path);
        options.warmup = warmup;
        options.seconds = seconds;
        return options;
    }

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
        if (baseline && !target.equals("engine")) {
            return "--baseline compares with the engine in this process: it goes without --target";
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
        if (arrivalKind != null && loop.rate == null) {
            return "--arrivals=" + arrivalKind + " spreads the messages of a rate: it needs --rate";
        }
        if (p99 != null && loop.max) {
            return "--p99 is an objective of latency, which means nothing with --max";
        }
        if (inFlight != null && !loop.max) {
            return "--in-flight bounds a closed loop: it needs --max";
        }
        final String common = problem();
        if (common != null) {
            return common;
        }
        String problem = firstOutside();
        if (problem == null) {
            problem = concludeArrivals();
        }
        return problem == null && profile != null ? concludeProfile() : problem;
    }

    private String concludeProfile() {
        if (loop.max) {
            return "--profile is scaled down to a rate: it goes without --max";
        }
        for (final String name : List.of("--size", "--level")) {
            if (isGiven(name)) {
                return "--profile says itself what " + name + " does: one of them is enough";
            }
        }
        final Profile found;
        try {
            found = ShippedProfiles.find(profile);
            profileLoad = ProfileLoad.of(
                    found,
                    new ProfileLoad.Scale(
                            arrivals.ratePerSecond(),
                            isGiven("--subscribers") ? subscribers : PROFILE_SUBSCRIBERS_MAX,
                            isGiven("--topics") ? topics : PROFILE_TOPICS_MAX,
                            Payload.LENGTH_MIN),
                    seed);
        } catch (final ProfileException | IllegalArgumentException ex) {
            return "--profile: " + ex.getMessage();
        }
        final int longest = traffic().payloadLengthMax();
        if (tier() != null && longest > TIER_SIZE_MAX) {
            return "--profile=" + profile + " has payloads of " + longest + " bytes, and a tier takes " + TIER_SIZE_MAX
                    + " in Base64";
        }
        subscribers = profileLoad.subscribers();
        topics = profileLoad.topics();
        size = Math.max(Payload.LENGTH_MIN, (int) Math.round(found.payloadLength()));
        return problem();
    }

    private boolean isGiven(final String name) {
        return spec.commandLine().getParseResult().hasMatchedOption(name);
    }

    private String concludeArrivals() {
        if (loop.trace != null) {
            try {
                arrivals = TraceArrivals.read(loop.trace, warmup);
            } catch (final IOException ex) {
                return "--trace: " + ex.getMessage();
            }
            seconds = (int) Math.ceil(arrivals.measuredNs() / NS_PER_SECOND);
        } else if (loop.ramp != null) {
            final Matcher ends = RAMP.matcher(loop.ramp);
            if (!ends.matches()) {
                return "--ramp=" + loop.ramp + " is not like 1000..50000";
            }
            final long from = Long.parseLong(ends.group(1));
            final long to = Long.parseLong(ends.group(2));
            if (from < 1 || from > Pace.RATE_MAX || to < 1 || to > Pace.RATE_MAX) {
                return "--ramp=" + loop.ramp + " msg/s is not within 1.." + Pace.RATE_MAX;
            }
            arrivals = new RampArrivals(from, to, warmup, seconds);
        } else if (arrivalKind == ArrivalKind.POISSON) {
            arrivals = new PoissonArrivals(loop.rate, warmup, seconds, seed);
        } else if (!loop.max) {
            arrivals = new ConstantArrivals(loop.rate, warmup, seconds);
        }
        return null;
    }

    private String firstOutside() {
        if (loop.rate != null && (loop.rate < 1 || loop.rate > Pace.RATE_MAX)) {
            return outside("--rate", loop.rate, 1, Pace.RATE_MAX, "msg/s");
        }
        if (inFlight != null && (inFlight < 1 || inFlight > IN_FLIGHT_MAX)) {
            return outside("--in-flight", inFlight, 1, IN_FLIGHT_MAX, "messages");
        }
        if (seconds > SECONDS_MAX) {
            return outside("--seconds", seconds, 1, SECONDS_MAX, "s");
        }
        if (warmup < 0 || warmup > SECONDS_MAX) {
            return outside("--warmup", warmup, 0, SECONDS_MAX, "s");
        }
        if (bytes < ByteCount.MIB || bytes > BYTES_MAX) {
            return outside("--bytes", bytes, ByteCount.MIB, BYTES_MAX, "bytes");
        }
        if (rest < 0 || rest > REST_MAX) {
            return outside("--rest", rest, 0, REST_MAX, "s");
        }
        return null;
    }
}
