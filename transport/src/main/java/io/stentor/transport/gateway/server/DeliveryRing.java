package io.stentor.transport.gateway.server;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A bounded queue of (outbox, message) from one producer, the shard's thread, to one consumer, an event loop.
 *
 * <p>There is one per event loop and none per connection: a connection that is idle costs nothing here, and a fan-out to
 * a thousand sockets wakes the event loop once.
 */
final class DeliveryRing {

    private final ClientOutbox[] outboxes;
    private final Object[] messages;
    private final int mask;

    /** Written by the producer, read by the consumer. */
    private final AtomicLong tail = new AtomicLong();

    /** Written by the consumer, read by the producer. */
    private final AtomicLong head = new AtomicLong();

    /** The producer's last view of {@link #head}: it looks again only when the ring seems full. */
    private long headSeen;

    /** A ring of {@code capacity} places, a power of two. */
    DeliveryRing(final int capacity) {
        outboxes = new ClientOutbox[capacity];
        messages = new Object[capacity];
        mask = capacity - 1;
    }

    /** Producer: adds an entry; false when the ring is full. */
    boolean offer(final ClientOutbox outbox, final Object message) {
        final long next = tail.getPlain();
        if (next - headSeen > mask) {
            headSeen = head.getAcquire();
            if (next - headSeen > mask) {
                return false;
            }
        }
        final int index = (int) next & mask;
        outboxes[index] = outbox;
        messages[index] = message;
        tail.setRelease(next + 1);
        return true;
    }

    /** Consumer: whether nothing is waiting. */
    boolean isEmpty() {
        return head.getPlain() == tail.getAcquire();
    }

    /** Consumer: whose entry is first; null when the ring is empty. */
    ClientOutbox first() {
        return isEmpty() ? null : outboxes[(int) head.getPlain() & mask];
    }

    /** Consumer: takes the first entry, which must exist. */
    Object take() {
        final long at = head.getPlain();
        final int index = (int) at & mask;
        final Object message = messages[index];
        outboxes[index] = null;
        messages[index] = null;
        head.setRelease(at + 1);
        return message;
    }
}
