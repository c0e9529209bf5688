package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Object2IntCounterMap;
import org.agrona.concurrent.NanoClock;

/**
 * Who is subscribed to a topic on this shard. One thread, the shard's. Soft state: it lives as long as the subscriptions, and
 * joins and leaves are told as long as that is cheap. A topic with many subscribers tells none, a busy one so many a second, a
 * full outbox none; whoever needs to know asks.
 */
final class Presence {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** Users of a topic with more clients are counted as they come and go; those of the many small topics when asked for. */
    static final int SMALL_MAX = 64;

    private final PresenceLimits limits;
    private final NanoClock clock;
    private final long tellIntervalNs;

    Presence(final PresenceLimits limits, final NanoClock clock) {
        this.limits = limits;
        this.clock = clock;
        this.tellIntervalNs = SECOND_NS / limits.tellsPerSecondMax();
    }

    /** A subscription has become live: the others who asked are told. */
    void join(final Subscription subscription) {
        if (!subscription.present) {
            final ShardTopic topic = subscription.topic;
            subscription.present = true;
            topic.clients++;
            if (topic.users != null) {
                topic.users.getAndIncrement(subscription.session.user());
            } else if (topic.clients > SMALL_MAX) {
                topic.users = usersOf(topic);
            }
            if (mayTell(subscription)) {
                tell(subscription, new Push.Join(topic.name, subscription.session.who()));
            }
        }
    }

    /** A subscription has ended: the others who asked are told. */
    void leave(final Subscription subscription) {
        if (subscription.present) {
            final ShardTopic topic = subscription.topic;
            subscription.present = false;
            topic.clients--;
            if (topic.users != null) {
                topic.users.getAndDecrement(subscription.session.user());
                // Not at the limit itself, or one client that comes and goes would have all the others counted each
                // time.
                topic.users = topic.clients < SMALL_MAX / 2 ? null : topic.users;
            }
            if (mayTell(subscription)) {
                tell(subscription, new Push.Leave(topic.name, subscription.session.who()));
            }
        }
    }

    /** True when the topic has few enough subscribers for them to be listed. */
    boolean isListed(final ShardTopic topic) {
        return topic == null || topic.clients <= limits.membersMax();
    }

    /** The answer to a client that asks for the subscribers by connection id. */
    Reply members(final ShardTopic topic) {
        if (!isListed(topic)) {
            return new Reply.Failed(
                    ClientError.LIMIT_EXCEEDED,
                    "the topic has " + topic.clients + " subscribers and at most " + limits.membersMax()
                            + " are listed: ask presence_stats");
        }
        final Map<String, ClientInfo> members = new LinkedHashMap<>();
        for (int i = 0; topic != null && i < topic.size(); i++) {
            final Subscription subscription = topic.get(i);
            if (subscription.present) {
                members.put(subscription.session.client(), subscription.session.who());
            }
        }
        return new Reply.PresenceMembers(members);
    }

    int clients(final ShardTopic topic) {
        return topic == null ? 0 : topic.clients;
    }

    /** How many different users; takes the same time for 100,000 as for one. */
    int users(final ShardTopic topic) {
        if (topic == null || topic.clients == 0) {
            return 0;
        }
        return topic.users == null ? usersOf(topic).size() : topic.users.size();
    }

    private boolean mayTell(final Subscription about) {
        final ShardTopic topic = about.topic;
        final int asked = topic.joinLeaves - (about.joinLeave ? 1 : 0);
        if (asked == 0 || topic.size() > limits.toldMax()) {
            return false;
        }
        final long nowNs = clock.nanoTime();
        final boolean ahead = topic.hasTold && topic.tellDueNs - nowNs > 0;
        final long nextNs = (ahead ? topic.tellDueNs : nowNs) + tellIntervalNs;
        if (nextNs - nowNs > SECOND_NS) {
            return false;
        }
        topic.hasTold = true;
        topic.tellDueNs = nextNs;
        return true;
    }

    private static Object2IntCounterMap<String> usersOf(final ShardTopic topic) {
        final Object2IntCounterMap<String> users = new Object2IntCounterMap<>(0);
        for (int i = 0; i < topic.size(); i++) {
            if (topic.get(i).present) {
                users.getAndIncrement(topic.get(i).session.user());
            }
        }
        return users;
    }

    private static void tell(final Subscription about, final Push push) {
        final ShardTopic topic = about.topic;
        for (int i = 0; i < topic.size(); i++) {
            final Subscription other = topic.get(i);
            if (other != about && other.joinLeave && other.present) {
                other.session.push(push);
            }
        }
    }
}
