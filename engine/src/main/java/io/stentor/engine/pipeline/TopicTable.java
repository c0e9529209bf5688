package io.stentor.engine.pipeline;

import io.stentor.fanout.route.RoutedTopic;
import io.stentor.fanout.route.TopicLookup;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.TopicName;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * All topics by name and by id. Any thread finds them; the sequencing step alone opens them. Ids are dense from 1, in the
 * order in which records opened the topics.
 */
public final class TopicTable implements TopicLookup {

    private final ConcurrentMap<String, TopicState> byName = new ConcurrentHashMap<>();
    /** Written by the sequencing step; read by any thread that has learned of an id. */
    private volatile TopicState[] byId = new TopicState[1024];

    private long lastId;

    /**
     * The topic of a name, for publishing to it.
     *
     * @param name a valid name.
     * @return the one object of that name, opened or not.
     * @throws IllegalArgumentException when the name is not valid.
     */
    public TopicState intern(final String name) {
        final TopicState known = byName.get(name);
        if (known != null) {
            return known;
        }
        TopicName.validate(name);
        return byName.computeIfAbsent(name, key -> new TopicState(key, MessageKeys.hashOfName(key)));
    }

    /** The topic of that name, or null when no record has opened one. */
    public TopicState find(final String name) {
        final TopicState topic = byName.get(name);
        return topic == null || !topic.exists() ? null : topic;
    }

    /** The topic of that id, or null when no record has opened one. */
    public TopicState find(final long topicId) {
        final TopicState[] topics = byId;
        return topicId <= 0 || topicId >= topics.length ? null : topics[(int) topicId];
    }

    @Override
    public RoutedTopic byName(final String name) {
        final TopicState topic = find(name);
        return topic == null ? null : topic.routed();
    }

    @Override
    public RoutedTopic byId(final long topicId) {
        final TopicState topic = find(topicId);
        return topic == null ? null : topic.routed();
    }

    /** How many topics records have opened. */
    public long size() {
        return lastId;
    }

    /** After a restart: what routing and reading know of each topic is what sequencing has rebuilt. */
    void restoreRouted() {
        final TopicState[] topics = byId;
        for (int i = 1; i <= lastId; i++) {
            topics[i].routed().restore(topics[i].headOffset());
            topics[i].raiseHeadFloor(topics[i].headOffset());
        }
    }

    /**
     * Names the topics up to an id whose records were given up, so that what else there is of them can be read.
     *
     * @return the topic of that id.
     */
    TopicState nameLost(final long topicId, final DeliveryClass deliveryClass) {
        while (lastId < topicId) {
            final StringBuilder name = new StringBuilder("lost-topic-").append(nextId());
            while (intern(name.toString()).exists()) {
                name.append('+');
            }
            final TopicState topic = intern(name.toString());
            topic.open(nextId(), deliveryClass);
            opened(topic);
        }
        return find(topicId);
    }

    long nextId() {
        return lastId + 1;
    }

    void opened(final TopicState topic) {
        final long topicId = topic.id();
        if (topicId != lastId + 1) {
            throw new IllegalStateException("topic " + topic.name() + " has id " + topicId + " after " + lastId);
        }
        TopicState[] topics = byId;
        if (topicId >= topics.length) {
            topics = Arrays.copyOf(topics, topics.length * 2);
        }
        topics[(int) topicId] = topic;
        lastId = topicId;
        byId = topics;
    }
}
