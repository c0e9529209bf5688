package io.stentor.engine;

import io.stentor.engine.pipeline.RetentionPolicy;
import io.stentor.journal.JournalContext;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.agrona.BitUtil;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.LoggerFactory;

/**
 * The settings of a {@link DeliveryEngine}: set, then concluded once by {@link DeliveryEngine#launch}, which refuses what
 * makes no sense before anything starts. Only {@link #directory} has no default.
 */
public final class EngineContext {

    /** The longest payload that may be configured, in bytes: 512 KiB, an eighth of the live stream's term. */
    public static final int PAYLOAD_LENGTH_LIMIT = 504 * 1024;

    /** {@link #retainAgeNs} of a class whose messages have no age at which they may go. */
    public static final long RETAIN_FOREVER = RetentionPolicy.FOREVER;

    private Path directory;
    private Path aeronDirectory;
    private int groupId = 1;
    private int ringCapacity = 4096;
    private int payloadLengthMax = 64 * 1024;
    private int dedupeEntriesMax = 786_432;
    private long dedupeWindowLongNs = TimeUnit.HOURS.toNanos(24);
    private long dedupeWindowShortNs = TimeUnit.MINUTES.toNanos(10);
    private long forceIntervalNs = TimeUnit.MILLISECONDS.toNanos(50);
    private long diskReserveBytes;
    private long checkpointRecords = 1_000_000;
    private long checkpointIntervalNs = TimeUnit.MINUTES.toNanos(10);
    private long retainBytes;
    private final Map<DeliveryClass, Long> retainAgesNs = new EnumMap<>(Map.of(
            DeliveryClass.CHAT,
            RETAIN_FOREVER,
            DeliveryClass.CHANNEL,
            RETAIN_FOREVER,
            DeliveryClass.WALLET,
            TimeUnit.DAYS.toNanos(7),
            DeliveryClass.BOT,
            TimeUnit.HOURS.toNanos(24),
            DeliveryClass.MINI_APP,
            TimeUnit.HOURS.toNanos(1),
            DeliveryClass.PAYMENT,
            TimeUnit.DAYS.toNanos(30)));
    private long pinAgeNs = TimeUnit.HOURS.toNanos(24);
    private long pinBytes;
    private String journalRollCycle = "FAST_HOURLY";
    private long scrubBytesPerSecond = JournalContext.SCRUB_BYTES_PER_SECOND_DEFAULT;
    private long lostFirstSequence;
    private long lostLastSequence;
    private int shardWindowBytes = 16 * 1024 * 1024;
    private ThreadingMode threadingMode = ThreadingMode.SHARED;
    private JournalKind journalKind = JournalKind.CHRONICLE;
    private Supplier<IdleStrategy> idleStrategy = () -> new LoadIdleStrategy(nanoClock());
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private ErrorHandler errorHandler = new ErrorLog(
            line -> LoggerFactory.getLogger("io.stentor.engine").warn("{}", line), SystemNanoClock.INSTANCE);
    private ErrorHandler failureHandler =
            failure -> LoggerFactory.getLogger("io.stentor.engine").error("the engine has failed", failure);
    private final ShardSettings shards = new ShardSettings();
    private boolean concluded;

    /** Where the journal is kept; created when missing. No default. */
    public Path directory() {
        return directory;
    }

    /** Sets {@link #directory()}. */
    public EngineContext directory(final Path value) {
        change().directory = value;
        return this;
    }

    /** Where shared memory of the transport lies; by default a directory of its own under {@code /dev/shm}. */
    public Path aeronDirectory() {
        return aeronDirectory;
    }

    /** Sets {@link #aeronDirectory()}. */
    public EngineContext aeronDirectory(final Path value) {
        change().aeronDirectory = value;
        return this;
    }

    /** The number of this engine's group; 1 by default. */
    public int groupId() {
        return groupId;
    }

    /** Sets {@link #groupId()}, from 1. */
    public EngineContext groupId(final int value) {
        change().groupId = value;
        return this;
    }

    /** Places in the ring, a power of two; 4,096 by default. Each takes 1 KiB. */
    public int ringCapacity() {
        return ringCapacity;
    }

    /** Sets {@link #ringCapacity()}. */
    public EngineContext ringCapacity(final int value) {
        change().ringCapacity = value;
        return this;
    }

