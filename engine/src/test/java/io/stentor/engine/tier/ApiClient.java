package io.stentor.engine.tier;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A backend that calls the HTTP API. Any thread. */
final class ApiClient {

    /** How many publications the test asks for in a page. */
    static final int PAGE_LENGTH = 1_000;

    /**
     * An answer.
     *
     * @param status the status of HTTP.
     * @param body the document.
     */
    record Answer(int status, JsonValue body) {

        /** What the call returned. */
        JsonValue result() {
            if (status != 200 || body.at("result").isAbsent()) {
                throw new AssertionError("refused with status " + status + ": " + body);
            }
            return body.at("result");
        }

        /** The number of the refusal; 0 when there was none. */
        long errorCode() {
            return body.at("error").at("code").numberOrZero();
        }
    }

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofMinutes(1))
            .build();
    private final URI url;
    private final String key;

    ApiClient(final URI url, final String key) {
        this.url = url;
        this.key = key;
    }

    /** Calls a method. */
    Answer call(final String method, final Map<String, ?> params) {
        try {
            return tryCall(method, params);
        } catch (final IOException ex) {
            throw new AssertionError("no answer to " + method + " of " + url + ": " + ex, ex);
        }
    }

    /**
     * Calls a method of a process that may die meanwhile.
     *
     * @throws IOException when there was no answer.
     */
    Answer tryCall(final String method, final Map<String, ?> params) throws IOException {
        return post("/api/" + method, JsonValue.write(params));
    }

    /** Sends a body as it is. */
    Answer post(final String path, final String body) throws IOException {
        final HttpResponse<String> response = send(HttpRequest.newBuilder(url.resolve(path))
                .timeout(Duration.ofMinutes(3))
                .header("X-API-Key", key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
        return new Answer(response.statusCode(), JsonValue.parse(response.body()));
    }

    /** The status of a path that is only looked at. */
    int status(final String path) {
        try {
            return send(HttpRequest.newBuilder(url.resolve(path)).GET().build()).statusCode();
        } catch (final IOException ex) {
            throw new AssertionError("no answer to " + path + ": " + ex, ex);
        }
    }

    /** Publishes a message; its offset. */
    long publish(final String topic, final Object data) {
        return call("publish", Map.of("channel", topic, "data", data))
                .result()
                .at("offset")
                .number();
    }

    /** Publishes many messages in as few calls as the API allows. */
    void publishAll(final String topic, final List<?> messages) {
        for (int from = 0; from < messages.size(); from += PAGE_LENGTH) {
            final List<Map<String, ?>> commands = new ArrayList<>();
            for (final Object data : messages.subList(from, Math.min(messages.size(), from + PAGE_LENGTH))) {
                commands.add(Map.of("publish", Map.of("channel", topic, "data", data)));
            }
            for (final JsonValue reply : call("batch", Map.of("commands", commands))
                    .result()
                    .at("replies")
                    .items()) {
                if (reply.at("publish").isAbsent()) {
                    throw new AssertionError("a publish of a batch was refused: " + reply);
                }
            }
        }
    }

    /** The newest position of a topic. */
    JsonValue top(final String topic) {
        return call("history", Map.of("channel", topic, "limit", 0)).result();
    }

    /** Everything in a topic, page by page. */
    List<JsonValue> history(final String topic) {
        final List<JsonValue> publications = new ArrayList<>();
        final Map<String, Object> params = new LinkedHashMap<>(Map.of("channel", topic, "limit", PAGE_LENGTH));
        while (true) {
            final JsonValue page = call("history", params).result();
            final List<JsonValue> items = page.at("publications").items();
            publications.addAll(items);
            final long last = publications.isEmpty()
                    ? 0
                    : publications.get(publications.size() - 1).at("offset").number();
            if (last >= page.at("offset").number()) {
                return publications;
            }
            if (items.isEmpty()) {
                throw new AssertionError(
                        "an empty page after offset " + last + " of " + topic + ", whose top is " + page);
            }
            params.put("since", Map.of("offset", last, "epoch", page.at("epoch").text()));
        }
    }

    private HttpResponse<String> send(final HttpRequest request) throws IOException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", ex);
        }
    }
}
