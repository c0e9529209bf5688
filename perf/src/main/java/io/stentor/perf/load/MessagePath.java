package io.stentor.perf.load;

import java.util.Map;
import org.agrona.DirectBuffer;

/** A path under load: what lies between an offer and the callback of each subscriber. */
interface MessagePath extends AutoCloseable {
    /** The path has no room now: offer the same message again. */
    long BACK_PRESSURED = -1;

    /**
     * Offers one message. Generator's thread only; never blocks.
     *
     * @param topic index of the topic, from 0.
     * @param buffer that holds the payload, free again on return.
     * @param length of the payload in bytes, from the buffer's start.
     * @return a positive number when it was taken, {@link #BACK_PRESSURED}, or another negative code after which nothing
     *     more is taken.
     */
    long offer(int topic, DirectBuffer buffer, int length);

    /** Says in words what a negative code of {@link #offer} means. */
    String reasonFor(long code);

    /**
     * Hands over what the path's own timers recorded since the last call. Reporter's thread only.
     *
     * @param stages where it goes.
     */
    void drainTimers(StageLog stages);

    /** Processor time that other processes of the path have taken, in nanoseconds, by their names. Reporter's thread. */
    default Map<String, Long> cpuNs() {
        return Map.of();
    }

    /** Why the path stopped by itself; null while all is well. Any thread. */
    Throwable failure();

    /** Stops the path. Any thread; idempotent. */
    @Override
    void close();
}
