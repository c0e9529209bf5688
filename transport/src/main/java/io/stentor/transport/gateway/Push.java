package io.stentor.transport.gateway;

/** What a session tells its client unasked, publications apart. */
public sealed interface Push {

    /** Somebody subscribed to a topic. */
    record Join(String topic, ClientInfo who) implements Push {}

    /** Somebody's subscription to a topic ended. */
    record Leave(String topic, ClientInfo who) implements Push {}

    /** The server subscribed this session to a topic; live after {@code position}. */
    record Subscribed(String topic, StreamPosition position) implements Push {}

    /**
     * The server ended a subscription. A code of 2500 and above makes the client subscribe again with recovery: that is
     * how a session that fell behind is told to catch up.
     */
    record Unsubscribed(String topic, int code, String reason) implements Push {}

    /** Somebody is typing. Ephemeral, valid for {@code ttlSeconds}. */
    record Typing(String topic, String user, int ttlSeconds) implements Push {}
}
