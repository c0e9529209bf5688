package io.stentor.transport.gateway.codec;

import io.stentor.transport.gateway.StreamPosition;

/** A command of the client protocol, decoded but not yet checked: what one element of a client's frame says. */
public sealed interface Request {

    /** The client's number of the command; 0 when it wants no answer. */
    long id();

    /**
     * Opens the session.
     *
     * @param token who it is; empty for none.
     * @param data what the application says about the connection, as JSON; null for nothing.
     */
    record Connect(long id, String token, byte[] data) implements Request {}

    /**
     * Subscribes to a topic.
     *
     * @param token the right to a private topic; empty for none.
     * @param since where to continue; null without {@code recover}.
     * @param rejectUnrecovered true when a failed recovery must be answered by an error instead.
     */
    record Subscribe(
            long id,
            String topic,
            String token,
            boolean recover,
            StreamPosition since,
            boolean joinLeave,
            boolean rejectUnrecovered)
            implements Request {}

    /** Ends a subscription. */
    record Unsubscribe(long id, String topic) implements Request {}

    /**
     * Publishes.
     *
     * @param data the payload as received; null when the command had none.
     * @param json true when the payload is one well-formed JSON value.
     */
    record Publish(long id, String topic, byte[] data, boolean json) implements Request {}

    /** Who is subscribed. */
    record Presence(long id, String topic) implements Request {}

    /** How many are subscribed. */
    record PresenceStats(long id, String topic) implements Request {}

    /** Reads a topic; see {@link io.stentor.transport.gateway.ClientCommand.History}. */
    record History(long id, String topic, int limit, StreamPosition since, boolean reverse) implements Request {}

    /** Calls a method and wants its answer; the data is JSON, null for nothing. */
    record Rpc(long id, String method, byte[] data) implements Request {}

    /** Calls a method without an answer; the data is JSON, null for nothing. */
    record Send(long id, byte[] data) implements Request {}

    /** Extends the session with a new token. */
    record Refresh(long id, String token) implements Request {}

    /** Extends a subscription to a private topic with a new token. */
    record SubRefresh(long id, String topic, String token) implements Request {}

    /** Asks for a sign of life. */
    record Ping(long id) implements Request {}

    /** The empty command: the client has seen the server's ping. */
    record Pong(long id) implements Request {}

    /** A command that this server does not know. */
    record Unknown(long id) implements Request {}
}
