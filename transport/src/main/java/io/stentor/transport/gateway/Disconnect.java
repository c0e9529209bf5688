package io.stentor.transport.gateway;

/**
 * The numbered ends of a connection, with the numbers of the Centrifuge client protocol: below 3500 (and from 4000 to
 * 4499) the client comes back by itself, above it does not.
 *
 * @param code the number, also the WebSocket close code.
 * @param reason the words beside it; at most 123 bytes, the most a close frame carries (RFC 6455, section 5.5).
 */
public record Disconnect(int code, String reason) {

    /** The connection was closed by the other side. */
    public static final Disconnect CONNECTION_CLOSED = new Disconnect(3000, "connection closed");

    /** The tier is shutting down or draining: reconnect, to another shard if there is one. */
    public static final Disconnect SHUTDOWN = new Disconnect(3001, "shutdown");

    /** A fault of ours: reconnect. */
    public static final Disconnect INTERNAL_ERROR = new Disconnect(3004, "internal server error");

    /** The token's time is over: reconnect with a new one. */
    public static final Disconnect EXPIRED = new Disconnect(3005, "connection expired");

    /** The client does not read and its outbox is full of things that cannot be recovered later: reconnect. */
    public static final Disconnect SLOW = new Disconnect(3008, "slow");

    /** The shard cannot prove that the session missed nothing: reconnect and recover. */
    public static final Disconnect INSUFFICIENT_STATE = new Disconnect(3010, "insufficient state");

    /** An operator asked for it: reconnect. */
    public static final Disconnect FORCE_RECONNECT = new Disconnect(3011, "force reconnect");

    /** No pong came: reconnect. */
    public static final Disconnect NO_PONG = new Disconnect(3012, "no pong");

    /** Too many commands at once: reconnect later. */
    public static final Disconnect TOO_MANY_REQUESTS = new Disconnect(3013, "too many requests");

    /** The token is forged or malformed: do not come back with it. */
    public static final Disconnect INVALID_TOKEN = new Disconnect(3500, "invalid token");

    /** Not the client protocol: do not come back. */
    public static final Disconnect BAD_REQUEST = new Disconnect(3501, "bad request");

    /** The socket did not authenticate in time: do not come back. */
    public static final Disconnect STALE = new Disconnect(3502, "stale");

    /** An operator asked for it: do not come back. */
    public static final Disconnect FORCE_NO_RECONNECT = new Disconnect(3503, "force disconnect");

    /** The limit of connections is reached. */
    public static final Disconnect CONNECTION_LIMIT = new Disconnect(3504, "connection limit");

    /** The limit of subscriptions of one connection is reached. */
    public static final Disconnect TOPIC_LIMIT = new Disconnect(3505, "channel limit");

    /** Not allowed: do not come back. */
    public static final Disconnect PERMISSION_DENIED = new Disconnect(3507, "permission denied");
}
