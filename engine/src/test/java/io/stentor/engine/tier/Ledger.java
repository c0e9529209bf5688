package io.stentor.engine.tier;

import io.stentor.engine.history.History;
import io.stentor.transport.wire.AckLevel;
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
    private final History history;
    private final Map<String, Long> askedNsByKey = new ConcurrentHashMap<>();
    private final Set<String> outOfOrder = ConcurrentHashMap.newKeySet();
    private final AtomicInteger foundAgain = new AtomicInteger();
    private volatile boolean isForgetful;

    /**
     * A ledger.
     *
     * @param violations gets a line for each message that was given two offsets.
     * @param history gets a line for everything that is asked and answered.
     */
    Ledger(final Queue<String> violations, final History history) {
        this.violations = violations;
        this.history = history;
    }

    /** From now on a message may be gone and come again elsewhere: this ledger only counts. */
    Ledger forgetful() {
        isForgetful = true;
        return this;
    }

    /** A publisher is about to publish. */
    void asks(final String publisher, final String topic, final String key, final AckLevel level) {
        askedNsByKey.putIfAbsent(key, System.nanoTime());
        history.witness(publisher).invoked(topic, key, Load.content(key), level);
    }

    /** When a message was asked for first, by {@link System#nanoTime}. */
    long askedNs(final String key) {
        return askedNsByKey.get(key);
    }

    /** A publisher was told that something is not taken, and may be asked for again. */
    void refused(final String publisher, final String topic, final String key, final long code) {
        history.witness(publisher).refused(topic, key, Long.toString(code));
        outOfOrder.add(publisher);
    }

    /** A publisher was told nothing. */
    void unanswered(final String publisher, final String topic, final String key) {
        history.witness(publisher).unanswered(topic, key);
    }

    /**
     * A publish was acknowledged.
     *
     * @param published the answer: the offset, and whether it is that of an earlier publish under this key.
     */
    synchronized void acknowledged(
            final String publisher, final String topic, final String key, final JsonValue published) {
        final long offset = published.at("offset").number();
        history.witness(publisher)
                .acknowledged(
                        topic,
                        key,
                        published.at("epoch").text(),
                        offset,
                        AckLevel.valueOf(published.at("level").text()),
                        published.at("repeated").flag());
        final Map<String, Long> offsetByKey = offsetByKeyByTopic.computeIfAbsent(topic, name -> new LinkedHashMap<>());
        final Long before = offsetByKey.putIfAbsent(key, offset);
        if (isForgetful) {
            // A power cut may have taken the first one: only the history can tell.
            offsetByKey.put(key, offset);
            return;
        }
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
