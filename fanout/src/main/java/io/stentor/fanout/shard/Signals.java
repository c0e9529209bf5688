package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Push;
import io.stentor.transport.wire.SignalDecoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Typing signals: from local sessions to the topic's other subscribers here and to the engine, and from the engine to the
 * subscribers here. One thread, the shard's. The latest per topic and user wins within one flush; what finds no room
 * anywhere is dropped.
 */
final class Signals {

    /** How long a signal means anything, in milliseconds: 6 s, as the class SIGNAL says. */
    static final int TTL_MS = 6_000;

    /** How often signals are passed on, in nanoseconds: 50 ms, below what a person notices. */
    static final long FLUSH_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Signals that wait for a flush; 200,000 a second. */
    private static final int PENDING_MAX = 10_000;

    private record Key(ShardTopic topic, String user) {}

    private final Map<Key, String> pending = new LinkedHashMap<>();
    private final ControlStream control;
    private final TopicTable topics;
    private final int shardId;
    private long flushAtNs;

    Signals(final ControlStream control, final TopicTable topics, final int shardId) {
        this.control = control;
        this.topics = topics;
        this.shardId = shardId;
    }

    /** A local user is typing. */
    void onTyping(final Subscription subscription) {
        if (pending.size() < PENDING_MAX) {
            final Session session = subscription.session;
            pending.put(new Key(subscription.topic, session.user()), session.client());
        }
    }

    /** Somebody is typing elsewhere; what comes from this shard has been shown here already. */
    void onSignal(final SignalDecoder signal) {
        if (signal.shardId() == shardId) {
            return;
        }
        final int ttlMs = signal.ttlMs();
        final ShardTopic topic = topics.byName(signal.topicName());
        if (topic != null) {
            final String user = signal.user();
            show(topic, user, signal.client(), ttlMs);
        }
    }

    /** Passes on what came together since the last flush. */
    int tick(final long nowNs) {
        if (pending.isEmpty() || flushAtNs - nowNs > 0) {
            return 0;
        }
        flushAtNs = nowNs + FLUSH_INTERVAL_NS;
        final int work = pending.size();
        for (final Map.Entry<Key, String> signal : pending.entrySet()) {
            final Key key = signal.getKey();
            show(key.topic, key.user, signal.getValue(), TTL_MS);
            control.signal(key.topic, key.user, signal.getValue(), TTL_MS);
        }
        pending.clear();
        return work;
    }

    private static void show(final ShardTopic topic, final String user, final String client, final int ttlMs) {
        final Push push = new Push.Typing(topic.name, user, (int) TimeUnit.MILLISECONDS.toSeconds(ttlMs));
        for (int i = 0; i < topic.size(); i++) {
            final Subscription subscription = topic.get(i);
            if (subscription.state == Subscription.State.LIVE
                    && !subscription.session.client().equals(client)) {
                subscription.session.push(push);
            }
        }
    }
}
