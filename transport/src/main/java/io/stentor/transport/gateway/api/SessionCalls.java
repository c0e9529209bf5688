package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.codec.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** The calls that concern a user: its live sessions, and where new ones belong. */
final class SessionCalls {

    /** The numbers that a server may end a connection with, in the client protocol's ranges. */
    private static final int CODE_MIN = 3000;

    private static final int CODE_MAX = 4999;

    /** The most bytes of a reason: what a close frame has room for beside its code (RFC 6455, section 5.5). */
    private static final int REASON_LENGTH_MAX = 123;

    private final ApiPort port;

    SessionCalls(final ApiPort port) {
        this.port = port;
    }

    CompletionStage<Outcome> subscribe(final JsonObject params) {
        return port.subscribe(user(params), ApiCalls.name(params, "client"), ApiCalls.topic(params))
                .thenApply(nothing -> Outcome.done());
    }

    CompletionStage<Outcome> unsubscribe(final JsonObject params) {
        final String topic = params.text("channel", "");
        return port.unsubscribe(
                        user(params), ApiCalls.name(params, "client"), topic.isEmpty() ? "" : ApiCalls.checked(topic))
                .thenApply(nothing -> Outcome.done());
    }

    CompletionStage<Outcome> disconnect(final JsonObject params) {
        return port.disconnect(user(params), ApiCalls.name(params, "client"), reason(params.object("disconnect")))
                .thenApply(nothing -> Outcome.done());
    }

    CompletionStage<Outcome> connectInfo(final JsonObject params) {
        return port.connectInfo(user(params))
                .thenApply(info -> Outcome.of(json -> json.field("url", info.url())
                        .field("shard", info.shard())
                        .field("shards", info.shards())));
    }

    private static String user(final JsonObject params) {
        final String user = ApiCalls.name(params, "user");
        if (user.isEmpty()) {
            throw ApiCalls.badRequest("field 'user' is missing");
        }
        return user;
    }

    private static Disconnect reason(final JsonObject given) {
        if (given == null) {
            return Disconnect.FORCE_NO_RECONNECT;
        }
        final long code = given.integer("code", 0);
        final String reason = given.text("reason", "");
        if (code < CODE_MIN || code > CODE_MAX) {
            throw ApiCalls.badRequest("field 'code' must be " + CODE_MIN + " to " + CODE_MAX + ", not " + code);
        }
        if (reason.getBytes(StandardCharsets.UTF_8).length > REASON_LENGTH_MAX) {
            throw ApiCalls.badRequest("field 'reason' must have at most " + REASON_LENGTH_MAX + " bytes");
        }
        return new Disconnect((int) code, reason);
    }
}
