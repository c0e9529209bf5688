package io.stentor.perf.load;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Hands on the tenth message after the eleventh, each under the other's offset, as a path that reorders does. */
final class SwappedDelivery implements DeliveryListener {
    private static final int HELD = 10;

    private final DeliveryListener listener;
    private final UnsafeBuffer held = new UnsafeBuffer(new byte[RunOptions.SIZE_MAX]);
    private int deliveries;

    SwappedDelivery(final DeliveryListener listener) {
        this.listener = listener;
    }

    @Override
    public void onDelivery(
            final long topicId, final long offset, final DirectBuffer buffer, final int index, final int length) {
        deliveries++;
        if (deliveries == HELD) {
            held.putBytes(0, buffer, index, length);
            return;
        }
        listener.onDelivery(topicId, offset, buffer, index, length);
        if (deliveries == HELD + 1) {
            listener.onDelivery(topicId, offset - 1, held, 0, length);
        }
    }
}
