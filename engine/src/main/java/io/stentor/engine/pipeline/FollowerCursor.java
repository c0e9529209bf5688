package io.stentor.engine.pipeline;

import io.stentor.fanout.directory.CursorDirectory;
import org.agrona.concurrent.NanoClock;

/**
 * Journals how far one follower of the log has got: at most once a second, and only when it has moved by something else
 * than its own cursor's record. One thread, the follower's.
 */
public final class FollowerCursor {

    /** The least time between two cursors, in nanoseconds: what is handled again after a crash is a second's worth. */
    static final long INTERVAL_NS = 1_000_000_000L;

    private final CommandBatch batch;
    private final String name;
    private final NanoClock nanoClock;
    private long journaledSequence;
    private long dueNs;

    /**
     * A cursor.
     *
     * @param entry where its records go.
     * @param name the follower's name.
     * @param sequence where it stands.
     * @param nanoClock the monotonic clock.
     */
    public FollowerCursor(final RingEntry entry, final String name, final long sequence, final NanoClock nanoClock) {
        this.batch = new CommandBatch(entry);
        this.name = name;
        this.journaledSequence = sequence;
        this.nanoClock = nanoClock;
        this.dueNs = nanoClock.nanoTime() + INTERVAL_NS;
    }

    /**
     * Journals the cursor when it is due.
     *
     * @return 1 when it was, else 0.
     */
    public int moveTo(final long sequence) {
        // A cursor's own record moves the follower by one: to journal that too would never end.
        if (sequence <= journaledSequence + 1 || nanoClock.nanoTime() - dueNs < 0) {
            return 0;
        }
        dueNs = nanoClock.nanoTime() + INTERVAL_NS;
        return flush(sequence) ? 1 : 0;
    }

    /** Journals the cursor now; false when there is nothing new or the ring does not take it. */
    public boolean flush(final long sequence) {
        if (sequence <= journaledSequence
                || !batch.cursor(CursorDirectory.FOLLOWER_USER, name, sequence)
                || !batch.flush()) {
            return false;
        }
        journaledSequence = sequence;
        return true;
    }
}
