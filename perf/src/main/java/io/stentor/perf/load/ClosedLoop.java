package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/**
 * As many messages as the path takes: each is offered when the one before it was taken. It finds a limit of throughput;
 * its latency means nothing, since a slower path is simply asked for less.
 */
final class ClosedLoop implements Load {
    /** Messages between two looks at the clock, which costs as much as a tenth of the path. */
    private static final int CLOCK_INTERVAL = 64;

    private final long warmupNs;
    private final long measuredNs;
    private final long count;
    private final NanoClock clock;

    private ClosedLoop(final long warmupNs, final long measuredNs, final long count, final NanoClock clock) {
        this.warmupNs = warmupNs;
        this.measuredNs = measuredNs;
        this.count = count;
        this.clock = clock;
    }

    /** A load for a time, after a time that does not count. */
    static ClosedLoop timed(final int warmupSeconds, final int seconds, final NanoClock clock) {
        return new ClosedLoop(
                TimeUnit.SECONDS.toNanos(warmupSeconds), TimeUnit.SECONDS.toNanos(seconds), Long.MAX_VALUE, clock);
    }

    /** A load of so many messages, all of which count. */
    static ClosedLoop counted(final long count, final NanoClock clock) {
        return new ClosedLoop(0, Long.MAX_VALUE, count, clock);
    }

    @Override
    public void drive(final Sender sender) {
        if (warmupNs > 0) {
            send(sender, warmupNs, Long.MAX_VALUE);
        }
        sender.startMeasuring(clock.nanoTime());
        send(sender, measuredNs, count);
        sender.finish();
    }

    private void send(final Sender sender, final long durationNs, final long limit) {
        final long startNs = clock.nanoTime();
        long nowNs = startNs;
        for (long i = 1; i <= limit && sender.send(nowNs); i++) {
            if (i % CLOCK_INTERVAL == 0) {
                nowNs = clock.nanoTime();
                if (nowNs - startNs >= durationNs) {
                    return;
                }
            }
        }
    }

    @Override
    public long recordFrom() {
        return Long.MAX_VALUE;
    }

    @Override
    public long durationNs() {
        return measuredNs == Long.MAX_VALUE ? Long.MAX_VALUE : warmupNs + measuredNs;
    }
}
