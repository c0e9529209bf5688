package io.stentor.transport.gateway.codec;

import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The fields of a publication in JSON. A payload that is not JSON is a base 64 text, and a tag says so: the protocol has
 * no other place for it.
 */
public final class JsonPublication {

    /** The tag beside a payload that is not JSON. */
    public static final String ENCODING_TAG = "encoding";

    /** The value of the tag {@value #ENCODING_TAG}. */
    public static final String BASE64 = "base64";

    private JsonPublication() {}

    static void write(final Publication publication, final JsonWriter json) {
        payload(publication.payload(), publication.json(), json);
        final Map<String, String> tags = tags(publication);
        rest(
                publication.offset(),
                text(publication.sender()),
                text(publication.client()),
                tags,
                !publication.json(),
                json);
    }

    static void write(final StoredPublication publication, final JsonWriter json) {
        payload(new UnsafeBuffer(publication.payload()), publication.json(), json);
        rest(
                publication.offset(),
                publication.sender(),
                publication.client(),
                publication.tags(),
                !publication.json(),
                json);
    }

    /** Writes what a backend sees: bytes that are not JSON have a field of their own there. */
    public static void writeForBackend(final StoredPublication publication, final JsonWriter json) {
        if (publication.json()) {
            json.json("data", publication.payload());
        } else {
            json.base64("b64data", new UnsafeBuffer(publication.payload()));
        }
        rest(publication.offset(), publication.sender(), publication.client(), publication.tags(), false, json);
    }

    static Map<String, String> tags(final Publication publication) {
        return (publication.flags() & MessageFlags.TAGS) == 0
                ? Map.of()
                : Tags.decode(publication.tags(), 0, publication.tags().capacity());
    }

    static String text(final DirectBuffer buffer) {
        final int length = buffer.capacity();
        if (length == 0) {
            return "";
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void payload(final DirectBuffer payload, final boolean isJson, final JsonWriter json) {
        if (isJson) {
            json.json("data", payload);
        } else {
            json.base64("data", payload);
        }
    }

    private static void rest(
            final long offset,
            final String sender,
            final String client,
            final Map<String, String> tags,
            final boolean encoded,
            final JsonWriter json) {
        json.field("offset", offset);
        if (!sender.isEmpty() || !client.isEmpty()) {
            json.object("info").field("user", sender).field("client", client).endObject();
        }
        if (encoded || !tags.isEmpty()) {
            json.object("tags");
            for (final Map.Entry<String, String> tag : tags.entrySet()) {
                if (!encoded || !tag.getKey().equals(ENCODING_TAG)) {
                    json.field(tag.getKey(), tag.getValue());
                }
            }
            if (encoded) {
                json.field(ENCODING_TAG, BASE64);
            }
            json.endObject();
        }
    }
}