    /** The longest payload in bytes; 64 KiB by default. */
    public int payloadLengthMax() {
        return payloadLengthMax;
    }

    /** Sets {@link #payloadLengthMax()}. */
    public EngineContext payloadLengthMax(final int value) {
        change().payloadLengthMax = value;
        return this;
    }

    /** How many free-form message ids are remembered at once; 786,432 by default, in 48 MiB and as much for checkpoints. */
    public int dedupeEntriesMax() {
        return dedupeEntriesMax;
    }

    /** Sets {@link #dedupeEntriesMax()}. */
    public EngineContext dedupeEntriesMax(final int value) {
        change().dedupeEntriesMax = value;
        return this;
    }

    /** How long message ids of PAYMENT, WALLET, BOT and MINI_APP are remembered, in nanoseconds; 24 hours by default. */
    public long dedupeWindowLongNs() {
        return dedupeWindowLongNs;
    }

    /** Sets {@link #dedupeWindowLongNs()}. */
    public EngineContext dedupeWindowLongNs(final long value) {
        change().dedupeWindowLongNs = value;
        return this;
    }

    /** How long message ids of the other classes are remembered, in nanoseconds; 10 minutes by default. */
    public long dedupeWindowShortNs() {
        return dedupeWindowShortNs;
    }

    /** Sets {@link #dedupeWindowShortNs()}. */
    public EngineContext dedupeWindowShortNs(final long value) {
        change().dedupeWindowShortNs = value;
        return this;
    }

    /** What a power cut can take of {@code JOURNALED} messages, in nanoseconds; 50 ms by default and at most. */
    public long forceIntervalNs() {
        return forceIntervalNs;
    }

    /** Sets {@link #forceIntervalNs()}. */
    public EngineContext forceIntervalNs(final long value) {
        change().forceIntervalNs = value;
        return this;
    }

    /** Free bytes of the disk below which messages are refused; 0 chooses by the disk's size. */
    public long diskReserveBytes() {
        return diskReserveBytes;
    }

    /** Sets {@link #diskReserveBytes()}. */
    public EngineContext diskReserveBytes(final long value) {
        change().diskReserveBytes = value;
        return this;
    }

    /**
     * After how many records the next checkpoint is made, so that a start replays about that many; 1,000,000 by default. A
     * state with more entries waits for as many records.
     */
    public long checkpointRecords() {
        return checkpointRecords;
    }

    /** Sets {@link #checkpointRecords()}. */
    public EngineContext checkpointRecords(final long value) {
        change().checkpointRecords = value;
        return this;
    }

    /** After how long the next checkpoint is made when there were fewer records, in nanoseconds; 10 minutes by default. */
    public long checkpointIntervalNs() {
        return checkpointIntervalNs;
    }

    /** Sets {@link #checkpointIntervalNs()}. */
    public EngineContext checkpointIntervalNs(final long value) {
        change().checkpointIntervalNs = value;
        return this;
    }

    /**
     * Bytes of sealed journal files beyond which the oldest are removed, whatever the age of what is in them; 0 for no limit,
     * the default. The file that is written comes on top, and so do payments that are kept of removed files.
     */
    public long retainBytes() {
        return retainBytes;
    }

    /** Sets {@link #retainBytes()}. */
    public EngineContext retainBytes(final long value) {
        change().retainBytes = value;
        return this;
    }

    /**
     * For how long messages of a class are kept, in nanoseconds of engine time, which goes on with records: a journal file is
     * removed, whole, once every message in it is older than its class says. PAYMENT holds no file: younger payments are copied
     * before theirs goes, and topics go on to have them. Defaults: CHAT and CHANNEL {@link #RETAIN_FOREVER}, PAYMENT 30 days,
     * WALLET 7 days, BOT 24 hours, MINI_APP 1 hour. Other classes hold no file.
     */
    public long retainAgeNs(final DeliveryClass deliveryClass) {
        return retainAgesNs.getOrDefault(deliveryClass, 0L);
    }

    /** Sets {@link #retainAgeNs}. */
    public EngineContext retainAgeNs(final DeliveryClass deliveryClass, final long value) {
        change().retainAgesNs.put(deliveryClass, value);
        return this;
    }

