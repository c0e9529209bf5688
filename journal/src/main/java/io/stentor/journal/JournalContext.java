package io.stentor.journal;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Settings of a {@link ChronicleJournal}: fluent while they are made, validated and fixed by {@link #conclude}, which
 * {@link ChronicleJournal#open} calls.
 *
 * <p>Time in the journal is the time in its records; the one clock here only paces the background force.
 */
public final class JournalContext {
    /** Limit of {@link #batchRecordsMax}; the design's bound on a batch of the ring. */
    public static final int BATCH_RECORDS_LIMIT = 256;

    /** Limit of {@link #batchBytesMax}: 64 KiB; larger batches gained nothing in the measurement of docs/. */
    public static final int BATCH_BYTES_LIMIT = 64 * 1024;

    /** Default and upper limit of {@link #forceIntervalNs}: the window that the promise of JOURNALED names. */
    public static final long FORCE_INTERVAL_LIMIT_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** {@link #diskReserveBytes} that means the greatest of two blocks, 1 GiB and 5 % of the disk. */
    public static final long DISK_RESERVE_AUTOMATIC = 0;

    /** Least {@link #diskReserveBytes}: two of Chronicle's 64 MiB blocks, which it allocates by touching them. */
    public static final long DISK_RESERVE_FLOOR_BYTES = 2 * 64L * 1024 * 1024;

    /** Default of {@link #scrubBytesPerSecond}: 86 GB a day. */
    public static final long SCRUB_BYTES_PER_SECOND_DEFAULT = 1L << 20;

    /** Limit of {@link #scrubBytesPerSecond}: about what one core reads and hashes. */
    public static final long SCRUB_BYTES_PER_SECOND_LIMIT = 1L << 30;

    private Path directory;
    private int groupId;
    private long forceIntervalNs = FORCE_INTERVAL_LIMIT_NS;
    private String rollCycle = "FAST_HOURLY";
    private int batchRecordsMax = BATCH_RECORDS_LIMIT;
    private int batchBytesMax = BATCH_BYTES_LIMIT;
    private long diskReserveBytes = DISK_RESERVE_AUTOMATIC;
    private long scrubBytesPerSecond = SCRUB_BYTES_PER_SECOND_DEFAULT;
    private long lostFirstSequence;
    private long lostLastSequence;
    private ErrorHandler errorHandler;
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private boolean concluded;

    /**
     * Validates the settings and fixes them.
     *
     * @return this.
     * @throws IllegalArgumentException naming the setting, its value, unit and limit.
     * @throws IllegalStateException if they were concluded before.
     */
    public JournalContext conclude() {
        requireOpen();
        if (directory == null) {
            throw new IllegalArgumentException("directory is not set");
        }
        if (errorHandler == null) {
            throw new IllegalArgumentException("errorHandler is not set");
        }
        requireWithin("forceIntervalNs", forceIntervalNs, 1, FORCE_INTERVAL_LIMIT_NS, "ns");
        requireWithin("batchRecordsMax", batchRecordsMax, 1, BATCH_RECORDS_LIMIT, "records");
        requireWithin("batchBytesMax", batchBytesMax, 1, BATCH_BYTES_LIMIT, "bytes");
        requireWithin("scrubBytesPerSecond", scrubBytesPerSecond, 0, SCRUB_BYTES_PER_SECOND_LIMIT, "bytes");
        if (diskReserveBytes != DISK_RESERVE_AUTOMATIC) {
            requireWithin("diskReserveBytes", diskReserveBytes, DISK_RESERVE_FLOOR_BYTES, Long.MAX_VALUE, "bytes");
        }
        concluded = true;
        return this;
    }

    /** Directory that the journal owns; made if it is not there. No default. */
    public JournalContext directory(Path directory) {
        requireOpen();
        this.directory = directory;
        return this;
    }

    /** Directory that the journal owns. */
    public Path directory() {
        return directory;
    }

    /** Group of members that holds this log; written when the journal is made and compared afterwards. Default 0. */
    public JournalContext groupId(int groupId) {
        requireOpen();
        this.groupId = groupId;
        return this;
    }

    /** Group of members that holds this log. */
    public int groupId() {
        return groupId;
    }

    /** Longest time for which a journaled record is not forced, in nanoseconds. Default and limit 50 ms. */
    public JournalContext forceIntervalNs(long forceIntervalNs) {
        requireOpen();
        this.forceIntervalNs = forceIntervalNs;
        return this;
    }

    /** Longest time for which a journaled record is not forced, in nanoseconds. */
    public long forceIntervalNs() {
        return forceIntervalNs;
    }

    /**
     * Name of Chronicle's roll cycle, fixed when the journal is made. Default {@code FAST_HOURLY}: 2^32 excerpts an
     * hour, and whole files are what retention deletes.
     */
    public JournalContext rollCycle(String rollCycle) {
        requireOpen();
        this.rollCycle = rollCycle;
        return this;
    }

    /** Name of Chronicle's roll cycle. */
    public String rollCycle() {
        return rollCycle;
    }

    /** Most records in one excerpt. Default and limit 256. */
    public JournalContext batchRecordsMax(int batchRecordsMax) {
        requireOpen();
        this.batchRecordsMax = batchRecordsMax;
        return this;
    }

    /** Most records in one excerpt. */
    public int batchRecordsMax() {
        return batchRecordsMax;
    }

    /** Most bytes in one excerpt of several records; a longer record has one of its own. Default and limit 64 KiB. */
    public JournalContext batchBytesMax(int batchBytesMax) {
        requireOpen();
        this.batchBytesMax = batchBytesMax;
        return this;
    }

    /** Most bytes in one excerpt of several records. */
    public int batchBytesMax() {
        return batchBytesMax;
    }

    /**
     * Room on the disk below which {@link Journal#belowReserve} holds. At least 128 MiB; by default
     * {@link #DISK_RESERVE_AUTOMATIC}.
     */
    public JournalContext diskReserveBytes(long diskReserveBytes) {
        requireOpen();
        this.diskReserveBytes = diskReserveBytes;
        return this;
    }

    /** Room on the disk below which {@link Journal#belowReserve} holds. */
    public long diskReserveBytes() {
        return diskReserveBytes;
    }

    /** Bytes a second that sealed files are read again with, to find damage at rest. Default 1 MiB; 0 is never. */
    public JournalContext scrubBytesPerSecond(long scrubBytesPerSecond) {
        requireOpen();
        this.scrubBytesPerSecond = scrubBytesPerSecond;
        return this;
    }

    /** Bytes a second that sealed files are read again with. */
    public long scrubBytesPerSecond() {
        return scrubBytesPerSecond;
    }

    /**
     * Gives up records that are damaged, so that the journal opens without them: exactly those that an open refused with.
     * The damaged files are kept in {@code quarantine/}. By default none.
     *
     * @param firstSequence the first of them, from 1.
     * @param lastSequence the last of them.
     * @throws IllegalArgumentException if they are not a range.
     */
    public JournalContext acceptLoss(long firstSequence, long lastSequence) {
        requireOpen();
        if (firstSequence < 1 || lastSequence < firstSequence) {
            throw new IllegalArgumentException(
                    "acceptLoss=" + firstSequence + ".." + lastSequence + " is not a range of sequences from 1");
        }
        lostFirstSequence = firstSequence;
        lostLastSequence = lastSequence;
        return this;
    }

    /** Whether any records may be given up. */
    boolean acceptsLoss() {
        return lostFirstSequence > 0;
    }

    /** Whether exactly these records may be given up. */
    boolean acceptsLoss(long firstSequence, long lastSequence) {
        return firstSequence == lostFirstSequence && lastSequence == lostLastSequence;
    }

    /** Whether one of these records may be given up. */
    boolean acceptsLossWithin(long firstSequence, long lastSequence) {
        return lostFirstSequence <= lastSequence && firstSequence <= lostLastSequence;
    }

    /**
     * Told once when an append or a force fails, and once for each file in which damage is found while the journal is
     * open, on the thread where it happened. No default.
     */
    public JournalContext errorHandler(ErrorHandler errorHandler) {
        requireOpen();
        this.errorHandler = errorHandler;
        return this;
    }

    /** Told when an append or a force fails, and of damage. */
    public ErrorHandler errorHandler() {
        return errorHandler;
    }

    /** Paces the background force and the checks of the disk; monotonic. Default {@link System#nanoTime}. */
    public JournalContext nanoClock(NanoClock nanoClock) {
        requireOpen();
        this.nanoClock = nanoClock;
        return this;
    }

    /** Paces the background force and the checks of the disk. */
    public NanoClock nanoClock() {
        return nanoClock;
    }

    private void requireOpen() {
        if (concluded) {
            throw new IllegalStateException("the settings of this journal are concluded");
        }
    }

    private static void requireWithin(String name, long value, long least, long most, String unit) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + "=" + value + " " + unit + " is not within " + least + ".." + most + " " + unit);
        }
    }
}
