package io.stentor.perf.load;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/** A clock with a fault: it is wrong while something is delivered, or jumps between two messages as in a generator that stands. */
final class PlantedClock extends SteppingClock {
    private static final long ERROR_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long STALL_NS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final int NEVER = Integer.MIN_VALUE;

    /** Of the generator's thread alone: a loopback path delivers on it. */
    private final Thread[] generator = new Thread[1];

    private boolean delivering;
    private int readings = NEVER;

    @Override
    public long nanoTime() {
        if (Thread.currentThread() == generator[0]) {
            // The first reading after an offer belongs to the message, the second to the wait for the next one.
            if (readings != NEVER && ++readings == 2) {
                readings = NEVER;
                jump(STALL_NS);
            }
            return super.nanoTime() + (delivering ? ERROR_NS : 0);
        }
        return super.nanoTime();
    }

    /** A tap behind which this clock is wrong. */
    DeliveryListener wrongWhileDelivering(final DeliveryListener listener) {
        return (topicId, offset, buffer, index, length) -> {
            generator[0] = Thread.currentThread();
            delivering = true;
            listener.onDelivery(topicId, offset, buffer, index, length);
            delivering = false;
        };
    }

    /** A path behind one message of which the generator stands still. */
    MessagePath stalling(
            final RunOptions options, final List<? extends DeliveryListener> subscribers, final long message) {
        return new LoopbackPath(options, subscribers, null) {
            private long offers;

            @Override
            public long offer(final int topic, final DirectBuffer buffer, final int length) {
                final long code = super.offer(topic, buffer, length);
                if (++offers == message) {
                    generator[0] = Thread.currentThread();
                    readings = 0;
                }
                return code;
            }
        };
    }
}
