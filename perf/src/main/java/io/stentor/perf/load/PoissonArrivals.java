package io.stentor.perf.load;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * As independent users send: the gaps are exponential, so that messages come in bunches. The number of messages is that of the
 * constant rate, so that runs of one length compare; the same seed gives the same gaps.
 */
final class PoissonArrivals implements Arrivals {
    private static final double NS_PER_SECOND = 1e9;

    private final SplittableRandom random;
    private final long ratePerSecond;
    private final int warmupSeconds;
    private final int seconds;
    private double offsetNs;

    /**
     * A mean rate.
     *
     * @param ratePerSecond from 1 to {@link Pace#RATE_MAX}.
     * @param warmupSeconds that do not count.
     * @param seconds that count.
     * @param seed of the gaps.
     */
    PoissonArrivals(final long ratePerSecond, final int warmupSeconds, final int seconds, final long seed) {
        this.random = new SplittableRandom(seed);
        this.ratePerSecond = ratePerSecond;
        this.warmupSeconds = warmupSeconds;
        this.seconds = seconds;
    }

    @Override
    public long offsetNs(final long number) {
        if (number > 0) {
            // 1 - u is never 0, so the logarithm is finite: at most 36 mean gaps.
            offsetNs -= Math.log(1 - random.nextDouble()) * NS_PER_SECOND / ratePerSecond;
        }
        return (long) offsetNs;
    }

    @Override
    public long warmupCount() {
        return ratePerSecond * warmupSeconds;
    }

    @Override
    public long count() {
        return ratePerSecond * (warmupSeconds + seconds);
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
        return "poisson";
    }
}
