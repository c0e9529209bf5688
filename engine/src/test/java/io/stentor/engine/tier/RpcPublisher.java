package io.stentor.engine.tier;

import java.net.URI;

/** A client that only publishes, by the method {@code publish}; connects again when its socket has ended. One thread. */
final class RpcPublisher implements AutoCloseable {

    private final URI address;
    private final String token;
    private SocketClient socket;

    RpcPublisher(final URI address, final String token) {
        this.address = address;
        this.token = token;
    }

    /** A connected socket. */
    SocketClient socket() {
        if (socket == null || socket.end().isDone()) {
            socket = SocketClient.connect(address, token, push -> {});
        }
        return socket;
    }

    /** Whether the same publish may be taken a moment later. */
    static boolean isTemporarilyRefused(final JsonValue answer) {
        return answer.at("error").at("code").numberOrZero() == Load.TOO_MANY_REQUESTS;
    }

    /** Whether the tier ended before it could say what became of the publish. */
    static boolean isUnknown(final JsonValue answer) {
        return answer.at("error").at("code").numberOrZero() == Load.INTERNAL_ERROR;
    }

    /** What the method returned. */
    static JsonValue published(final JsonValue answer) {
        final JsonValue published = answer.at("rpc").at("data");
        if (published.isAbsent()) {
            throw new AssertionError("the publish was refused: " + answer);
        }
        return published;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
