package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;

/** At equal intervals. */
final class ConstantArrivals implements Arrivals {
    private final Pace pace;
    private final int warmupSeconds;
    private final int seconds;

    /**
     * A constant rate.
     *
     * @param ratePerSecond from 1 to {@link Pace#RATE_MAX}.
     * @param warmupSeconds that do not count.
     * @param seconds that count.
     */
    ConstantArrivals(final long ratePerSecond, final int warmupSeconds, final int seconds) {
        this.pace = new Pace(0, ratePerSecond);
        this.warmupSeconds = warmupSeconds;
        this.seconds = seconds;
    }

    @Override
    public long offsetNs(final long number) {
        return pace.intendedNs(number);
    }

    @Override
    public long warmupCount() {
        return pace.ratePerSecond() * warmupSeconds;
    }

    @Override
    public long count() {
        return pace.ratePerSecond() * (warmupSeconds + seconds);
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
        return "constant";
    }
}
