package io.stentor.transport.gateway.codec;

import io.stentor.transport.wire.AckLevel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/**
 * What a publish in JSON says of its message, the same for clients and backends.
 *
 * @param payload the bytes of {@code data} as they were written, or of {@code b64data} decoded.
 * @param json true when they are one well-formed JSON value.
 * @param messageId the key under which a repeat gets the first one's result; null for none.
 * @param level the acknowledgement to wait for; null for the default.
 */
public record MessageFields(byte[] payload, boolean json, String messageId, AckLevel level) {

    /** The most bytes of a message id: its length is one byte on the wire. */
    private static final int ID_LENGTH_MAX = 255;

    /**
     * Reads the fields.
     *
     * @param idField what the message id is called.
     * @throws JsonFault naming the field that is wrong.
     */
    public static MessageFields read(final JsonObject from, final String idField) {
        final String id = from.text(idField, "");
        if (id.getBytes(StandardCharsets.UTF_8).length > ID_LENGTH_MAX) {
            throw JsonFault.field(idField, "at most " + ID_LENGTH_MAX + " bytes long");
        }
        final byte[] data = from.raw("data");
        final byte[] payload = data == null ? decoded(from) : data;
        return new MessageFields(
                payload,
                data != null || JsonText.isOneValue(payload),
                id.isEmpty() ? null : id,
                level(from.text("level", "")));
    }

    private static byte[] decoded(final JsonObject from) {
        if (!from.has("b64data")) {
            throw JsonFault.field("data", "there, or b64data");
        }
        try {
            return Base64.getDecoder().decode(from.text("b64data", ""));
        } catch (final IllegalArgumentException ex) {
            throw JsonFault.field("b64data", "base 64");
        }
    }

    private static AckLevel level(final String name) {
        if (name.isEmpty()) {
            return null;
        }
        for (final AckLevel level : AckLevel.values()) {
            final boolean real = level != AckLevel.NONE && level != AckLevel.NULL_VAL && level != AckLevel.SBE_UNKNOWN;
            if (real && level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw JsonFault.field("level", "an acknowledgement level such as JOURNALED, not '" + name + "'");
    }
}
