package io.stentor.engine;

import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * How a thread beside the path waits whose work comes from others and is urgent, but seldom: it rests for long and is woken.
 *
 * <p>It rests in two steps. The first only says that it is about to, so that the agent looks once more for work; what was
 * handed over before is found then, and whoever hands over later sees the word and wakes the thread. A wake-up costs the
 * caller a system call when the thread rests, and some nanoseconds when it does not.
 */
final class WakeableIdleStrategy implements IdleStrategy {

    private final long restNs;

    /** The thread that rests or is about to; written by it and by those that wake it. */
    private volatile Thread resting;

    /**
     * A strategy for one thread.
     *
     * @param restNs how long to rest when nobody wakes it, in nanoseconds.
     */
    WakeableIdleStrategy(final long restNs) {
        this.restNs = restNs;
    }

    /** Wakes the thread if it rests. Any thread, after it has handed over the work. */
    void wake() {
        // The work must be seen by the other thread before this one looks whether it rests.
        VarHandle.fullFence();
        final Thread thread = resting;
        if (thread != null) {
            resting = null;
            LockSupport.unpark(thread);
        }
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (resting == null) {
            resting = Thread.currentThread();
        } else {
            LockSupport.parkNanos(restNs);
        }
    }

    @Override
    public void reset() {
        if (resting != null) {
            resting = null;
        }
    }

    @Override
    public String alias() {
        return "wakeable";
    }
}
