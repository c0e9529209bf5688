package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.codec.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What one connection may do with private topics, those whose name begins with {@code $}: a subscription shown with a
 * token that holds gives the right, until it ends. Public topics leave no trace here. Event loop only.
 */
final class Subscriptions {

    /** The end of a right that has none: the server itself subscribed the session. */
    static final long NEVER = Long.MAX_VALUE;

    private static final String PRIVATE_PREFIX = "$";

    /** A subscription that the shard has not answered yet. */
    private record Pending(String topic, long expiresAtSeconds, boolean rejectUnrecovered) {}

    /** Empty and shared until there is one: most connections never have a private topic. */
    private Map<Long, Pending> pending = Map.of();

    private Map<String, Long> live = Map.of();

    static boolean isPrivate(final String topic) {
        return topic.startsWith(PRIVATE_PREFIX);
    }

    /** Whether the connection may publish to a topic and read it. */
    boolean mayUse(final String topic) {
        return !isPrivate(topic) || live.containsKey(topic);
    }

    /** A subscribe was handed to the shard. */
    void asked(final long tag, final String topic, final long expiresAtSeconds, final boolean rejectUnrecovered) {
        if (isPrivate(topic) || rejectUnrecovered) {
            pending = writable(pending);
            pending.put(tag, new Pending(topic, expiresAtSeconds, rejectUnrecovered));
        }
    }

    /** The shard refused a subscribe. */
    void refused(final long tag) {
        take(tag);
    }

    /**
     * The shard took a subscribe.
     *
     * @return the topic to leave again, since the client wanted a recovery or nothing; null to go on.
     */
    String rejected(final long tag, final Reply.Subscribed reply) {
        final Pending asked = pending.get(tag);
        if (asked != null && asked.rejectUnrecovered && reply.wasRecovering() && !reply.recovered()) {
            take(tag);
            return asked.topic;
        }
        return null;
    }

    /** What the client is told of a subscription. */
    Answer answer(final long tag, final Reply.Subscribed reply, final long nowSeconds) {
        final Pending asked = take(tag);
        Answer.Lifetime lifetime = Answer.Lifetime.UNLIMITED;
        if (asked != null && isPrivate(asked.topic)) {
            live = writable(live);
            live.put(asked.topic, asked.expiresAtSeconds);
            lifetime = lifetime(asked.expiresAtSeconds, nowSeconds);
        }
        return new Answer.Subscribed(
                before(reply), reply.wasRecovering(), reply.recovered(), reply.publications(), lifetime);
    }

    /** The right to a topic was extended; false when there is none. */
    boolean extended(final String topic, final long expiresAtSeconds) {
        return live.containsKey(topic) && live.put(topic, expiresAtSeconds) != null;
    }

    /** The server subscribed the session. */
    void opened(final String topic) {
        if (isPrivate(topic)) {
            live = writable(live);
            live.put(topic, NEVER);
        }
    }

    /** A subscription has ended. */
    void ended(final String topic) {
        if (live.containsKey(topic)) {
            live.remove(topic);
        }
    }

    /** When the next right ends, seconds since 1970; {@link #NEVER} for none. */
    long nextExpirySeconds() {
        if (live.isEmpty()) {
            return NEVER;
        }
        long next = NEVER;
        for (final long expiry : live.values()) {
            next = Math.min(next, expiry);
        }
        return next;
    }

    /** Takes away the rights that ended at or before a moment, and names their topics. */
    List<String> expire(final long seconds) {
        final List<String> ended = new ArrayList<>();
        live.forEach((topic, expiry) -> {
            if (expiry <= seconds) {
                ended.add(topic);
            }
        });
        ended.forEach(live::remove);
        return ended;
    }

    /** A right's time to live; at least a second, since zero would mean no end to some clients. */
    static Answer.Lifetime lifetime(final long expiresAtSeconds, final long nowSeconds) {
        return expiresAtSeconds == NEVER
                ? Answer.Lifetime.UNLIMITED
                : new Answer.Lifetime(
                        true, (int) Math.min(Integer.MAX_VALUE, Math.max(1, expiresAtSeconds - nowSeconds)));
    }

    /** Takes what is pending; gives its map back with the last one. */
    private Pending take(final long tag) {
        if (pending.isEmpty()) {
            return null;
        }
        final Pending taken = pending.remove(tag);
        if (pending.isEmpty()) {
            pending = Map.of();
        }
        return taken;
    }

    private static <K, V> Map<K, V> writable(final Map<K, V> map) {
        return map.isEmpty() ? new HashMap<>(4) : map;
    }

    /** What a refused recovery is called. */
    static Answer unrecoverable() {
        return Answer.Failed.of(ClientError.UNRECOVERABLE_POSITION);
    }

    /**
     * Where the client stands before the recovered publications: each of them moves it on. Told the top at once, a client
     * that stops between two of them would never ask for the rest again.
     */
    private static StreamPosition before(final Reply.Subscribed reply) {
        return reply.recovered() && !reply.publications().isEmpty()
                ? new StreamPosition(
                        reply.position().epoch(), reply.publications().get(0).offset() - 1)
                : reply.position();
    }
}
