package io.stentor.engine.tier;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What publishers were told: which message of a topic has which offset. Any thread.
 *
 * <p>A message is known by the key that its publisher gave it, which is also its content.
 */
final class Ledger {

    private final Map<String, Map<String, Long>> offsetByKeyByTopic = new HashMap<>();
    private final Queue<String> violations;
    private final Set<String> outOfOrder = ConcurrentHashMap.newKeySet();
    private final AtomicInteger foundAgain = new AtomicInteger();

    /**
     * A ledger.
     *
     * @param violations gets a line for each message that was given two offsets.
     */
    Ledger(final Queue<String> violations) {
        this.violations = violations;
    }

    /**
     * A publish was acknowledged.
     *
     * @param published the answer: the offset, and whether it is that of an earlier publish under this key.
     */
    synchronized void acknowledged(final String topic, final String key, final JsonValue published) {
        final long offset = published.at("offset").number();
        final Map<String, Long> offsetByKey = offsetByKeyByTopic.computeIfAbsent(topic, name -> new LinkedHashMap<>());
        final Long before = offsetByKey.putIfAbsent(key, offset);
        if (before != null && before != offset) {
            violations.add(key + " was acknowledged at offset " + before + " of " + topic + " and then at " + offset);
        }
        if (before != null && !published.at("repeated").flag()) {
            violations.add(key + " of " + topic + " was acknowledged twice as new: " + published);
        }
        if (before == null && published.at("repeated").flag()) {
            foundAgain.incrementAndGet();
        }
    }

    /** A publisher that has many messages on their way had one of them refused: its repeat comes after later ones. */
    void refused(final String publisher) {
        outOfOrder.add(publisher);
    }

    /** Whether a publisher's messages must be in the order in which it numbers them. */
    boolean isInOrder(final String publisher) {
        return !outOfOrder.contains(publisher);
    }

    /** The acknowledged messages of a topic as they are now: offset by key, in the order of acknowledgement. */
    synchronized Map<String, Long> acknowledged(final String topic) {
        return new LinkedHashMap<>(offsetByKeyByTopic.getOrDefault(topic, Map.of()));
    }

    /** How many acknowledgements there were. */
    synchronized int size() {
        return offsetByKeyByTopic.values().stream().mapToInt(Map::size).sum();
    }

    /** How many messages were recorded although their publisher heard of it only when it repeated them. */
    int foundAgain() {
        return foundAgain.get();
    }
}
