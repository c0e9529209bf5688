package io.stentor.engine.pipeline;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;

/** The rows of the delivery classes' policy that the pipeline obeys. */
final class Classes {

    private Classes() {}

    /** The acknowledgement that a message of the class gets when its publisher asks for none in particular. */
    static AckLevel defaultLevel(final DeliveryClass deliveryClass) {
        return switch (deliveryClass) {
            case PAYMENT -> AckLevel.SYNCED;
            case RECEIPT, SIGNAL -> AckLevel.ACCEPTED;
            default -> AckLevel.JOURNALED;
        };
    }
}
