package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.KeeperWriter;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.SegmentInfo;
import io.stentor.journal.TrimBody;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the journal's oldest files go, beside the path, and has copied to its keeper before what outlives them. Never the one
 * that is written, never the last sealed one, and none that a start would need: both checkpoints of each state lie behind it,
 * and so does the index.
 *
 * <pre>
 *   RESTING   -> SWEEPING:  it is time to look
 *   SWEEPING  -> SWEEPING:  a file of the keeper has been read a little further, or goes
 *   SWEEPING  -> JUDGING:   those that are left stay
 *   JUDGING   -> JUDGING:   the oldest file has been read a little further, or goes, and the next one is looked at
 *   JUDGING   -> RESTING:   the oldest file stays
 *   JUDGING   -> KEEPING:   the file behind those that go stays, or what lives in more would be too much for one file of the keeper
 *   KEEPING   -> KEEPING:   what lives in them has been copied a little further
 *   KEEPING   -> RECORDING: all of it is in a file that is forced
 *   RECORDING -> FORCING:   the TRIM record is journaled
 *   FORCING   -> RESTING:   it is synced: the files are removed
 * </pre>
 *
 * <p>A process that is killed before the end has removed nothing and begins anew.
 */
final class RetentionAgent implements Agent {

    private static final Logger LOGGER = LoggerFactory.getLogger(RetentionAgent.class);

    /** How often to look, in nanoseconds: 250 ms; a look costs some microseconds for each file. */
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** How long to wait once something has failed, in nanoseconds: 10 s. */
    private static final long RETRY_NS = TimeUnit.SECONDS.toNanos(10);

    /** How much of what lives is copied at once, unless a single file has more: 256 MiB. */
    private static final long KEPT_BYTES_MAX = 256L * 1024 * 1024;

    private enum State {
        RESTING,
        SWEEPING,
        JUDGING,
        KEEPING,
        RECORDING,
        FORCING
    }

    private final UnsafeBuffer body = new UnsafeBuffer(new byte[RecordLayout.BODY_OFFSET + TrimBody.LENGTH]);
    private final Set<String> unpinned = new HashSet<>();
    private final Journal journal;
    private final TopicTable topics;
    private final RingEntry entry;
    private final RetentionPolicy policy;
    private final RecordLife life;
    private final KeeperSweep sweep;
    private final LongSupplier safeSequence;
    private final Runnable wantsCheckpoints;
    private final LongSupplier engineTimeNs;
    private final NanoClock nanoClock;
    private final ErrorHandler errorHandler;
    private Supplier<Map<String, Long>> followers = Map::of;
    /** Engine time as last seen to change, and when that was. */
    private long recordedTimeNs;

    private long recordedAtNs;
    private State state = State.RESTING;
    private long dueNs;

    /** The sealed segments before any that is not, as of {@link #segmentChanges}, and their lengths. */
    private List<SegmentInfo> segments = List.of();

    private final List<Long> lengths = new ArrayList<>();
    private long sealedBytes;

    private int segmentChanges;

    /** How many of them go. */
    private int going;

    private long goingBytes;

    /** Of the oldest segments, in order; each is kept while its segment stays. */
    private final List<SegmentScan> scans = new ArrayList<>();

    /** What lives in those that go; null until that is copied. */
    private KeeperCopy copy;

    /** The first record of a segment that could not be read: it is not tried again. */
    private long damagedSequence;

    /** Written by the pipeline's last thread, read by this one; 0 until the record is journaled. */
    private volatile long recordSequence;

    /**
     * An agent.
     *
     * @param journal what is trimmed.
     * @param topics told how far they got in what goes.
     * @param entry where the record of a trim goes.
     * @param safeSequence the record before which no start and no view needs anything.
     * @param wantsCheckpoints called when more than the policy's bytes are there and what is too much lies behind that record.
     * @param engineTimeNs engine time, nanoseconds since 1970.
     * @param context the policy, the monotonic clock, and who is told of a segment that cannot be read and of a trim that
     *     failed.
     */
    RetentionAgent(
            final Journal journal,
            final TopicTable topics,
            final RingEntry entry,
            final LongSupplier safeSequence,
            final Runnable wantsCheckpoints,
            final LongSupplier engineTimeNs,
            final PipelineContext context) {
        this.journal = journal;
        this.topics = topics;
        this.entry = entry;
        this.policy = context.retention;
        this.life = new RecordLife(policy);
        this.sweep = new KeeperSweep(journal.keeper(), life);
        this.safeSequence = safeSequence;
        this.wantsCheckpoints = wantsCheckpoints;
        this.engineTimeNs = engineTimeNs;
        this.nanoClock = context.nanoClock;
        this.errorHandler = context.errorHandler;
        this.dueNs = nanoClock.nanoTime();
    }

