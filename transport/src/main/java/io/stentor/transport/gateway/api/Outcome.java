package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.JsonWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How one call ended.
 *
 * @param result writes what it returned; null when it was refused.
 * @param code the number of the refusal.
 * @param message the refusal in words.
 */
record Outcome(HttpAnswer.Result result, int code, String message) {

    static Outcome of(final HttpAnswer.Result result) {
        return new Outcome(result, 0, "");
    }

    static Outcome done() {
        return of(json -> {});
    }

    static Outcome refused(final ClientError error, final String detail) {
        return new Outcome(null, error.code(), detail.isEmpty() ? error.message() : error.message() + ": " + detail);
    }

    static CompletionStage<Outcome> now(final Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    /** Appends the outcome as a field: {@code name} with the result, or {@code error}. */
    void write(final String name, final JsonWriter json) {
        if (result == null) {
            json.object("error").field("code", code).field("message", message).endObject();
        } else {
            result.write(json.object(name));
            json.endObject();
        }
    }
}
