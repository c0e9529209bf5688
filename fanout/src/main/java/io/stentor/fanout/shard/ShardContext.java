package io.stentor.fanout.shard;

import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.SharedSecret;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * The settings of a {@link Shard} and what it is connected to. Fluent; {@link #conclude()} checks it once, after which it
 * belongs to one shard and does not change. Links and sources stay the property of whoever opened them.
 */
public final class ShardContext {

    /** The smallest window, small enough for a test to see it wrap. */
    public static final int WINDOW_BYTES_MIN = 64 * 1024;

    /** The largest window: positions within it are of 32 bits, with room to spare. */
    public static final int WINDOW_BYTES_MAX = 1024 * 1024 * 1024;

    private int shardId;
    private String name = "shard";
    private long incarnation;
    private NanoClock nanoClock;
    private EpochClock epochClock;
    private FragmentSource live;
    private FragmentSource pages;
    private FragmentLink control;
    private FragmentLink fetch;
    private String channel = "";
    private Supplier<String> address = () -> "";
    private SharedSecret secret;
    private int liveStreamId;
    private int pagesStreamId;
    private int windowBytes = 16 * 1024 * 1024;
    private int sessionsMax = 100_000;
    private int subscriptionsPerSessionMax = 1_000;
    private int topicsMax = 1_000_000;
    private int commandQueueCapacity = 16_384;
    private int recoverMessagesMax = 1_000;
    private int recoverBytesMax = 1024 * 1024;
    private PresenceLimits presenceLimits = PresenceLimits.DEFAULT;
    private long lingerNs = TimeUnit.SECONDS.toNanos(10);
    private long heartbeatIntervalNs = TimeUnit.SECONDS.toNanos(1);
    private long engineTimeoutNs = TimeUnit.SECONDS.toNanos(5);
    private RandomGenerator random;
    private StageListener stageListener = StageListener.NONE;
    private ErrorHandler errorHandler;
    private boolean concluded;

    /**
     * Checks everything; the context does not change afterwards.
     *
     * @return this.
     * @throws IllegalArgumentException naming the setting, its value and its limit.
     * @throws IllegalStateException when it was concluded before.
     */
    public ShardContext conclude() {
        if (concluded) {
            throw new IllegalStateException("the context of shard " + shardId + " belongs to a shard already");
        }
        requireConnections();
        requireLimits();
        if (random == null) {
            random = new SecureRandom();
        }
        concluded = true;
        return this;
    }

    /** The shard's number, unique among the engine's shards; not negative. */
    public int shardId() {
        return shardId;
    }

    /** Sets {@link #shardId()}. */
    public ShardContext shardId(final int shardId) {
        this.shardId = shardId;
        return this;
    }

    /** What operators call it; at most 255 bytes. */
    public String name() {
        return name;
    }

    /** Sets {@link #name()}. */
    public ShardContext name(final String name) {
        this.name = name;
        return this;
    }

    /** This start of the shard; another one than its last start's. Not 0. */
    public long incarnation() {
        return incarnation;
    }

    /** Sets {@link #incarnation()}. */
    public ShardContext incarnation(final long incarnation) {
        this.incarnation = incarnation;
        return this;
    }

    /** The monotonic clock that drives every interval. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** Sets {@link #nanoClock()}. */
    public ShardContext nanoClock(final NanoClock nanoClock) {
        this.nanoClock = nanoClock;
        return this;
    }

    /** The wall clock, for the uptime in answers to the engine only. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Sets {@link #epochClock()}. */
    public ShardContext epochClock(final EpochClock epochClock) {
        this.epochClock = epochClock;
        return this;
    }

    /** Where the chain of frames arrives. */
    public FragmentSource live() {
        return live;
    }

    /** Sets {@link #live()}. */
    public ShardContext live(final FragmentSource live) {
        this.live = live;
        return this;
    }

    /** Where answers to fetches arrive. */
    public FragmentSource pages() {
        return pages;
    }

    /** Sets {@link #pages()}. */
    public ShardContext pages(final FragmentSource pages) {
        this.pages = pages;
        return this;
    }

    /** Where attaches, interest, submits and cursors go. */
    public FragmentLink control() {
        return control;
    }

    /** Sets {@link #control()}. */
    public ShardContext control(final FragmentLink control) {
        this.control = control;
        return this;
    }

    /** Where reads of the journal are asked for. */
    public FragmentLink fetch() {
        return fetch;
    }

    /** Sets {@link #fetch()}. */
    public ShardContext fetch(final FragmentLink fetch) {
        this.fetch = fetch;
        return this;
    }

    /** The transport's address under which the engine reaches both streams of this shard. */
    public String channel() {
        return channel;
    }

    /** Sets {@link #channel()}. */
    public ShardContext channel(final String channel) {
        this.channel = channel;
        return this;
    }

    /** The URL at which clients reach this shard's WebSocket, at most 255 bytes; empty for none. Asked at each attach. */
    public Supplier<String> address() {
        return address;
    }

    /** Sets {@link #address()}. */
    public ShardContext address(final Supplier<String> address) {
        this.address = address;
        return this;
    }

    /** What the engine and its shards share. */
    public SharedSecret secret() {
        return secret;
    }

    /** Sets {@link #secret()}. */
    public ShardContext secret(final SharedSecret secret) {
        this.secret = secret;
        return this;
    }

    /** Where on {@link #channel()} this shard listens for the chain. */
    public int liveStreamId() {
        return liveStreamId;
    }

    /** Sets {@link #liveStreamId()}. */
    public ShardContext liveStreamId(final int liveStreamId) {
        this.liveStreamId = liveStreamId;
        return this;
    }

    /** Where on {@link #channel()} this shard listens for pages. */
    public int pagesStreamId() {
        return pagesStreamId;
    }

    /** Sets {@link #pagesStreamId()}. */
    public ShardContext pagesStreamId(final int pagesStreamId) {
        this.pagesStreamId = pagesStreamId;
        return this;
    }

    /**
     * Bytes of the window of recent messages, from which clients recover without the journal; a power of two, 64 KiB
     * to 1 GiB. 16 MiB holds a second of 50,000 messages of 256 bytes.
     */
    public int windowBytes() {
        return windowBytes;
    }

    /** Sets {@link #windowBytes()}. */
    public ShardContext windowBytes(final int windowBytes) {
        this.windowBytes = windowBytes;
        return this;
    }

    /** The most sessions; one more is told {@code 3504 connection limit}. */
    public int sessionsMax() {
        return sessionsMax;
    }

    /** Sets {@link #sessionsMax()}. */
    public ShardContext sessionsMax(final int sessionsMax) {
        this.sessionsMax = sessionsMax;
        return this;
    }

    /** The most subscriptions of one session; one more is refused with 106. */
    public int subscriptionsPerSessionMax() {
        return subscriptionsPerSessionMax;
    }

    /** Sets {@link #subscriptionsPerSessionMax()}. */
    public ShardContext subscriptionsPerSessionMax(final int subscriptionsPerSessionMax) {
        this.subscriptionsPerSessionMax = subscriptionsPerSessionMax;
        return this;
    }

    /** The most topics held at once, lingering ones included; one more is refused with 106. */
    public int topicsMax() {
        return topicsMax;
    }

    /** Sets {@link #topicsMax()}. */
    public ShardContext topicsMax(final int topicsMax) {
        this.topicsMax = topicsMax;
        return this;
    }

    /** The most commands of sessions that wait for the shard's thread. */
    public int commandQueueCapacity() {
        return commandQueueCapacity;
    }

    /** Sets {@link #commandQueueCapacity()}. */
    public ShardContext commandQueueCapacity(final int commandQueueCapacity) {
        this.commandQueueCapacity = commandQueueCapacity;
        return this;
    }

    /** The most messages of one recovery or page of history; a longer gap is not recovered but paged. */
    public int recoverMessagesMax() {
        return recoverMessagesMax;
    }

    /** Sets {@link #recoverMessagesMax()}. */
    public ShardContext recoverMessagesMax(final int recoverMessagesMax) {
        this.recoverMessagesMax = recoverMessagesMax;
        return this;
    }

    /** The most bytes of payload of one recovery or page of history. */
    public int recoverBytesMax() {
        return recoverBytesMax;
    }

    /** Sets {@link #recoverBytesMax()}. */
    public ShardContext recoverBytesMax(final int recoverBytesMax) {
        this.recoverBytesMax = recoverBytesMax;
        return this;
    }

    /** How far presence goes. */
    public PresenceLimits presenceLimits() {
        return presenceLimits;
    }

    /** Sets {@link #presenceLimits()}. */
    public ShardContext presenceLimits(final PresenceLimits presenceLimits) {
        this.presenceLimits = presenceLimits;
        return this;
    }

    /**
     * How long the shard keeps its interest in a topic after the last local subscription ended, in nanoseconds, so
     * that a client that reconnects finds its messages in the window.
     */
    public long lingerNs() {
        return lingerNs;
    }

    /** Sets {@link #lingerNs()}. */
    public ShardContext lingerNs(final long lingerNs) {
        this.lingerNs = lingerNs;
        return this;
    }

    /** How often the engine is told that the shard lives, in nanoseconds; a tenth of the silence that it tolerates. */
    public long heartbeatIntervalNs() {
        return heartbeatIntervalNs;
    }

    /** Sets {@link #heartbeatIntervalNs()}. */
    public ShardContext heartbeatIntervalNs(final long heartbeatIntervalNs) {
        this.heartbeatIntervalNs = heartbeatIntervalNs;
        return this;
    }

    /** How long the engine may be silent before the shard attaches again, in nanoseconds; fifty of its heartbeats. */
    public long engineTimeoutNs() {
        return engineTimeoutNs;
    }

    /** Sets {@link #engineTimeoutNs()}. */
    public ShardContext engineTimeoutNs(final long engineTimeoutNs) {
        this.engineTimeoutNs = engineTimeoutNs;
        return this;
    }

    /** The source of jitter. By default one that is seeded with shard and incarnation. */
    public RandomGenerator random() {
        return random;
    }

    /** Sets {@link #random()}. */
    public ShardContext random(final RandomGenerator random) {
        this.random = random;
        return this;
    }

    /** Is told how long messages were under way. */
    public StageListener stageListener() {
        return stageListener;
    }

    /** Sets {@link #stageListener()}. */
    public ShardContext stageListener(final StageListener stageListener) {
        this.stageListener = stageListener;
        return this;
    }

    /** Is told of what should not happen: broken chains, malformed messages, refused attaches. */
    public ErrorHandler errorHandler() {
        return errorHandler;
    }

    /** Sets {@link #errorHandler()}. */
    public ShardContext errorHandler(final ErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
        return this;
    }

    private void requireConnections() {
        Objects.requireNonNull(nanoClock, "nanoClock");
        Objects.requireNonNull(epochClock, "epochClock");
        Objects.requireNonNull(live, "live");
        Objects.requireNonNull(pages, "pages");
        Objects.requireNonNull(control, "control");
        Objects.requireNonNull(fetch, "fetch");
        Objects.requireNonNull(secret, "secret");
        Objects.requireNonNull(stageListener, "stageListener");
        Objects.requireNonNull(presenceLimits, "presenceLimits");
        Objects.requireNonNull(errorHandler, "errorHandler");
        requireText("name", name);
        requireText("channel", channel);
        Objects.requireNonNull(address, "address");
        requireRange("shardId", shardId, 0, Integer.MAX_VALUE);
        if (incarnation == 0) {
            throw new IllegalArgumentException("incarnation is 0: it names this start of shard " + shardId);
        }
    }

    private void requireLimits() {
        requireRange("windowBytes", windowBytes, WINDOW_BYTES_MIN, WINDOW_BYTES_MAX);
        if (!BitUtil.isPowerOfTwo(windowBytes)) {
            throw new IllegalArgumentException("windowBytes is a power of two, not " + windowBytes);
        }
        requireRange("sessionsMax", sessionsMax, 1, Integer.MAX_VALUE);
        requireRange("subscriptionsPerSessionMax", subscriptionsPerSessionMax, 1, 1_000_000);
        requireRange("topicsMax", topicsMax, 1, Integer.MAX_VALUE);
        requireRange("commandQueueCapacity", commandQueueCapacity, 2, 1 << 24);
        requireRange("recoverMessagesMax", recoverMessagesMax, 1, 100_000);
        requireRange("recoverBytesMax", recoverBytesMax, 1, 64 * 1024 * 1024);
        requireRange("lingerNs", lingerNs, 0, TimeUnit.HOURS.toNanos(1));
        requireRange(
                "heartbeatIntervalNs",
                heartbeatIntervalNs,
                TimeUnit.MILLISECONDS.toNanos(1),
                TimeUnit.SECONDS.toNanos(9));
        requireRange(
                "engineTimeoutNs", engineTimeoutNs, TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.MINUTES.toNanos(10));
    }

    private static void requireRange(final String key, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(key + " is " + min + " to " + max + ", not " + value);
        }
    }

    private static void requireText(final String key, final String value) {
        final int length = Objects.requireNonNull(value, key).getBytes(StandardCharsets.UTF_8).length;
        if (length > 255) {
            throw new IllegalArgumentException(key + " has at most 255 bytes, not " + length);
        }
    }
}
