package io.stentor.fanout.shard;

import java.util.Arrays;
import org.agrona.collections.Object2ObjectHashMap;

/**
 * The subscriptions of one session, by topic. One thread, the shard's.
 *
 * <p>Most sessions have one to five: those are an array that is as long as they are many, and looking through it is faster
 * than a hash. From {@link #ARRAY_MAX} on a map finds them; the array stays, for walking over them.
 */
final class SessionTopics {

    /** So many are looked through one by one. */
    private static final int ARRAY_MAX = 8;

    private static final float LOAD_FACTOR = 0.65f;
    private static final Subscription[] NONE = new Subscription[0];

    private Subscription[] all = NONE;
    private int size;
    private Object2ObjectHashMap<String, Subscription> byTopic;

    int size() {
        return size;
    }

    /** A subscription by its place; places change when one is removed. */
    Subscription at(final int place) {
        return all[place];
    }

    /** The subscription to a topic; null for none. */
    Subscription get(final String topic) {
        if (byTopic != null) {
            return byTopic.get(topic);
        }
        for (int i = 0; i < size; i++) {
            if (all[i].topic.name.equals(topic)) {
                return all[i];
            }
        }
        return null;
    }

    /** Adds a subscription to a topic that there is none to. */
    void add(final Subscription subscription) {
        if (size == all.length) {
            all = Arrays.copyOf(all, size + 1 + (size >> 1));
        }
        all[size++] = subscription;
        if (byTopic != null) {
            byTopic.put(subscription.topic.name, subscription);
        } else if (size > ARRAY_MAX) {
            byTopic = new Object2ObjectHashMap<>(2 * size, LOAD_FACTOR);
            for (int i = 0; i < size; i++) {
                byTopic.put(all[i].topic.name, all[i]);
            }
        }
    }

    /** Removes a subscription; nothing when it is not there. The last one takes its place. */
    void remove(final Subscription subscription) {
        for (int i = 0; i < size; i++) {
            if (all[i] == subscription) {
                size--;
                all[i] = all[size];
                all[size] = null;
                if (byTopic != null) {
                    byTopic.remove(subscription.topic.name);
                }
                break;
            }
        }
        if (size == 0) {
            all = NONE;
            byTopic = null;
        }
    }

    /** What there is now, to walk over while some are removed. */
    Subscription[] copy() {
        return Arrays.copyOf(all, size);
    }
}
