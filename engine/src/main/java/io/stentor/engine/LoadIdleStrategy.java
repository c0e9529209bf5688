package io.stentor.engine;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * How the threads of the path wait: short parks while there is little to do, so that a message is taken up at once, and a
 * long one after much was done in one go.
 *
 * <p>A thread that was busy for {@link #BUSY_NS} has a producer with as much to do; woken for each little thing it would take
 * the processor from it 6,000 times a second. On two cores that cost the whole path a third of its throughput, and the
 * message that waits longer has stood in a queue that is longer still. At 100,000 messages a second a thread is busy for
 * some 15 us in one go, so nothing there waits for {@link #REST_NS}.
 *
 * <p>Belongs to one thread.
 */
final class LoadIdleStrategy implements IdleStrategy {

    /** The shortest park that a kernel makes something of. */
    private static final long PARK_MIN_NS = 1_000;

    /** The longest park after silence: it adds to the latency of the message that ends it. */
    private static final long PARK_MAX_NS = TimeUnit.MICROSECONDS.toNanos(128);

    private static final long BUSY_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long REST_NS = TimeUnit.MICROSECONDS.toNanos(250);

    private final NanoClock clock;
    private long parkNs = PARK_MIN_NS;
    private long wokenNs;
    private boolean worked;

    LoadIdleStrategy(final NanoClock clock) {
        this.clock = clock;
        wokenNs = clock.nanoTime();
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            worked = true;
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (worked && clock.nanoTime() - wokenNs >= BUSY_NS) {
            LockSupport.parkNanos(REST_NS);
        } else {
            LockSupport.parkNanos(parkNs);
            parkNs = Math.min(parkNs << 1, PARK_MAX_NS);
        }
        if (worked) {
            reset();
        }
        wokenNs = clock.nanoTime();
    }

    @Override
    public void reset() {
        worked = false;
        parkNs = PARK_MIN_NS;
    }

    @Override
    public String alias() {
        return "load";
    }
}
