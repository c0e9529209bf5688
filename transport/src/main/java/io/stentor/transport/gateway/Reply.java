package io.stentor.transport.gateway;

import io.stentor.transport.wire.AckLevel;
import java.util.List;
import java.util.Map;

/** A session's answer to a {@link ClientCommand}, free of any encoding. */
public sealed interface Reply {

    /** The session is open. */
    record Connected() implements Reply {}

    /**
     * The subscription is live after {@code position}.
     *
     * @param position the topic's epoch and the offset of its last message, recovered ones included.
     * @param wasRecovering true when the client had asked to continue from a position.
     * @param recovered true when {@code publications} are everything after that position; false tells the client that it
     *     must page with history or take a snapshot. Never partly.
     */
    record Subscribed(
            StreamPosition position, boolean wasRecovering, boolean recovered, List<StoredPublication> publications)
            implements Reply {}

    /** The subscription has ended. */
    record Unsubscribed() implements Reply {}

    /**
     * The message has an offset and has reached {@code level}.
     *
     * @param position the message's epoch and offset.
     * @param level the acknowledgement level reached.
     * @param repeated true when an earlier publish with the same id was the one that was recorded.
     */
    record Published(StreamPosition position, AckLevel level, boolean repeated) implements Reply {}

    /** Who is subscribed, by connection id. */
    record PresenceMembers(Map<String, ClientInfo> members) implements Reply {}

    /** How many are subscribed. */
    record PresenceCounts(int clients, int users) implements Reply {}

    /** A page of a topic and the topic's top position. */
    record HistoryPage(StreamPosition top, List<StoredPublication> publications) implements Reply {}

    /** Taken; there is nothing to say about it. */
    record Done() implements Reply {}

    /**
     * Refused.
     *
     * @param error with the number that the client protocol gives the reason.
     * @param detail what more a person should know, or empty.
     */
    record Failed(ClientError error, String detail) implements Reply {

        /** Refused for a reason that says enough by itself. */
        public Failed(final ClientError error) {
            this(error, "");
        }
    }
}
