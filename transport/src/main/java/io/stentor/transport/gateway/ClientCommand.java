package io.stentor.transport.gateway;

import io.stentor.transport.wire.AckLevel;

/**
 * What a client asks of its session, decoded, authenticated and checked at the edge, free of any encoding. The id is the
 * gateway's number of the command, opaque to the shard and given back in {@link SessionSink#onReply}; 0 means that no
 * answer is wanted.
 */
public sealed interface ClientCommand {

    /** The gateway's number of this command; 0 when no answer is wanted. */
    long id();

    /**
     * The first command of a session: who it is. The gateway has verified the token.
     *
     * @param client the connection's own id, unique for ever.
     * @param user the account; empty for an anonymous client.
     * @param device the installation, which owns a cursor; empty when the client named none.
     * @param info what the token says about the user for presence, as JSON; null for nothing.
     */
    record Connect(long id, String client, String user, String device, byte[] info) implements ClientCommand {}

    /**
     * Subscribes to a topic.
     *
     * @param recover true to continue after {@code since}.
     * @param since the last position that the client has; null without {@code recover}. An empty epoch stands for the
     *     present one.
     * @param joinLeave true to be told who joins and leaves.
     * @param fromCursor true to continue after what the session's device has acknowledged, as the journal knows it;
     *     {@code recover} and {@code since} are then not looked at. The answer comes first, everything after its position
     *     follows as live publications, however much it is, at the pace at which the sink takes it; such a subscription
     *     that falls behind catches up by itself and is never ended for it. A device has one cursor for all its topics:
     *     whoever follows several by it subscribes to all of them before acknowledging anything.
     */
    record Subscribe(
            long id, String topic, boolean recover, StreamPosition since, boolean joinLeave, boolean fromCursor)
            implements ClientCommand {

        /** A subscription of a client that keeps its own position. */
        public Subscribe(
                final long id,
                final String topic,
                final boolean recover,
                final StreamPosition since,
                final boolean joinLeave) {
            this(id, topic, recover, since, joinLeave, false);
        }
    }

    /** Ends a subscription. */
    record Unsubscribe(long id, String topic) implements ClientCommand {}

    /**
     * Publishes to a topic.
     *
     * @param messageId the client's own id of the message, under which a repeat gets the first one's result; null for
     *     none.
     * @param payload the message; not changed afterwards.
     * @param json true when the payload was found to be one well-formed JSON value.
     * @param level the acknowledgement to wait for; null for the default of the topic's class.
     */
    record Publish(long id, String topic, String messageId, byte[] payload, boolean json, AckLevel level)
            implements ClientCommand {}

    /** Asks who is subscribed to a topic. */
    record Presence(long id, String topic) implements ClientCommand {}

    /** Asks how many are subscribed to a topic. */
    record PresenceStats(long id, String topic) implements ClientCommand {}

    /**
     * Reads a topic from the journal.
     *
     * @param limit the most messages to return; 0 asks for the top position only; negative means as many as one answer
     *     may carry.
     * @param since read after this position (before it when {@code reverse}); null for the oldest (newest) end.
     * @param reverse newest first.
     */
    record History(long id, String topic, int limit, StreamPosition since, boolean reverse) implements ClientCommand {}

    /** Acknowledges everything up to {@code offset} of a topic on behalf of the session's device. */
    record Ack(long id, String topic, long offset) implements ClientCommand {}

    /** Says that a person has seen everything up to {@code offset} of a topic. */
    record Read(long id, String topic, long offset) implements ClientCommand {}

    /** Signals that the user is typing. Ephemeral: never journaled, dropped first. */
    record Typing(long id, String topic) implements ClientCommand {}
}
