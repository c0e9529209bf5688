package io.stentor.transport.gateway.client;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.JsonText;
import io.stentor.transport.gateway.codec.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;

/** A backend's client of the HTTP API. Any thread may use it; calls block until they are answered. */
public final class ApiClient {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    /** Longer than any acknowledgement takes, shorter than a person waits. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final URI server;
    private final String key;

    /**
     * What a publish was answered.
     *
     * @param level the acknowledgement level reached.
     * @param repeated true when the message had been recorded before under the same idempotency key.
     */
    public record Published(String epoch, long offset, String level, boolean repeated) {}

    /**
     * A client.
     *
     * @param server where the server is, as in {@code http://127.0.0.1:8000}.
     * @param key the API key.
     */
    public ApiClient(final URI server, final String key) {
        this.server = server;
        this.key = key;
    }

    /**
     * Publishes a message.
     *
     * @param data the message; one that is JSON is published as such.
     * @param idempotencyKey the key under which a repeat gets the first one's result; empty for none.
     * @throws RefusedException when the server refused it, with a number.
     * @throws IOException when the server could not be reached or did not answer: whether it published is not known.
     */
    public Published publish(final String topic, final byte[] data, final String idempotencyKey)
            throws RefusedException, IOException, InterruptedException {
        final ByteBuf body = Unpooled.buffer(data.length + 128);
        final JsonWriter json = new JsonWriter(body).object().field("channel", topic);
        if (JsonText.isOneValue(data)) {
            json.json("data", data);
        } else {
            json.base64("b64data", new UnsafeBuffer(data));
        }
        if (!idempotencyKey.isEmpty()) {
            json.field("idempotency_key", idempotencyKey);
        }
        json.endObject();
        final JsonObject result = call("publish", ByteBufUtil.getBytes(body));
        return new Published(
                result.text("epoch", ""),
                result.natural("offset", 0),
                result.text("level", ""),
                result.flag("repeated"));
    }

    /**
     * Publishes a text: as it is when it is JSON, else as a JSON string, so that every client can show it.
     *
     * @param text the text.
     * @param idempotencyKey as in {@link #publish}.
     * @throws RefusedException as {@link #publish}.
     * @throws IOException as {@link #publish}.
     */
    public Published publishText(final String topic, final String text, final String idempotencyKey)
            throws RefusedException, IOException, InterruptedException {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (JsonText.isOneValue(bytes)) {
            return publish(topic, bytes, idempotencyKey);
        }
        final String quoted = '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
        return publish(topic, quoted.getBytes(StandardCharsets.UTF_8), idempotencyKey);
    }

    /**
     * Calls any method.
     *
     * @param method its name.
     * @param body its parameters, a JSON object.
     * @return what it returned.
     * @throws RefusedException when the server refused it, with a number.
     * @throws IOException when the server could not be reached or did not answer.
     */
    public JsonObject call(final String method, final byte[] body)
            throws RefusedException, IOException, InterruptedException {
        final HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(server.resolve("/api/" + method))
                        .timeout(ANSWER_TIMEOUT)
                        .header("X-API-Key", key)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        try {
            final JsonObject answer = JsonObject.parse(response.body());
            final JsonObject error = answer.object("error");
            if (error != null) {
                throw new RefusedException((int) error.integer("code", 0), error.text("message", ""));
            }
            if (answer.has("result")) {
                return answer.object("result");
            }
        } catch (final JsonFault ex) {
            // Said below: the answer is not the API's.
        }
        throw new IOException(server + " answered " + response.statusCode() + " and not as this API does");
    }
}
