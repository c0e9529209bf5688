package io.stentor.perf.load;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/** A clock that moves only when somebody waits, by a fixed step. One thread. */
final class VirtualTime implements NanoClock, IdleStrategy {
    private final long stepNs;
    private long nowNs;

    VirtualTime(final long stepNs) {
        this.stepNs = stepNs;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public void idle() {
        nowNs += stepNs;
    }

    @Override
    public void idle(final int workCount) {
        if (workCount == 0) {
            idle();
        }
    }

    @Override
    public void reset() {}
}
