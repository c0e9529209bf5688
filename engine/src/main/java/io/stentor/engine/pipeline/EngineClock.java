package io.stentor.engine.pipeline;

import java.util.function.LongConsumer;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Engine time, the time in records: the monotonic clock, counted from the greater of the last record's time and the wall
 * clock at start. It never goes back. It is slewed towards the wall clock by at most one part in a hundred; a step of the
 * wall clock is reported and not followed.
 *
 * <p>{@link #advance} belongs to the sequencing step's thread; {@link #timeNs} may be read by any thread.
 */
final class EngineClock {

    /** A wall clock that moved by this much more or less than the monotonic one was set, not slewed: 500 ms. */
    static final long STEP_NS = 500_000_000L;

    /** The most that engine time gains or loses against the monotonic clock: 1 part in 100. */
    static final long SLEW_PARTS = 100;

    private final EpochClock wallClock;
    private final NanoClock nanoClock;
    private final LongConsumer stepListener;
    private long lastNanoNs;
    private long wallOffsetNs;
    private long lastWallMs;
    /** Written by the sequencing step; read by any thread. */
    private volatile long timeNs;

    /**
     * Starts engine time.
     *
     * @param wallClock the wall clock.
     * @param nanoClock the monotonic clock.
     * @param lastTimestampNs the last record's time; 0 when there is none.
     * @param stepListener is told how far the wall clock was set, in nanoseconds.
     */
    EngineClock(
            final EpochClock wallClock,
            final NanoClock nanoClock,
            final long lastTimestampNs,
            final LongConsumer stepListener) {
        this.wallClock = wallClock;
        this.nanoClock = nanoClock;
        this.stepListener = stepListener;
        this.lastNanoNs = nanoClock.nanoTime();
        this.lastWallMs = wallClock.time();
        this.timeNs = Math.max(lastTimestampNs, lastWallMs * 1_000_000L);
    }

    /** Engine time as of the last {@link #advance}, nanoseconds since 1970. */
    long timeNs() {
        return timeNs;
    }

    /**
     * Moves engine time on.
     *
     * @return the new engine time, never less than the one before.
     */
    long advance() {
        final long nanoNs = nanoClock.nanoTime();
        final long elapsedNs = Math.max(0, nanoNs - lastNanoNs);
        lastNanoNs = nanoNs;
        final long wallMs = wallClock.time();
        final long steppedNs = (wallMs - lastWallMs) * 1_000_000L - elapsedNs;
        lastWallMs = wallMs;
        if (Math.abs(steppedNs) > STEP_NS) {
            wallOffsetNs -= steppedNs;
            stepListener.accept(steppedNs);
        }
        final long unslewedNs = timeNs + elapsedNs;
        final long behindNs = wallMs * 1_000_000L + wallOffsetNs - unslewedNs;
        final long slewMaxNs = elapsedNs / SLEW_PARTS;
        final long nextNs = unslewedNs + Math.max(-slewMaxNs, Math.min(slewMaxNs, behindNs));
        timeNs = nextNs;
        return nextNs;
    }
}