    /**
     * For how long a follower of the log that is behind keeps what it has not read, in nanoseconds of engine time; 24 hours
     * by default. Beyond it the follower is told that its position is gone.
     */
    public long pinAgeNs() {
        return pinAgeNs;
    }

    /** Sets {@link #pinAgeNs()}. */
    public EngineContext pinAgeNs(final long value) {
        change().pinAgeNs = value;
        return this;
    }

    /**
     * By how many bytes sealed files may exceed {@link #retainBytes} for followers that are behind; 0, the default, means half
     * of that, or no limit when that has none.
     */
    public long pinBytes() {
        return pinBytes;
    }

    /** Sets {@link #pinBytes()}. */
    public EngineContext pinBytes(final long value) {
        change().pinBytes = value;
        return this;
    }

    /**
     * How often the journal begins a new file, as the name of one of Chronicle Queue's roll cycles, such as {@code
     * FAST_HOURLY}, the default; fixed when the journal is made.
     */
    public String journalRollCycle() {
        return journalRollCycle;
    }

    /** Sets {@link #journalRollCycle()}; the journal refuses a name that it does not know when it opens. */
    public EngineContext journalRollCycle(final String value) {
        change().journalRollCycle = value;
        return this;
    }

    /**
     * Bytes a second that sealed files of the journal are read again with, to find damage before somebody needs what it hit;
     * 1 MiB by default, 0 is never.
     */
    public long scrubBytesPerSecond() {
        return scrubBytesPerSecond;
    }

    /** Sets {@link #scrubBytesPerSecond()}, at most 1 GiB. */
    public EngineContext scrubBytesPerSecond(final long value) {
        change().scrubBytesPerSecond = value;
        return this;
    }

    /**
     * Gives up records of a damaged journal, so that it opens without them: exactly those that a launch refused with. What may
     * have missed one of them is told to take a snapshot. Not to be set for good: once they are given up they are.
     *
     * @param firstSequence the first of them, from 1.
     * @param lastSequence the last of them.
     */
    public EngineContext acceptLoss(final long firstSequence, final long lastSequence) {
        change().lostFirstSequence = firstSequence;
        lostLastSequence = lastSequence;
        return this;
    }

    /** Fills in what concerns the journal alone. */
    JournalContext journalContext() {
        final JournalContext journal = new JournalContext()
                .directory(directory)
                .groupId(groupId)
                .forceIntervalNs(forceIntervalNs)
                .diskReserveBytes(diskReserveBytes)
                .rollCycle(journalRollCycle)
                .scrubBytesPerSecond(scrubBytesPerSecond)
                .nanoClock(nanoClock)
                .errorHandler(errorHandler);
        return lostFirstSequence == 0 ? journal : journal.acceptLoss(lostFirstSequence, lostLastSequence);
    }

    /** Bytes of recent messages that the embedded shard keeps for returning clients; 16 MiB by default. */
    public int shardWindowBytes() {
        return shardWindowBytes;
    }

    /** Sets {@link #shardWindowBytes()}, a power of two. */
    public EngineContext shardWindowBytes(final int value) {
        change().shardWindowBytes = value;
        return this;
    }

    /** Which shards it has: by default the embedded one alone. */
    public ShardSettings shards() {
        return shards;
    }

    /** Which threads the engine runs on; SHARED by default. */
    public ThreadingMode threadingMode() {
        return threadingMode;
    }

    /** Sets {@link #threadingMode()}. */
    public EngineContext threadingMode(final ThreadingMode value) {
        change().threadingMode = value;
        return this;
    }

    /** What the log is kept in; CHRONICLE by default. */
    public JournalKind journalKind() {
        return journalKind;
    }

    /** Sets {@link #journalKind()}. */
    public EngineContext journalKind(final JournalKind value) {
        change().journalKind = value;
        return this;
    }

    /**
     * What a thread of the path, the pipeline's or a shard's, does when it has nothing to do; one for each thread. By default
     * it parks for 1 to 128 us, after much work for 250 us. Threads beside the path rest and are woken.
     */
    public Supplier<IdleStrategy> idleStrategy() {
        return idleStrategy;
    }

    /** Sets {@link #idleStrategy()}. */
    public EngineContext idleStrategy(final Supplier<IdleStrategy> value) {
        change().idleStrategy = value;
        return this;
    }

