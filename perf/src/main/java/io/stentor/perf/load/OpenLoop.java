package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;

/**
 * A constant rate, whatever becomes of the messages: while the path refuses one, the intended times of those behind it
 * pass, and they are sent late and counted late, as they would be with real users.
 */
final class OpenLoop implements Load {
    private final long ratePerSecond;
    private final long warmupCount;
    private final long measuredCount;
    private final NanoClock clock;
    private final IdleStrategy earlyIdle;

    /**
     * A load for a time, after a time that does not count.
     *
     * @param options rate, warm-up and seconds.
     * @param clock that intended times are of.
     * @param earlyIdle how to wait while the next message is not due; it returns well before a millisecond has passed.
     */
    OpenLoop(final RunOptions options, final NanoClock clock, final IdleStrategy earlyIdle) {
        ratePerSecond = options.loop.rate;
        warmupCount = ratePerSecond * options.warmup;
        measuredCount = ratePerSecond * options.seconds;
        this.clock = clock;
        this.earlyIdle = earlyIdle;
    }

    @Override
    public void drive(final Sender sender) {
        final Pace pace = new Pace(clock.nanoTime(), ratePerSecond);
        final long count = warmupCount + measuredCount;
        for (long number = 0; number < count; number++) {
            final long intendedNs = pace.intendedNs(number);
            while (clock.nanoTime() < intendedNs) {
                if (sender.isStopped()) {
                    return;
                }
                earlyIdle.idle();
            }
            if (number == warmupCount) {
                sender.startMeasuring(intendedNs);
            }
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
        return warmupCount;
    }

    @Override
    public long durationNs() {
        return TimeUnit.SECONDS.toNanos((warmupCount + measuredCount) / ratePerSecond);
    }
}
