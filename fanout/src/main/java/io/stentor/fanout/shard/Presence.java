package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Push;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Who is subscribed to a topic on this shard. One thread, the shard's. Joins and leaves are soft state: a full outbox drops
 * them.
 */
final class Presence {

    /** A subscription has become live: the others who asked are told. */
    void join(final Subscription subscription) {
        if (!subscription.present) {
            subscription.present = true;
            if (subscription.topic.joinLeaves > 0) {
                tell(subscription, new Push.Join(subscription.topic.name, subscription.session.who()));
            }
        }
    }

    /** A subscription has ended: the others who asked are told. */
    void leave(final Subscription subscription) {
        if (subscription.present) {
            subscription.present = false;
            if (subscription.topic.joinLeaves > 0) {
                tell(subscription, new Push.Leave(subscription.topic.name, subscription.session.who()));
            }
        }
    }

    /** The subscribers of a topic by connection id. */
    Map<String, ClientInfo> members(final ShardTopic topic) {
        final Map<String, ClientInfo> members = new LinkedHashMap<>();
        for (int i = 0; topic != null && i < topic.size(); i++) {
            final Subscription subscription = topic.get(i);
            if (subscription.present) {
                members.put(subscription.session.client(), subscription.session.who());
            }
        }
        return members;
    }

    int clients(final ShardTopic topic) {
        int clients = 0;
        for (int i = 0; topic != null && i < topic.size(); i++) {
            clients += topic.get(i).present ? 1 : 0;
        }
        return clients;
    }

    int users(final ShardTopic topic) {
        final Set<String> users = new HashSet<>();
        for (int i = 0; topic != null && i < topic.size(); i++) {
            if (topic.get(i).present) {
                users.add(topic.get(i).session.user());
            }
        }
        return users.size();
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
