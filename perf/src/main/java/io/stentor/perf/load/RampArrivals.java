package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;

/** A rate that rises, or falls, evenly from one to another; the warm-up has the first. */
final class RampArrivals implements Arrivals {
    private static final double NS_PER_SECOND = 1e9;

    private final Pace warmup;
    private final long fromPerSecond;
    private final long toPerSecond;
    private final int warmupSeconds;
    private final int seconds;

    /**
     * A ramp.
     *
     * @param fromPerSecond from 1 to {@link Pace#RATE_MAX}.
     * @param toPerSecond from 1 to {@link Pace#RATE_MAX}.
     * @param warmupSeconds that do not count.
     * @param seconds that the ramp takes.
     */
    RampArrivals(final long fromPerSecond, final long toPerSecond, final int warmupSeconds, final int seconds) {
        this.warmup = new Pace(0, fromPerSecond);
        this.fromPerSecond = fromPerSecond;
        this.toPerSecond = toPerSecond;
        this.warmupSeconds = warmupSeconds;
        this.seconds = seconds;
    }

    @Override
    public long offsetNs(final long number) {
        final long warmupCount = warmupCount();
        if (number < warmupCount || fromPerSecond == toPerSecond) {
            return warmup.intendedNs(number);
        }
        // The time at which the area under the line reaches n: a t^2 / 2 + from t = n, with a the rise in a second.
        final double rise = (double) (toPerSecond - fromPerSecond) / seconds;
        final double n = number - warmupCount;
        final double square = Math.max(0, (double) fromPerSecond * fromPerSecond + 2 * rise * n);
        final double t = (Math.sqrt(square) - fromPerSecond) / rise;
        return TimeUnit.SECONDS.toNanos(warmupSeconds) + (long) (t * NS_PER_SECOND);
    }

    @Override
    public long warmupCount() {
        return fromPerSecond * warmupSeconds;
    }

    @Override
    public long count() {
        return warmupCount() + (fromPerSecond + toPerSecond) * seconds / 2;
    }

    @Override
    public long durationNs() {
        return TimeUnit.SECONDS.toNanos(warmupSeconds + seconds);
    }

    @Override
    public long measuredNs() {
        return TimeUnit.SECONDS.toNanos(seconds);
    }

    @Override
    public String name() {
        return "ramp";
    }
}
