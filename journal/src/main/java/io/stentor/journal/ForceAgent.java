package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;
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
    private final Path directory;

    /** The last file that a force began with; those after it have never been forced. */
    private CycleFile file;

    private long lastForceNs;

    /** The thread that runs this, once one does. */
    private volatile Thread runner;

    ForceAgent(
            JournalContext context,
            Path directory,
            JournalProgress progress,
            FileForcer forcer,
            DiskReserve reserve,
            CycleFile file) {
        this.progress = progress;
        this.forcer = forcer;
        this.reserve = reserve;
        this.directory = directory;
        this.file = file;
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
            if (file.path != null) {
                forcer.forceFile(file.path);
            }
            boolean rolled = false;
            for (CycleFile next = file.next; next != null; next = file.next) {
                file = next;
                forcer.forceFile(file.path);
                rolled = true;
            }
            if (rolled) {
                forcer.forceDirectory(directory);
            }
            progress.synced(sequence);
        } catch (IOException | RuntimeException e) {
            progress.fail(
                    new JournalException("force of " + (file.path == null ? directory : file.path) + " failed", e));
        }
    }
}
