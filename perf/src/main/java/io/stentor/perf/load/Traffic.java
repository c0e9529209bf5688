package io.stentor.perf.load;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;

/**
 * The messages of a run and who is to get them. What {@link #select} selects is the generator's; everything else is settled
 * before: any thread.
 */
interface Traffic {
    /** Number of topics, from 1. */
    int topics();

    /** Number of sessions, from 1. */
    int subscribers();

    /** Length of the longest payload in bytes. */
    int payloadLengthMax();

    /**
     * The topics that a session subscribes to, each once.
     *
     * @param subscriber from 0.
     */
    int[] topicsOf(int subscriber);

    /** How many sessions subscribe to a topic. */
    int subscriberCount(int topic);

    /** The class of a topic. */
    DeliveryClass deliveryClass(int topic);

    /** The level that a topic's messages ask for; null for that of the topic's class. */
    AckLevel level(int topic);

    /** Moves to a message, by its number from 0. */
    void select(long number);

    /** The topic that the selected message goes to. */
    int topic();

    /** Bytes of the selected message's payload. */
    int payloadLength();
}