    /** Says which followers there are, by name, and how far each has got. Called before the agent runs. */
    void followers(final Supplier<Map<String, Long>> value) {
        followers = value;
    }

    /** {@inheritDoc} Always 0, so that its thread rests between pieces: the path needs the processor more. */
    @Override
    public int doWork() {
        try {
            switch (state) {
                case RESTING -> look();
                case SWEEPING -> sweep();
                case JUDGING -> judge();
                case KEEPING -> keep();
                case RECORDING -> record();
                case FORCING -> trimWhenSynced();
                default -> throw new IllegalStateException("state " + state);
            }
        } catch (final RuntimeException failure) {
            errorHandler.onError(failure);
            if (state == State.JUDGING && going < segments.size()) {
                damagedSequence = segments.get(going).firstSequence();
            } else if (failure instanceof JournalDamagedException && copy != null) {
                damagedSequence = copy.sequence();
            }
            closeScans(going);
            closeCopy();
            rest();
            dueNs += RETRY_NS;
        }
        return 0;
    }

    @Override
    public void onClose() {
        closeScans(0);
        closeCopy();
        sweep.close();
    }

    @Override
    public String roleName() {
        return "retention";
    }

    private void look() {
        if (nanoClock.nanoTime() - dueNs < 0 || journal.failure() != null) {
            return;
        }
        if (segmentChanges != journal.segmentChanges() || segments.isEmpty()) {
            list();
        }
        readEngineTime();
        state = State.SWEEPING;
    }

    private void sweep() {
        if (!sweep.doWork(nowNs())) {
            going = 0;
            goingBytes = 0;
            state = State.JUDGING;
        }
    }

    private void list() {
        final int changes = journal.segmentChanges();
        final List<SegmentInfo> listed =
                journal.segments().stream().takeWhile(SegmentInfo::sealed).toList();
        // Before anything is taken over: a file whose length cannot be read leaves all as it was.
        final List<Long> listedLengths =
                listed.stream().map(RetentionAgent::lengthOf).toList();
        segmentChanges = changes;
        segments = listed;
        lengths.clear();
        lengths.addAll(listedLengths);
        sealedBytes = lengths.stream().mapToLong(Long::longValue).sum();
        while (!scans.isEmpty()
                && scans.get(0).segment().firstSequence()
                        < (segments.isEmpty() ? Long.MAX_VALUE : segments.get(0).firstSequence())) {
            scans.remove(0).close();
        }
    }

    private void judge() {
        if (!mayGo()) {
            decided();
        } else if (scans.size() == going) {
            scans.add(new SegmentScan(journal, topics, segments.get(going), life, nowNs()));
        } else if (!scans.get(going).doWork()) {
            if (goes(scans.get(going))) {
                goingBytes += lengths.get(going);
                going++;
            } else {
                decided();
            }
        }
    }

    /** Whether nothing needs the next segment but what policy and followers say. */
    private boolean mayGo() {
        if (going >= segments.size() - 1) {
            return false;
        }
        final SegmentInfo segment = segments.get(going);
        final boolean isSafe = segment.lastSequence() < safeSequence.getAsLong();
        if (!isSafe && exceedsBytes()) {
            wantsCheckpoints.run();
        }
        return isSafe && segment.firstSequence() != damagedSequence;
    }

    private boolean exceedsBytes() {
        return policy.bytes() > 0 && sealedBytes - goingBytes > policy.bytes();
    }

    private boolean goes(final SegmentScan segment) {
        final long nowNs = nowNs();
        return (exceedsBytes() || !segment.isHeld(policy, nowNs)) && !isPinned(segment, nowNs);
    }

    /** Engine time of now: what has passed since the last record counts too, or an idle engine would keep everything. */
    private long nowNs() {
        final long idleNs = nanoClock.nanoTime() - recordedAtNs;
        return recordedTimeNs + idleNs - idleNs / EngineClock.SLEW_PARTS;
    }

    private void readEngineTime() {
        final long recordedNs = engineTimeNs.getAsLong();
        if (recordedNs != recordedTimeNs) {
            recordedTimeNs = recordedNs;
            recordedAtNs = nanoClock.nanoTime();
        }
    }