    /** The wall clock. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Sets {@link #epochClock()}. */
    public EngineContext epochClock(final EpochClock value) {
        change().epochClock = value;
        return this;
    }

    /** The monotonic clock. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    /** Sets {@link #nanoClock()}. */
    public EngineContext nanoClock(final NanoClock value) {
        change().nanoClock = value;
        return this;
    }

    /** Is told of trouble that the engine survives; by default a line in the log. Any thread. */
    public ErrorHandler errorHandler() {
        return errorHandler;
    }

    /** Sets {@link #errorHandler()}. */
    public EngineContext errorHandler(final ErrorHandler value) {
        change().errorHandler = value;
        return this;
    }

    /** Is told, once, of what has ended the engine; by default a line in the log. Any thread. */
    public ErrorHandler failureHandler() {
        return failureHandler;
    }

    /** Sets {@link #failureHandler()}. */
    public EngineContext failureHandler(final ErrorHandler value) {
        change().failureHandler = value;
        return this;
    }

    /**
     * Checks the settings and fixes them.
     *
     * @throws IllegalArgumentException naming the setting, its value and its limits.
     */
    EngineContext conclude() {
        change();
        if (directory == null && journalKind == JournalKind.CHRONICLE) {
            throw new IllegalArgumentException("directory is not set: the journal needs a place");
        }
        require("groupId", groupId, 1, Integer.MAX_VALUE, "");
        require("ringCapacity", ringCapacity, 64, 1 << 20, "places");
        if (!BitUtil.isPowerOfTwo(ringCapacity)) {
            throw new IllegalArgumentException("ringCapacity=" + ringCapacity + " places is not a power of two");
        }
        require("payloadLengthMax", payloadLengthMax, 1, PAYLOAD_LENGTH_LIMIT, "bytes");
        require("dedupeEntriesMax", dedupeEntriesMax, 1, 1 << 27, "entries");
        require("dedupeWindowLongNs", dedupeWindowLongNs, 1, TimeUnit.DAYS.toNanos(366), "ns");
        require("dedupeWindowShortNs", dedupeWindowShortNs, 1, TimeUnit.DAYS.toNanos(366), "ns");
        require("checkpointRecords", checkpointRecords, 1, Long.MAX_VALUE, "records");
        require("checkpointIntervalNs", checkpointIntervalNs, 1, TimeUnit.DAYS.toNanos(366), "ns");
        require("scrubBytesPerSecond", scrubBytesPerSecond, 0, JournalContext.SCRUB_BYTES_PER_SECOND_LIMIT, "bytes");
        if ((lostFirstSequence != 0 || lostLastSequence != 0)
                && (lostFirstSequence < 1 || lostLastSequence < lostFirstSequence)) {
            throw new IllegalArgumentException("acceptLoss=" + lostFirstSequence + ".." + lostLastSequence
                    + " is not a range of sequences from 1");
        }
        require("retainBytes", retainBytes, 0, Long.MAX_VALUE / 2, "bytes");
        retainAgesNs.forEach((deliveryClass, ageNs) ->
                require("retainAgeNs(" + deliveryClass + ")", ageNs, 1, RETAIN_FOREVER, "ns"));
        require("pinAgeNs", pinAgeNs, 0, Long.MAX_VALUE, "ns");
        require("pinBytes", pinBytes, 0, Long.MAX_VALUE / 2, "bytes");
        if (journalRollCycle == null || journalRollCycle.isEmpty()) {
            throw new IllegalArgumentException("journalRollCycle is not set: name one, such as FAST_HOURLY");
        }
        shards.conclude();
        concluded = true;
        return this;
    }

    RetentionPolicy retentionPolicy() {
        return new RetentionPolicy(
                retainBytes, this::retainAgeNs, pinAgeNs, pinBytes == 0 ? retainBytes / 2 : pinBytes);
    }

    private EngineContext change() {
        if (concluded) {
            throw new IllegalStateException("the settings of an engine are fixed once it was launched");
        }
        return this;
    }

    private static void require(
            final String key, final long value, final long least, final long most, final String unit) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + "=" + value + " " + unit + " is not within " + least + ".." + most + " " + unit);
        }
    }
}
