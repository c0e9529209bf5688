package io.stentor.transport.gateway.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.JsonPublication;
import io.stentor.transport.gateway.codec.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

/** The commands of a {@link TopicClient} in JSON, and what a publication in JSON holds. */
final class ClientText {

    private ClientText() {}

    static String connect(final int id, final String token) {
        return command(id, json -> {
            json.object("connect").field("name", "stentor");
            if (!token.isEmpty()) {
                json.field("token", token);
            }
            json.endObject();
        });
    }

    /** Subscribes, after a position when there is one. */
    static String subscribe(final int id, final String topic, final StreamPosition since) {
        return command(id, json -> {
            json.object("subscribe").field("channel", topic);
            if (since != null) {
                json.field("recover", true).field("epoch", since.epoch()).field("offset", since.offset());
            }
            json.endObject();
        });
    }

    static String unsubscribe(final int id, final String topic) {
        return command(
                id, json -> json.object("unsubscribe").field("channel", topic).endObject());
    }

    static String history(final int id, final String topic, final StreamPosition since, final int limit) {
        return command(
                id,
                json -> json.object("history")
                        .field("channel", topic)
                        .field("limit", limit)
                        .object("since")
                        .field("offset", since.offset())
                        .field("epoch", since.epoch())
                        .endObject()
                        .endObject());
    }

    /** The payload as it was published. */
    static byte[] payload(final JsonObject publication) {
        final JsonObject tags = publication.object("tags");
        final boolean encoded =
                tags != null && JsonPublication.BASE64.equals(tags.text(JsonPublication.ENCODING_TAG, ""));
        if (encoded) {
            return Base64.getDecoder().decode(publication.text("data", ""));
        }
        return publication.has("data") ? publication.raw("data") : "null".getBytes(StandardCharsets.US_ASCII);
    }

    private static String command(final int id, final Consumer<JsonWriter> parameters) {
        final ByteBuf out = Unpooled.buffer(128);
        final JsonWriter json = new JsonWriter(out).object().field("id", id);
        parameters.accept(json);
        json.endObject();
        return out.toString(StandardCharsets.UTF_8);
    }
}
