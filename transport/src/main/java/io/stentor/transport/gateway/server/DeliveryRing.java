package io.stentor.transport.gateway.server;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A bounded queue of (outbox, message) from one producer, the shard's thread, to one consumer, an event loop.
 *
 * <p>There is one per event loop and none per connection: a connection that is idle costs nothing here, and a fan-out to
 * a thousand sockets wakes the event loop once.
 */
final class DeliveryRing {

    /** Two cache lines in longs, since processors fetch them in pairs: what one thread writes keeps that far from the other's. */
    private static final int APART = 16;

    /** Entries that were taken. Written by the consumer, read by the producer. */
    private static final int HEAD = APART;

    /** The consumer's last view of {@link #TAIL}: it looks again only when the ring seems empty. */
    private static final int TAIL_SEEN = HEAD + 1;

    /** Entries that were added. Written by the producer, read by the consumer. */
    private static final int TAIL = HEAD + APART;

    /** The producer's last view of {@link #HEAD}: it looks again only when the ring seems full. */
    private static final int HEAD_SEEN = TAIL + 1;

    private final AtomicLongArray marks = new AtomicLongArray(TAIL + APART);
    private final ClientOutbox[] outboxes;
    private final Object[] messages;
    private final int mask;

    /** A ring of {@code capacity} places, a power of two. */
    DeliveryRing(final int capacity) {
        outboxes = new ClientOutbox[capacity];
        messages = new Object[capacity];
        mask = capacity - 1;
    }

    /** Producer: adds an entry; false when the ring is full. */
    boolean offer(final ClientOutbox outbox, final Object message) {
        final long next = marks.getPlain(TAIL);
        if (next - marks.getPlain(HEAD_SEEN) > mask) {
            final long head = marks.getAcquire(HEAD);
            marks.setPlain(HEAD_SEEN, head);
            if (next - head > mask) {
                return false;
            }
        }
        final int index = (int) next & mask;
        outboxes[index] = outbox;
        messages[index] = message;
        marks.setRelease(TAIL, next + 1);
        return true;
    }

    /** Consumer: whether nothing is waiting. */
    boolean isEmpty() {
        final long head = marks.getPlain(HEAD);
        if (head < marks.getPlain(TAIL_SEEN)) {
            return false;
        }
        final long tail = marks.getAcquire(TAIL);
        marks.setPlain(TAIL_SEEN, tail);
        return head == tail;
    }

    /** Consumer: whose entry is first; null when the ring is empty. */
    ClientOutbox first() {
        return isEmpty() ? null : outboxes[(int) marks.getPlain(HEAD) & mask];
    }

    /** Consumer: takes the first entry, which must exist. */
    Object take() {
        final long at = marks.getPlain(HEAD);
        final int index = (int) at & mask;
        final Object message = messages[index];
        outboxes[index] = null;
        messages[index] = null;
        marks.setRelease(HEAD, at + 1);
        return message;
    }
}
