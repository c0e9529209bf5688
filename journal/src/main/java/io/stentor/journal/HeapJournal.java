package io.stentor.journal;

import java.util.List;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;

/**
 * A journal <strong>that nothing survives</strong>: it lies on the heap. For simulation from a seed, for tests, and for
 * measuring what the pipeline costs without a disk; never for messages that matter.
 *
 * <p>It keeps the newest records up to its capacity and drops older ones whole segments at a time, as retention does. Its
 * "force" only lets {@link #syncedSequence} follow, when its agent runs, so that the order of events is the same as with
 * a disk. Once a segment of 2 MiB is full, its agents keep the memory of the next ready.
 */
public final class HeapJournal implements Journal {
    private final long logId;
    private final int segmentsMax;
    private final JournalProgress progress;
    private final HeapAppender appender;
    private final List<Agent> agents;

    /** Written by the appending thread only. */
    private int segmentCount = 1;

    /** Written by the appending thread, read by readers. */
    private volatile HeapSegment firstSegment = new HeapSegment(1, new byte[HeapSegment.LENGTH]);

    /**
     * Makes an empty journal.
     *
     * @param logId its identity, above 0; given, so that a simulation can repeat it.
     * @param capacityBytes room for records, at least two segments (4 MiB).
     * @param errorHandler told once if an append fails.
     * @throws IllegalArgumentException if a number is out of its limits.
     */
    public HeapJournal(long logId, long capacityBytes, ErrorHandler errorHandler) {
        if (logId <= 0) {
            throw new IllegalArgumentException("logId=" + logId + " is not above 0");
        }
        if (capacityBytes < 2L * HeapSegment.LENGTH) {
            throw new IllegalArgumentException(
                    "capacityBytes=" + capacityBytes + " bytes is below " + 2L * HeapSegment.LENGTH);
        }
        this.logId = logId;
        segmentsMax = (int) Math.min(Integer.MAX_VALUE, capacityBytes / HeapSegment.LENGTH);
        progress = new JournalProgress(errorHandler);
        SpareMemory spares = new SpareMemory();
        appender = new HeapAppender(this, progress, spares, firstSegment);
        agents = List.of(new HeapForceAgent(progress), spares);
    }

    @Override
    public long logId() {
        return logId;
    }

    @Override
    public JournalAppender appender() {
        return appender;
    }

    @Override
    public JournalReader newReader() {
        return new HeapReader(this);
    }

    @Override
    public long firstSequence() {
        return firstSegment.firstSequence;
    }

    @Override
    public long lastSequence() {
        return progress.journaledSequence();
    }

    @Override
    public long syncedSequence() {
        return progress.syncedSequence();
    }

    @Override
    public List<SegmentInfo> segments() {
        long last = lastSequence();
        long first = firstSequence();
        return last < first ? List.of() : List.of(new SegmentInfo(null, first, last, false));
    }

    @Override
    public int tornTailCount() {
        return 0;
    }

    @Override
    public List<GivenUp> givenUp() {
        return List.of();
    }

    @Override
    public int damagedFileCount() {
        return 0;
    }

    @Override
    public ScrubProgress scrubProgress() {
        return new ScrubProgress(0, 0, 0);
    }

    @Override
    public long unsyncedBytes() {
        return progress.unsyncedBytes();
    }

    @Override
    public long unsyncedAgeNs() {
        return 0;
    }

    @Override
    public void requestForce(long sequence) {
        progress.requestForce(sequence);
    }

    @Override
    public List<Agent> backgroundAgents() {
        return agents;
    }

    @Override
    public boolean belowReserve() {
        return false;
    }

    @Override
    public long roomBytes() {
        return Long.MAX_VALUE;
    }

    @Override
    public int segmentChanges() {
        return lastSequence() < firstSequence() ? 0 : 1;
    }

    @Override
    public Throwable failure() {
        return progress.failure();
    }

    @Override
    public void close() {
        progress.close();
    }

    HeapSegment firstSegment() {
        return firstSegment;
    }

    /** A segment was added; drops the oldest if that is one too many. Readers within it go on: they hold it. */
    void onSegment() {
        if (++segmentCount > segmentsMax) {
            firstSegment = firstSegment.next;
            segmentCount--;
        }
    }
}
