package io.stentor.journal;

import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.queue.RollCycle;

/** When the cycle being written ends. Belongs to the appending thread. */
final class CycleBounds {
    private final long epochMs;
    private final long lengthMs;
    private long endNs = Long.MIN_VALUE;

    CycleBounds(RollCycle rollCycle, long epochMs) {
        this.epochMs = epochMs;
        lengthMs = rollCycle.lengthInMillis();
    }

    /** Tells whether a record of this time belongs to a later cycle. */
    boolean endsBefore(long timestampNs) {
        return timestampNs >= endNs;
    }

    /** Moves to the cycle of the engine's time; true if that is another one than before. */
    boolean enter(EngineTime time) {
        long endMs = (time.currentTimeMillis() - epochMs) / lengthMs * lengthMs + lengthMs + epochMs;
        long previousEndNs = endNs;
        endNs = TimeUnit.MILLISECONDS.toNanos(endMs);
        return endNs != previousEndNs;
    }
}
