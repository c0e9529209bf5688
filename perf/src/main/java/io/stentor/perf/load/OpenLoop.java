package io.stentor.perf.load;

import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * Messages at times that were settled before, whatever becomes of them: while the path refuses one, the intended times of those
 * behind it pass, and they are sent late and counted late, as they would be with real users.
 */
final class OpenLoop implements Load {
    private final Arrivals arrivals;
    private final NanoClock clock;
    private final IdleStrategy earlyIdle;

    /**
     * A load.
     *
     * @param arrivals when each message is meant to be sent.
     * @param clock that intended times are of.
     * @param earlyIdle how to wait while the next message is not due; it returns well before a millisecond has passed.
     */
    OpenLoop(final Arrivals arrivals, final NanoClock clock, final IdleStrategy earlyIdle) {
        this.arrivals = arrivals;
        this.clock = clock;
        this.earlyIdle = earlyIdle;
    }

    @Override
    public void drive(final Sender sender) {
        final long startNs = clock.nanoTime();
        final long warmupCount = arrivals.warmupCount();
        final long count = arrivals.count();
        for (long number = 0; number < count; number++) {
            final long intendedNs = startNs + arrivals.offsetNs(number);
            long nowNs;
            while ((nowNs = clock.nanoTime()) < intendedNs) {
                if (sender.isStopped()) {
                    return;
                }
                earlyIdle.idle();
            }
            if (number == warmupCount) {
                sender.startMeasuring(intendedNs);
            }
            sender.begin(intendedNs, nowNs);
            if (!sender.send(intendedNs)) {
                return;
            }
            if (number >= warmupCount) {
                sender.recordLag(intendedNs);
            }
        }
    }

    @Override
    public long recordFrom() {
        return arrivals.warmupCount();
    }

    @Override
    public long durationNs() {
        return arrivals.durationNs();
    }
}
