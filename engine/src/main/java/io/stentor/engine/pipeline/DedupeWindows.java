package io.stentor.engine.pipeline;

import io.stentor.transport.wire.DeliveryClass;

/**
 * For how long a free-form message id is remembered.
 *
 * @param longNs for classes whose publishers repeat late: PAYMENT, WALLET, BOT and MINI_APP; nanoseconds.
 * @param shortNs for all others; nanoseconds.
 */
public record DedupeWindows(long longNs, long shortNs) {

    long windowNs(final DeliveryClass deliveryClass) {
        return switch (deliveryClass) {
            case PAYMENT, WALLET, BOT, MINI_APP -> longNs;
            default -> shortNs;
        };
    }
}
