package io.stentor.transport.gateway.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * Limits how many connects a second are let in, with a burst of one second's worth: the generic cell rate algorithm of ATM, one
 * long and no thread of its own. Those that are refused do not count, so a storm cannot lock itself out. Any thread.
 */
final class ConnectRate {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final NanoClock clock;
    private final long intervalNs;

    /** When the connects let in so far would have been due at an even pace; up to a second ahead of the clock. */
    private final AtomicLong dueNs;

    /**
     * A limit.
     *
     * @param perSecondMax at most 10^9; 0 for no limit.
     */
    ConnectRate(final int perSecondMax, final NanoClock clock) {
        this.clock = clock;
        this.intervalNs = perSecondMax == 0 ? 0 : SECOND_NS / perSecondMax;
        this.dueNs = new AtomicLong(clock.nanoTime());
    }

    /** True when one more may come in now. */
    boolean admit() {
        if (intervalNs == 0) {
            return true;
        }
        final long nowNs = clock.nanoTime();
        long due;
        long next;
        do {
            due = dueNs.get();
            next = (due - nowNs > 0 ? due : nowNs) + intervalNs;
            if (next - nowNs > SECOND_NS) {
                return false;
            }
        } while (!dueNs.compareAndSet(due, next));
        return true;
    }
}
