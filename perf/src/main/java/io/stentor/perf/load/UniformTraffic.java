package io.stentor.perf.load;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.util.stream.IntStream;

/** Messages of one length to each topic in turn, and every session subscribes to every topic. */
final class UniformTraffic implements Traffic {
    private final int[] allTopics;
    private final int subscribers;
    private final int payloadLength;
    private final AckLevel level;
    private int topic;

    UniformTraffic(final int topics, final int subscribers, final int payloadLength, final AckLevel level) {
        allTopics = IntStream.range(0, topics).toArray();
        this.subscribers = subscribers;
        this.payloadLength = payloadLength;
        this.level = level;
    }

    @Override
    public int topics() {
        return allTopics.length;
    }

    @Override
    public int subscribers() {
        return subscribers;
    }

    @Override
    public int payloadLengthMax() {
        return payloadLength;
    }

    @Override
    public int[] topicsOf(final int subscriber) {
        return allTopics.clone();
    }

    @Override
    public int subscriberCount(final int ofTopic) {
        return subscribers;
    }

    @Override
    public DeliveryClass deliveryClass(final int ofTopic) {
        return DeliveryClass.CHAT;
    }

    @Override
    public AckLevel level(final int ofTopic) {
        return level;
    }

    @Override
    public void select(final long number) {
        topic = (int) (number % allTopics.length);
    }

    @Override
    public int topic() {
        return topic;
    }

    @Override
    public int payloadLength() {
        return payloadLength;
    }
}
