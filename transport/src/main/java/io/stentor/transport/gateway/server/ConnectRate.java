package io.stentor.transport.gateway.server;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * Limits how many connects a second are let in, with a burst of one second's worth: the generic cell rate algorithm of ATM, one
 * long and no thread of its own. Those beyond the burst wait for their turn, which costs nothing, while one that is refused comes
 * back and costs another handshake. Only those whose turn is too far away are refused; they do not count, so a storm cannot lock
 * itself out. Any thread.
 */
final class ConnectRate {

    /** The turn is too far away. */
    static final long REFUSED = -1;

    /** SDKs of Centrifuge wait 5 s for the answer to a connect before they give up. */
    private static final long WAIT_MAX_NS = TimeUnit.SECONDS.toNanos(3);

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private final NanoClock clock;
    private final long intervalNs;

    /** When the connects let in so far would have been due at an even pace; ahead of the clock by the burst and the wait. */
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

    /** In how many nanoseconds one more may come in: 0 for now, at most 3 s, or {@link #REFUSED}. */
    long admit() {
        if (intervalNs == 0) {
            return 0;
        }
        final long nowNs = clock.nanoTime();
        long due;
        long next;
        long waitNs;
        do {
            due = dueNs.get();
            next = (due - nowNs > 0 ? due : nowNs) + intervalNs;
            waitNs = Math.max(0, next - nowNs - SECOND_NS);
            if (waitNs > WAIT_MAX_NS) {
                return REFUSED;
            }
        } while (!dueNs.compareAndSet(due, next));
        return waitNs;
    }
}
