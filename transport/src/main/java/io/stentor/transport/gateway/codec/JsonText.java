package io.stentor.transport.gateway.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Says whether bytes are JSON. */
public final class JsonText {

    /**
     * Parsers of UTF-8 only: text in other encodings would pass for JSON here and break the text frames that it is
     * copied into. Names are not interned, since they come from outside.
     */
    static final JsonFactory PARSERS = JsonFactory.builder()
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

    private JsonText() {}

    /**
     * Whether bytes may be shown to a JSON client as they are.
     *
     * @param bytes any bytes.
     * @return true when they are exactly one well-formed JSON value in valid UTF-8.
     */
    public static boolean isOneValue(final byte[] bytes) {
        if (!mayBegin(bytes) || !isUtf8(bytes)) {
            return false;
        }
        try (JsonParser parser = PARSERS.createParser(bytes)) {
            final JsonToken first = parser.nextToken();
            if (first == null) {
                return false;
            }
            if (first.isStructStart()) {
                parser.skipChildren();
            } else {
                parser.finishToken();
            }
            return parser.nextToken() == null;
        } catch (final IOException ex) {
            return false;
        }
    }

    /** Whether bytes are valid UTF-8. */
    public static boolean isUtf8(final byte[] bytes) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (final CharacterCodingException ex) {
            return false;
        }
    }

    /** Most binary payloads are told from JSON by their first byte. */
    private static boolean mayBegin(final byte[] bytes) {
        for (final byte b : bytes) {
            switch (b) {
                case ' ', '\t', '\r', '\n' -> {}
                case '{', '[', '"', '-', 't', 'f', 'n', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
                    return true;
                }
                default -> {
                    return false;
                }
            }
        }
        return false;
    }
}
