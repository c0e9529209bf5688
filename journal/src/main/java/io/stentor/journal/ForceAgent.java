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
    private final JournalProgress progress;
    private final FileForcer forcer;
    private final DiskReserve reserve;
    private final NanoClock clock;
    private final long intervalNs;

    /** The last segment that a force began with; those after it have never been forced. */
    private Segment segment;

    private long lastForceNs;

    /** The thread that runs this, once one does. */
    private volatile Thread runner;

    ForceAgent(
            JournalContext context, JournalProgress progress, FileForcer forcer, DiskReserve reserve, Segment segment) {
        this.progress = progress;
        this.forcer = forcer;
        this.reserve = reserve;
        this.segment = segment;
        clock = context.nanoClock();
        intervalNs = context.forceIntervalNs();
        lastForceNs = clock.nanoTime() - intervalNs;
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
        if (progress.isDirty() && isDue) {
            lastForceNs = nowNs;
            force();
            work++;
        }
        return work;
    }

    @Override
    public String roleName() {
        return "journal-force";
    }

    /** Forces whatever is journaled; across rolls the old file, the new ones, then their names. */
    void force() {
        long sequence = progress.journaledSequence();
        try {
            // What is sealed was forced for that, whole and with its name.
            if (!segment.isSealed()) {
                forcer.forceFile(segment.path);
            }
            boolean rolled = false;
            for (Segment next = segment.next(); next != null; next = segment.next()) {
                segment = next;
                forcer.forceFile(segment.path);
                rolled = true;
            }
            if (rolled) {
                forcer.forceDirectory(segment.path.getParent());
            }
            progress.synced(sequence);
        } catch (IOException | RuntimeException e) {
            progress.fail(new JournalException("force of " + segment.path + " failed", e));
        }
    }
}
