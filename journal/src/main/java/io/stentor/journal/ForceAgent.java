package io.stentor.journal;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Group commit, off the appending thread: what was journaled when a force begins is synced when it ends, whoever asked.
 *
 * <pre>
 *   CLEAN   -> DIRTY:    something was journaled
 *   DIRTY   -> FORCING:  somebody asked, or the interval since the last force began is over
 *   FORCING -> CLEAN:    nothing was journaled meanwhile
 *   FORCING -> DIRTY:    something was
 *   FORCING -> FAILED:   the device refused; never left, since nobody can say what it still has
 * </pre>
 */
final class ForceAgent implements Agent {
    private static final long CLEAN = Long.MIN_VALUE;

    private final JournalProgress progress;
    private final FileForcer forcer;
    private final DiskReserve reserve;
    private final SyncMark mark;
    private final NanoClock clock;
    private final long intervalNs;

    /** The last segment that a force began with; those after it have never been forced. */
    private Segment segment;

    private long lastForceNs;
    private long lastMarkNs;

    /** Since when something has been journaled and not synced, or {@link #CLEAN}. Written by the runner, read by all. */
    private volatile long dirtySinceNs = CLEAN;

    /** The thread that runs this, once one does. */
    private volatile Thread runner;

    ForceAgent(
            JournalContext context,
            JournalProgress progress,
            FileForcer forcer,
            DiskReserve reserve,
            SyncMark mark,
            Segment segment) {
        this.progress = progress;
        this.forcer = forcer;
        this.reserve = reserve;
        this.mark = mark;
        this.segment = segment;
        clock = context.nanoClock();
        intervalNs = context.forceIntervalNs();
        lastForceNs = clock.nanoTime() - intervalNs;
        lastMarkNs = lastForceNs;
    }

    @Override
    public void onStart() {
        runner = Thread.currentThread();
    }

    /** Ends the rest of the thread that runs this, so that somebody who waits for a force does not wait for that too. */
    void wake() {
        LockSupport.unpark(runner);
    }

    @Override
    public int doWork() {
        if (progress.failure() != null) {
            return 0;
        }
        long nowNs = clock.nanoTime();
        int work = reserve.poll(nowNs);
        boolean isDue = progress.isForceRequested() || nowNs - lastForceNs >= intervalNs;
        boolean isDirty = progress.isDirty();
        if (isDirty && dirtySinceNs == CLEAN) {
            dirtySinceNs = nowNs;
        }
        if (isDirty && isDue) {
            lastForceNs = nowNs;
            force();
            dirtySinceNs = progress.isDirty() ? nowNs : CLEAN;
            work++;
        }
        return work + mark(nowNs);
    }

    /** How long the oldest record that is not synced has been seen, in nanoseconds; 0 if there is none. Any thread. */
    long unsyncedAgeNs() {
        long sinceNs = dirtySinceNs;
        return sinceNs == CLEAN ? 0 : Math.max(0, clock.nanoTime() - sinceNs);
    }

    @Override
    public String roleName() {
        return "journal-force";
    }

    /** Forces whatever is journaled; across rolls the old file, the new ones, then their names. */
    void force() {
        long bytes = progress.journaledBytes();
        long sequence = progress.journaledSequence();
        try {
            // Asked before its force: only what had a successor then has all its records forced by it.
            Segment next = segment.next();
            forceUnsealed();
            boolean rolled = next != null;
            while (next != null) {
                segment = next;
                next = segment.next();
                forceUnsealed();
            }
            if (rolled) {
                forcer.forceDirectory(segment.path.getParent());
            }
            forcer.requireAlive();
            progress.synced(sequence, bytes);
        } catch (IOException | RuntimeException e) {
            progress.fail(new JournalException("force of " + segment.path + " failed", e));
        }
    }

    private void forceUnsealed() throws IOException {
        // What is sealed was forced for that, whole and with its name.
        if (!segment.isSealed()) {
            forcer.forceFile(segment.path);
        }
    }

    /** Writes down what is synced, at most once in an interval: that is one more small write of the device. */
    private int mark(long nowNs) {
        if (nowNs - lastMarkNs < intervalNs || mark.sequence() == progress.syncedSequence()) {
            return 0;
        }
        lastMarkNs = nowNs;
        try {
            mark.move(progress.syncedSequence());
        } catch (IOException e) {
            progress.fail(new JournalException("force of the mark of what is synced failed", e));
        }
        return 1;
    }
}
