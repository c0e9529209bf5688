package io.stentor.perf.load;

import org.agrona.DirectBuffer;

/** What a path calls for each message that reaches a subscriber, on the thread that delivers. */
@FunctionalInterface
interface DeliveryListener {
    /**
     * Takes one message.
     *
     * @param topicId the path's id of the topic.
     * @param offset the message's offset in its topic.
     * @param buffer that holds the payload, valid during the call only.
     * @param index where the payload begins.
     * @param length of the payload in bytes.
     */
    void onDelivery(long topicId, long offset, DirectBuffer buffer, int index, int length);
}