    /** Whether a follower still reads there, and may. */
    private boolean isPinned(final SegmentScan segment, final long nowNs) {
        final boolean tooOld = nowNs - segment.lastTimestampNs() > policy.pinAgeNs();
        final boolean tooMuch = policy.pinBytes() > 0 && sealedBytes - goingBytes > policy.bytes() + policy.pinBytes();
        boolean pinned = false;
        for (final Map.Entry<String, Long> follower : followers.get().entrySet()) {
            final boolean behind = follower.getValue() < segment.segment().lastSequence();
            if (!behind) {
                unpinned.remove(follower.getKey());
            } else if (!tooOld && !tooMuch) {
                pinned = true;
            } else if (unpinned.add(follower.getKey())) {
                LOGGER.warn(
                        "follower {} has handled the log up to {} and is too far behind: what it has not read is removed"
                                + " from {} on",
                        follower.getKey(),
                        follower.getValue(),
                        segment.segment().firstSequence());
            }
        }
        return pinned;
    }

    private void decided() {
        final long nowNs = nowNs();
        final List<SegmentInfo> living = new ArrayList<>();
        long livingBytes = 0;
        int count = 0;
        while (count < going) {
            final long bytes = scans.get(count).livingBytes(nowNs);
            if (count > 0 && livingBytes + bytes > KEPT_BYTES_MAX) {
                break;
            }
            livingBytes += bytes;
            count++;
        }
        if (count == going) {
            // To copy the last one would free less than it takes, and free nothing behind it.
            while (count > 0 && 2 * scans.get(count - 1).livingBytes(nowNs) > lengths.get(count - 1)) {
                count--;
            }
        }
        goTo(count);
        if (going == 0) {
            rest();
            return;
        }
        for (final SegmentScan scan : scans.subList(0, going)) {
            if (scan.livingBytes(nowNs) > 0) {
                living.add(scan.segment());
            }
        }
        copy = living.isEmpty() ? null : new KeeperCopy(journal, living, life, nowNs);
        state = State.KEEPING;
        keep();
    }

    private void goTo(final int count) {
        while (going > count) {
            going--;
            goingBytes -= lengths.get(going);
        }
    }

    private void keep() {
        if (copy != null && copy.doWork()) {
            return;
        }
        recordSequence = 0;
        state = State.RECORDING;
        TrimBody.firstRetainedSequence(body, 0, firstRetained());
        record();
    }

    /** Puts the record into the ring, unless that has no room just now. */
    private void record() {
        final boolean taken =
                entry.offerCommand(RecordType.TRIM, body, RecordLayout.BODY_OFFSET, TrimBody.LENGTH, this::onJournaled);
        if (taken) {
            state = State.FORCING;
        } else if (entry.isClosed()) {
            closeCopy();
            rest();
        }
    }

    private void onJournaled(
            final long correlationId,
            final ResultCode code,
            final AckLevel reached,
            final long topicId,
            final long sequence,
            final long topicOffset) {
        recordSequence = sequence;
    }

    private void trimWhenSynced() {
        final long sequence = recordSequence;
        if (sequence == 0) {
            return;
        }
        if (journal.syncedSequence() < sequence) {
            journal.requestForce(sequence);
            return;
        }
        final long from = journal.firstSequence();
        final KeeperWriter kept = copy == null ? null : copy.copied();
        journal.trim(firstRetained(), kept);
        LOGGER.info(
                "removed records {}..{}: {} files, {} bytes; {} of them are kept",
                from,
                firstRetained() - 1,
                going,
                goingBytes,
                kept == null ? 0 : kept.count());
        closeCopy();
        rest();
    }

    private long firstRetained() {
        return segments.get(going).firstSequence();
    }

    private void rest() {
        state = State.RESTING;
        dueNs = nanoClock.nanoTime() + INTERVAL_NS;
    }

    /** Forgets the scans from one on. */
    private void closeScans(final int from) {
        while (scans.size() > from) {
            scans.remove(scans.size() - 1).close();
        }
    }

    private void closeCopy() {
        if (copy != null) {
            final KeeperCopy closed = copy;
            copy = null;
            try {
                closed.close();
            } catch (final RuntimeException failure) {
                errorHandler.onError(failure);
            }
        }
    }

    private static long lengthOf(final SegmentInfo segment) {
        try {
            return Files.size(segment.path());
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
