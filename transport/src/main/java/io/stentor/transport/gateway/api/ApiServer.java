package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.agrona.ErrorHandler;

/** The HTTP API between the request and the engine. Any thread may use it. */
public final class ApiServer {

    /** Where the methods are. */
    public static final String PATH = "/api/";

    /** What the sender of an API publish begins with, so that no user can pass for a backend. */
    private static final String SENDER_PREFIX = "api:";

    private final ApiKeys keys;
    private final ApiCalls calls;

    /**
     * An API.
     *
     * @param port what the calls ask for.
     * @param keys the keys by tenant.
     * @param payloadLengthMax the most bytes of one message.
     * @param errorHandler where internal faults go.
     */
    public ApiServer(
            final ApiPort port,
            final Map<String, String> keys,
            final int payloadLengthMax,
            final ErrorHandler errorHandler) {
        this.keys = new ApiKeys(keys);
        this.calls = new ApiCalls(port, payloadLengthMax, errorHandler);
    }

    /**
     * Answers a request with a body.
     *
     * @param path the path, which begins with {@link #PATH}.
     * @param keyHeader the header X-API-Key; null for none.
     * @param authorization the header Authorization; null for none.
     * @param body the whole body.
     * @param writer where answers are written: the engine's thread has better things to do than JSON.
     * @return the answer; the stage never fails.
     */
    public CompletionStage<HttpAnswer> answer(
            final String path,
            final String keyHeader,
            final String authorization,
            final byte[] body,
            final Executor writer) {
        final String tenant = keys.tenant(keyHeader, authorization);
        if (tenant == null) {
            return refused(401, ClientError.UNAUTHORIZED, "the header X-API-Key holds no valid key");
        }
        final String method = path.substring(PATH.length());
        if (!calls.has(method)) {
            return refused(404, ClientError.METHOD_NOT_FOUND, "no method '" + method + "' here");
        }
        try {
            final JsonObject params = body.length == 0 ? JsonObject.EMPTY : JsonObject.parse(body);
            return calls.call(method, params, SENDER_PREFIX + tenant)
                    .thenApplyAsync(outcome -> HttpAnswer.json(200, json -> outcome.write("result", json)), writer);
        } catch (final JsonFault ex) {
            return refused(400, ClientError.BAD_REQUEST, ex.getMessage());
        }
    }

    private static CompletionStage<HttpAnswer> refused(final int status, final ClientError error, final String detail) {
        return CompletableFuture.completedFuture(HttpAnswer.error(status, error, detail));
    }
}
