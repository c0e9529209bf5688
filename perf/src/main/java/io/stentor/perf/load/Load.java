package io.stentor.perf.load;

/** Decides when each message is sent. Runs on the generator's thread. */
interface Load {
    /** Sends every message; returns when all are sent or the sender stops. */
    void drive(Sender sender);

    /** Number of the first message whose latency means something; {@link Long#MAX_VALUE} if none does. */
    long recordFrom();

    /** How long sending takes if the path keeps up, in nanoseconds; {@link Long#MAX_VALUE} if that is not known. */
    long durationNs();
}
