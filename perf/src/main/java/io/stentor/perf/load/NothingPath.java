package io.stentor.perf.load;

import java.util.List;
import org.agrona.DirectBuffer;

/** A path that does nothing but hand each message to its subscribers at once: what it takes is the rig's own cost. */
final class NothingPath implements MessagePath {
    private final List<? extends DeliveryListener> subscribers;
    private final long[] offsets;
    private long tickets;

    NothingPath(final int topics, final List<? extends DeliveryListener> subscribers) {
        this.subscribers = subscribers;
        this.offsets = new long[topics];
    }

    @Override
    public long offer(final int topic, final DirectBuffer buffer, final int length) {
        final long offset = ++offsets[topic];
        for (int i = 0; i < subscribers.size(); i++) {
            subscribers.get(i).onDelivery(topic + 1L, offset, buffer, 0, length);
        }
        return ++tickets;
    }

    @Override
    public String reasonFor(final long code) {
        throw new IllegalStateException("nothing is refused, and " + code + " is no code");
    }

    @Override
    public void drainTimers(final StageLog stages) {
        // Nothing is timed.
    }

    @Override
    public Throwable failure() {
        return null;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
