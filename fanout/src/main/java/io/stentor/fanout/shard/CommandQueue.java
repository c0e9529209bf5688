package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * The one way into the shard's thread: a bounded queue with many writers. {@link #offer}, {@link #closed} and
 * {@link #close} may be called by any thread, {@link #drain} and {@link #takeSweep} by the shard's only.
 */
final class CommandQueue {

    /** Takes commands on the shard's thread. */
    interface Taker {

        /** A session's command; null when the session has closed. */
        void onCommand(Session session, ClientCommand command);
    }

    private record Entry(Session session, ClientCommand command) {}

    private final ManyToOneConcurrentArrayQueue<Entry> queue;

    /** Written by any thread, read and reset by the shard's: a close found no room and the sessions are to be looked at. */
    private volatile boolean sweep;

    /** Written by the shard's thread, read by any. */
    private volatile boolean closed;

    CommandQueue(final int capacity) {
        this.queue = new ManyToOneConcurrentArrayQueue<>(capacity);
    }

    boolean offer(final Session session, final ClientCommand command) {
        return !closed && queue.offer(new Entry(session, command));
    }

    /** Says that a session has closed, which is never refused: when there is no room, all sessions are looked at. */
    void closed(final Session session) {
        if (!queue.offer(new Entry(session, null))) {
            sweep = true;
        }
    }

    int drain(final Taker taker, final int limit) {
        int count = 0;
        Entry entry;
        while (count < limit && (entry = queue.poll()) != null) {
            taker.onCommand(entry.session, entry.command);
            count++;
        }
        return count;
    }

    boolean takeSweep() {
        if (!sweep) {
            return false;
        }
        sweep = false;
        return true;
    }

    void close() {
        closed = true;
    }
}
