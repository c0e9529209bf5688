package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.NanoClock;

/**
 * The life of subscriptions: how they begin, and the ways in which they end. One thread, the shard's.
 *
 * <p>A subscription that fell behind is not dropped. Nothing more is pushed for it, its client is told with code 2500 as soon
 * as the outbox has room, and recovers; only when even that cannot be said in time is the connection ended.
 */
final class Subscriptions {

    /** The client protocol's code for "subscribe again, with recovery". */
    static final int INSUFFICIENT_STATE = 2500;

    static final String INSUFFICIENT_STATE_REASON = "insufficient state";

    /** Ends told in one tick: 64 a millisecond lets 64,000 clients a second come back, no faster. */
    private static final int NOTICES_PER_TICK = 64;

    /** How long a notice waits for room in an outbox before it is tried again, in nanoseconds: 50 ms, a few frames of a phone. */
    private static final long NOTICE_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long an outbox may have no room for a notice, in nanoseconds: 30 s, longer than a ping takes to find a dead peer. */
    static final long NOTICE_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(30);

    private final ArrayDeque<Subscription> notices = new ArrayDeque<>();
    private final ArrayDeque<Subscription> retries = new ArrayDeque<>();
    private final TopicTable topics;
    private final SessionTable sessions;
    private final Presence presence;
    private final AckTracker acks;
    private final NanoClock clock;

    /** Written by the shard's thread, read by any. */
    private final AtomicLong behind = new AtomicLong();

    private long retryAtNs;

    Subscriptions(
            final TopicTable topics,
            final SessionTable sessions,
            final Presence presence,
            final AckTracker acks,
            final NanoClock clock) {
        this.topics = topics;
        this.sessions = sessions;
        this.presence = presence;
        this.acks = acks;
        this.clock = clock;
    }

    /** Adds a subscription that is yet to be answered. */
    void add(final Subscription subscription) {
        final ShardTopic topic = subscription.topic;
        subscription.session.subscriptions.add(subscription);
        topic.add(subscription);
        sessions.subscriptionsChanged(1);
        if (topic.state == ShardTopic.State.LINGERING) {
            topic.state = ShardTopic.State.LIVE;
        }
    }

    /** Removes a subscription; what it did not acknowledge keeps its device's cursor back. */
    void remove(final Subscription subscription) {
        if (subscription.isEnded()) {
            return;
        }
        acks.ended(subscription);
        presence.leave(subscription);
        if (subscription.recovery != null && subscription.recovery.fetch != null) {
            subscription.recovery.fetch.cancel();
        }
        subscription.recovery = null;
        subscription.state = Subscription.State.ENDED;
        subscription.session.subscriptions.remove(subscription);
        subscription.topic.remove(subscription);
        sessions.subscriptionsChanged(-1);
        if (subscription.topic.size() == 0) {
            topics.linger(subscription.topic, clock.nanoTime());
        }
    }

    /** The sink is full, or the chain cannot be continued: the client is told to come back with its position. */
    void insufficient(final Subscription subscription) {
        end(subscription, INSUFFICIENT_STATE, INSUFFICIENT_STATE_REASON);
    }

    /** Ends a subscription once its client has been told. Safe while the topic's subscriptions are being walked over. */
    void end(final Subscription subscription, final int code, final String reason) {
        if (subscription.state == Subscription.State.ENDING || subscription.isEnded()) {
            return;
        }
        if (subscription.recovery != null && subscription.recovery.fetch != null) {
            subscription.recovery.fetch.cancel();
        }
        if (code == INSUFFICIENT_STATE) {
            behind.setRelease(behind.getPlain() + 1);
        }
        subscription.recovery = null;
        subscription.state = Subscription.State.ENDING;
        subscription.endCode = code;
        subscription.endReason = reason;
        subscription.deadlineNs = clock.nanoTime() + NOTICE_TIMEOUT_NS;
        notices.add(subscription);
    }

    /** How many subscriptions were told to come back with their position, or are to be. Any thread. */
    long behind() {
        return behind.get();
    }

    /** Ends the subscriptions that have a place in a topic that is gone. */
    void insufficient(final ShardTopic topic) {
        for (int i = topic.size() - 1; i >= 0; i--) {
            if (topic.get(i).isPositioned()) {
                insufficient(topic.get(i));
            }
        }
    }

    /** Ends the subscriptions that have got further than the chain has brought their topic. */
    void insufficientBeyond(final ShardTopic topic) {
        for (int i = topic.size() - 1; i >= 0; i--) {
            if (topic.get(i).isPositioned() && topic.get(i).offset > topic.head) {
                insufficient(topic.get(i));
            }
        }
    }

    /** Tells clients of the ends that wait to be told, a portion at a time. */
    int tick(final long nowNs) {
        int room = NOTICES_PER_TICK;
        while (room > 0 && !notices.isEmpty()) {
            room--;
            tell(notices.remove(), nowNs);
        }
        if (retryAtNs - nowNs <= 0) {
            retryAtNs = nowNs + NOTICE_RETRY_NS;
            for (int i = Math.min(room, retries.size()); i > 0; i--) {
                tell(retries.remove(), nowNs);
            }
        }
        return NOTICES_PER_TICK - room;
    }

    private void tell(final Subscription subscription, final long nowNs) {
        if (subscription.isEnded() || subscription.session.isEnding()) {
            return;
        }
        if (subscription.session.push(
                new Push.Unsubscribed(subscription.topic.name, subscription.endCode, subscription.endReason))) {
            remove(subscription);
        } else if (subscription.deadlineNs - nowNs <= 0) {
            subscription.session.end(Disconnect.SLOW);
        } else {
            retries.add(subscription);
        }
    }
}
