package io.stentor.transport.gateway.codec;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import java.util.List;
import java.util.Map;

/** The answer to one {@link Request}: everything an encoding has to say, and nothing it has to look up. */
public sealed interface Answer {

    /**
     * How long a right lasts.
     *
     * @param expires false when it has no end.
     * @param ttlSeconds the time until it ends; the client refreshes it before.
     */
    record Lifetime(boolean expires, int ttlSeconds) {

        /** No end. */
        public static final Lifetime UNLIMITED = new Lifetime(false, 0);
    }

    /**
     * The session is open.
     *
     * @param pingSeconds how often the server pings.
     * @param pong true when the client must answer pings.
     */
    record Connected(String client, String version, String node, Lifetime lifetime, int pingSeconds, boolean pong)
            implements Answer {}

    /**
     * The subscription is live.
     *
     * @param position where the client stands before {@code publications}.
     */
    record Subscribed(
            StreamPosition position,
            boolean wasRecovering,
            boolean recovered,
            List<StoredPublication> publications,
            Lifetime lifetime)
            implements Answer {}

    /** The subscription has ended. */
    record Unsubscribed() implements Answer {}

    /** Published. */
    record Published() implements Answer {}

    /** Who is subscribed. */
    record Presence(Map<String, ClientInfo> members) implements Answer {}

    /** How many are subscribed. */
    record PresenceStats(int clients, int users) implements Answer {}

    /** A page of a topic and its top. */
    record History(StreamPosition top, List<StoredPublication> publications) implements Answer {}

    /** A sign of life. */
    record Ping() implements Answer {}

    /** What a method returned, as JSON. */
    record Rpc(byte[] data) implements Answer {}

    /** The session was extended. */
    record Refreshed(String client, String version, Lifetime lifetime) implements Answer {}

    /** The subscription was extended. */
    record SubRefreshed(Lifetime lifetime) implements Answer {}

    /**
     * Refused.
     *
     * @param temporary true when the same command may succeed later.
     */
    record Failed(int code, String message, boolean temporary) implements Answer {

        /** A refusal in the protocol's own words. */
        public static Failed of(final ClientError error) {
            return new Failed(error.code(), error.message(), error.temporary());
        }

        /** A refusal that says what exactly was wrong. */
        public static Failed of(final ClientError error, final String detail) {
            return new Failed(
                    error.code(),
                    detail.isEmpty() ? error.message() : error.message() + ": " + detail,
                    error.temporary());
        }
    }
}
