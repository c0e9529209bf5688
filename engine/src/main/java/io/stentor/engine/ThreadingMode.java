package io.stentor.engine;

/** Which threads an engine runs on. */
public enum ThreadingMode {
    /** None: the caller's thread runs everything in {@link DeliveryEngine#doWork}. For tests and simulation. */
    INVOKER,
    /** One thread for the whole path of a message, one for the shard, one for the views. Right for two cores. */
    SHARED,
    /** One thread per step. For machines with cores to spare. */
    DEDICATED
}
