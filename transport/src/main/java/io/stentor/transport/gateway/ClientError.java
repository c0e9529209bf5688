package io.stentor.transport.gateway;

/**
 * The numbered refusals of a client's command. The numbers are those of the Centrifuge client protocol, so that its SDKs
 * know which of them are temporary and retry by themselves.
 */
public enum ClientError {
    /** The engine could not carry the command out. */
    INTERNAL(100, "internal server error", true),
    /** Not authenticated. */
    UNAUTHORIZED(101, "unauthorized", false),
    /** The topic is not known. */
    UNKNOWN_TOPIC(102, "unknown channel", false),
    /** Authenticated, but not allowed. */
    PERMISSION_DENIED(103, "permission denied", false),
    /** No such command or method. */
    METHOD_NOT_FOUND(104, "method not found", false),
    /** The session is subscribed to the topic already. */
    ALREADY_SUBSCRIBED(105, "already subscribed", false),
    /** Too many, too long or too large. */
    LIMIT_EXCEEDED(106, "limit exceeded", false),
    /** Malformed. */
    BAD_REQUEST(107, "bad request", false),
    /** The feature is switched off. */
    NOT_AVAILABLE(108, "not available", false),
    /** The token has expired; get a new one. */
    TOKEN_EXPIRED(109, "token expired", false),
    /** The connection or subscription has expired. */
    EXPIRED(110, "expired", false),
    /** The engine or the shard is full for the moment: try again. */
    TOO_MANY_REQUESTS(111, "too many requests", true),
    /** The position is not one of this topic's log, or lies before what is retained: take a snapshot. */
    UNRECOVERABLE_POSITION(112, "unrecoverable position", false),
    /** The message id was used before for another message. */
    MESSAGE_ID_REUSED(4000, "message id was used for another message", false),
    /** The message is longer than the engine's limit. */
    MESSAGE_TOO_LARGE(4001, "message too large", false),
    /** The acknowledgement level cannot be given here. */
    LEVEL_UNAVAILABLE(4002, "acknowledgement level unavailable", false);

    private final int code;
    private final String message;
    private final boolean temporary;

    ClientError(final int code, final String message, final boolean temporary) {
        this.code = code;
        this.message = message;
        this.temporary = temporary;
    }

    /** The stable number that the client sees. */
    public int code() {
        return code;
    }

    /** The reason in the client protocol's words. */
    public String message() {
        return message;
    }

    /** True when the same command may succeed later. */
    public boolean temporary() {
        return temporary;
    }
}
