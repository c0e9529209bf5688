package io.stentor.transport.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JSON object that came from outside, one level of it: fields by name, nested values as they were written. Unknown
 * fields are nobody's business; a known one of the wrong kind is a {@link JsonFault} that names it. A JSON null is an
 * absent field.
 */
public final class JsonObject {

    /** An object without fields. */
    public static final JsonObject EMPTY = new JsonObject(new byte[0], Map.of());

    private record Value(JsonToken token, String text, int from, int to) {}

    private final byte[] bytes;
    private final Map<String, Value> fields;

    private JsonObject(final byte[] bytes, final Map<String, Value> fields) {
        this.bytes = bytes;
        this.fields = fields;
    }

    /**
     * Reads an object.
     *
     * @param bytes one JSON object in UTF-8; kept, not copied.
     * @throws JsonFault saying what is wrong and where.
     */
    public static JsonObject parse(final byte[] bytes) {
        if (!JsonText.isUtf8(bytes)) {
            throw JsonFault.syntax("not UTF-8");
        }
        return parse(bytes, 0, bytes.length);
    }

    private static JsonObject parse(final byte[] bytes, final int from, final int to) {
        try (JsonParser parser = JsonText.PARSERS.createParser(bytes, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw JsonFault.syntax("not a JSON object");
            }
            final Map<String, Value> fields = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                final String name = parser.currentName();
                parser.nextToken();
                final Value value = value(parser, from);
                if (value.token != JsonToken.VALUE_NULL) {
                    fields.put(name, value);
                }
            }
            if (parser.nextToken() != null) {
                throw JsonFault.syntax("more than one JSON value");
            }
            return new JsonObject(bytes, fields);
        } catch (final JsonProcessingException ex) {
            throw JsonFault.syntax("not JSON at line " + ex.getLocation().getLineNr() + ", column "
                    + ex.getLocation().getColumnNr() + ": " + firstLine(ex.getOriginalMessage()));
        } catch (final IOException ex) {
            throw JsonFault.syntax("not JSON");
        }
    }

    /** Whether a field is there and not null. */
    public boolean has(final String name) {
        return fields.containsKey(name);
    }

    /** The names of the fields, in the order in which they were written. */
    public Set<String> names() {
        return fields.keySet();
    }

    /** A text; {@code otherwise} when absent. */
    public String text(final String name, final String otherwise) {
        final Value value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.token != JsonToken.VALUE_STRING) {
            throw JsonFault.field(name, "a string");
        }
        return value.text;
    }

    /** A whole number of 0 to 2^53 - 1, the integers that every JSON reader keeps exact; {@code otherwise} when absent. */
    public long natural(final String name, final long otherwise) {
        final long number = integer(name, otherwise);
        if (fields.containsKey(name) && (number < 0 || number >= 1L << 53)) {
            throw JsonFault.field(name, "a whole number of 0 to 2^53 - 1, not " + number);
        }
        return number;
    }

    /** A whole number; {@code otherwise} when absent. */
    public long integer(final String name, final long otherwise) {
        final Value value = fields.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value.token != JsonToken.VALUE_NUMBER_INT) {
            throw JsonFault.field(name, "a whole number");
        }
        try {
            return Long.parseLong(value.text);
        } catch (final NumberFormatException ex) {
            throw JsonFault.field(name, "a whole number of 64 bits");
        }
    }

    /** True or false; false when absent. */
    public boolean flag(final String name) {
        final Value value = fields.get(name);
        if (value == null) {
            return false;
        }
        if (value.token != JsonToken.VALUE_TRUE && value.token != JsonToken.VALUE_FALSE) {
            throw JsonFault.field(name, "true or false");
        }
        return value.token == JsonToken.VALUE_TRUE;
    }

    /** Any value as it was written; null when absent. */
    public byte[] raw(final String name) {
        final Value value = fields.get(name);
        return value == null ? null : Arrays.copyOfRange(bytes, value.from, value.to);
    }

    /** An object; null when absent. */
    public JsonObject object(final String name) {
        final Value value = fields.get(name);
        if (value == null) {
            return null;
        }
        if (value.token != JsonToken.START_OBJECT) {
            throw JsonFault.field(name, "an object");
        }
        return parse(bytes, value.from, value.to);
    }

    /** A list of texts; empty when absent. A single text counts as a list of one. */
    public List<String> texts(final String name) {
        final Value value = fields.get(name);
        if (value != null && value.token == JsonToken.VALUE_STRING) {
            return List.of(value.text);
        }
        final List<String> texts = new ArrayList<>();
        for (final Value element : elements(name)) {
            if (element.token != JsonToken.VALUE_STRING) {
                throw JsonFault.field(name, "a list of strings");
            }
            texts.add(element.text);
        }
        return texts;
    }

    /** A list of objects; empty when absent. */
    public List<JsonObject> objects(final String name) {
        final List<JsonObject> objects = new ArrayList<>();
        for (final Value element : elements(name)) {
            if (element.token != JsonToken.START_OBJECT) {
                throw JsonFault.field(name, "a list of objects");
            }
            objects.add(parse(bytes, element.from, element.to));
        }
        return objects;
    }

    private List<Value> elements(final String name) {
        final Value list = fields.get(name);
        if (list == null) {
            return List.of();
        }
        if (list.token != JsonToken.START_ARRAY) {
            throw JsonFault.field(name, "a list");
        }
        final List<Value> elements = new ArrayList<>();
        try (JsonParser parser = JsonText.PARSERS.createParser(bytes, list.from, list.to - list.from)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(value(parser, list.from));
            }
        } catch (final IOException ex) {
            throw JsonFault.syntax("not JSON");
        }
        return elements;
    }

    /** The parser's offsets count from the beginning of its range. */
    private static Value value(final JsonParser parser, final int base) throws IOException {
        final JsonToken token = parser.currentToken();
        if (token == null) {
            throw JsonFault.syntax("not JSON: the text ends early");
        }
        final int from = base + (int) parser.currentTokenLocation().getByteOffset();
        String text = null;
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            text = parser.getText();
        }
        return new Value(
                token, text, from, base + (int) parser.currentLocation().getByteOffset());
    }

    private static String firstLine(final String message) {
        final int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
