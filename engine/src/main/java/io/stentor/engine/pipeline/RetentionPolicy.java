package io.stentor.engine.pipeline;

import io.stentor.transport.wire.DeliveryClass;

/**
 * How long the journal keeps what.
 *
 * @param bytes of sealed files, beyond which the oldest go whatever their age; 0 for no limit.
 * @param ages for how long messages of each class hold their file, or outlive it, in nanoseconds of engine time.
 * @param pinAgeNs for how long a follower that is behind holds a file, in nanoseconds of engine time.
 * @param pinBytes by how much sealed files may exceed {@code bytes} for a follower that is behind; 0 for no limit.
 */
public record RetentionPolicy(long bytes, Ages ages, long pinAgeNs, long pinBytes) {

    /** Messages of this class hold their file for ever. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** The age of each class. */
    public interface Ages {
        /** How long a message of the class holds its file, in nanoseconds; {@link #FOREVER} for always, 0 for not at all. */
        long ageNs(DeliveryClass deliveryClass);
    }
}
