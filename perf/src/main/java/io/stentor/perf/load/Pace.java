package io.stentor.perf.load;

import java.util.concurrent.TimeUnit;

/**
 * When each message of a constant rate is meant to be sent. Computed from the message's number alone, so that nothing
 * drifts, however long the run is and however late a message was.
 *
 * @param startNs time of message 0.
 * @param ratePerSecond messages a second, from 1 to {@link #RATE_MAX}.
 */
record Pace(long startNs, long ratePerSecond) {
    /** Beyond ten million messages a second two messages are less than 100 ns apart: less than the clock costs twice. */
    static final long RATE_MAX = 10_000_000;

    private static final long NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    Pace {
        if (ratePerSecond < 1 || ratePerSecond > RATE_MAX) {
            throw new IllegalArgumentException("rate " + ratePerSecond + " msg/s is not within 1.." + RATE_MAX);
        }
    }

    /** When the message is meant to be sent. */
    long intendedNs(final long number) {
        final long seconds = number / ratePerSecond;
        final long rest = number % ratePerSecond;
        return startNs + seconds * NS_PER_SECOND + rest * NS_PER_SECOND / ratePerSecond;
    }
}
