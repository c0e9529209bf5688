package io.stentor.engine.pipeline;

import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.DeliveryClass;
import org.agrona.DirectBuffer;

/**
 * Which records outlive their journal file, and until when: the one place that says so. They do not hold the file, they are
 * kept beside the journal when it goes. Now payments; what a topic has of them is kept without a gap, since a topic has one
 * class and engine time goes on with offsets.
 */
final class RecordLife {

    /** {@link #endNs} of a record that goes with its file. */
    static final long NONE = 0;

    private final RetentionPolicy policy;

    RecordLife(final RetentionPolicy policy) {
        this.policy = policy;
    }

    /**
     * When a record has lived long enough.
     *
     * @return engine time, nanoseconds since 1970; {@link RetentionPolicy#FOREVER} for never, {@link #NONE} if it goes with
     *     its file.
     */
    long endNs(final DirectBuffer buffer, final int offset) {
        if (RecordLayout.type(buffer, offset) != RecordType.MESSAGE
                || DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)) != DeliveryClass.PAYMENT) {
            return NONE;
        }
        final long ageNs = policy.ages().ageNs(DeliveryClass.PAYMENT);
        final long timestampNs = RecordLayout.timestampNs(buffer, offset);
        return ageNs >= RetentionPolicy.FOREVER - timestampNs ? RetentionPolicy.FOREVER : timestampNs + ageNs;
    }
}
