package io.stentor.perf.plan.profile;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;

/**
 * What a row's messages are promised.
 *
 * @param deliveryClass of their topics.
 * @param level that their publisher asks for; in a cluster {@code SYNCED} stands for {@code REPLICATED_SYNCED}.
 * @param retainHours for which the journal keeps them; 0 for classes that it does not keep.
 */
public record Contract(DeliveryClass deliveryClass, AckLevel level, double retainHours) {

    /** Whether each message is a record of the journal; receipts are conflated, signals never reach it. */
    public boolean isJournaled() {
        return isJournaled(deliveryClass);
    }

    /** Whether the message is acknowledged only once it was forced to the device. */
    public boolean isSynced() {
        return level == AckLevel.SYNCED;
    }

    static boolean isJournaled(final DeliveryClass deliveryClass) {
        return deliveryClass != DeliveryClass.RECEIPT && deliveryClass != DeliveryClass.SIGNAL;
    }

    /** The level of the design's table. */
    static AckLevel defaultLevel(final DeliveryClass deliveryClass) {
        return switch (deliveryClass) {
            case PAYMENT -> AckLevel.SYNCED;
            case RECEIPT -> AckLevel.ACCEPTED;
            case SIGNAL -> AckLevel.NONE;
            default -> AckLevel.JOURNALED;
        };
    }
}
