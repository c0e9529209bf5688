package io.stentor.perf.load;

import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * A clock that moves on by a step with each reading, and never else: a run on it takes as long as its readings, and how busy the
 * machine is makes no difference. Any thread.
 */
class SteppingClock implements NanoClock {
    /** A tenth of the gap at 2,000 messages a second and a little more, so that readings fall anywhere between two messages. */
    private static final long STEP_NS = 50_003;

    private final AtomicLong nowNs = new AtomicLong();

    @Override
    public long nanoTime() {
        return nowNs.getAndAdd(STEP_NS);
    }

    final void jump(final long ns) {
        nowNs.addAndGet(ns);
    }
}
