package io.stentor.journal;

import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.core.time.TimeProvider;

/**
 * The time that Chronicle rolls by: that of the record being appended. It never steps back, since Chronicle reorders a
 * queue silently when it does, and it does not depend on a clock, so that the same records lie in the same cycle on every
 * member.
 */
final class EngineTime implements TimeProvider {
    /** Written by the appending thread, read by Chronicle on any. */
    private volatile long epochMs;

    @Override
    public long currentTimeMillis() {
        return epochMs;
    }

    void advanceTo(long timestampNs) {
        long timeMs = TimeUnit.NANOSECONDS.toMillis(timestampNs);
        if (timeMs > epochMs) {
            epochMs = timeMs;
        }
    }
}
