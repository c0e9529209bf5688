package io.stentor.engine.tier;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of JSON read as a tree, and the writing of one.
 *
 * @param value a Map, List, String, Number, Boolean, or null for what is absent or null.
 */
record JsonValue(Object value) {

    private static final JsonFactory FACTORY = new JsonFactory();

    static JsonValue parse(final String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            final Object value = read(parser);
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("more than one value: " + text);
            }
            return new JsonValue(value);
        } catch (final IOException ex) {
            throw new UncheckedIOException("not JSON: " + text, ex);
        }
    }

    /** The JSON of a tree of Maps, Lists, Strings, Numbers, Booleans, nulls and {@link JsonValue}s. */
    static String write(final Object value) {
        final StringWriter out = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            write(value, json);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        return out.toString();
    }

    /** A field of an object; absent when it has none of that name. */
    JsonValue at(final String name) {
        return new JsonValue(value instanceof Map<?, ?> map ? map.get(name) : null);
    }

    boolean isAbsent() {
        return value == null;
    }

    String text() {
        return expect(String.class);
    }

    long number() {
        return expect(Number.class).longValue();
    }

    /** A whole number; 0 when it is absent, as Protobuf leaves zeros out. */
    long numberOrZero() {
        return isAbsent() ? 0 : number();
    }

    boolean flag() {
        return expect(Boolean.class);
    }

    List<JsonValue> items() {
        final List<JsonValue> items = new ArrayList<>();
        for (final Object item : expect(List.class)) {
            items.add(new JsonValue(item));
        }
        return items;
    }

    Map<String, JsonValue> fields() {
        final Map<String, JsonValue> fields = new LinkedHashMap<>();
        for (final Object name : expect(Map.class).keySet()) {
            fields.put((String) name, at((String) name));
        }
        return fields;
    }

    @Override
    public String toString() {
        return write(value);
    }

    private <T> T expect(final Class<T> type) {
        if (!type.isInstance(value)) {
            throw new AssertionError("expected a " + type.getSimpleName() + ", not " + this);
        }
        return type.cast(value);
    }

    private static Object read(final JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                final Map<String, Object> fields = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    final String name = parser.currentName();
                    parser.nextToken();
                    fields.put(name, read(parser));
                }
                yield fields;
            }
            case START_ARRAY -> {
                final List<Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield items;
            }
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            default -> parser.getText();
        };
    }

    private static void write(final Object value, final JsonGenerator json) throws IOException {
        if (value instanceof JsonValue tree) {
            write(tree.value(), json);
        } else if (value instanceof Map<?, ?> fields) {
            json.writeStartObject();
            for (final Map.Entry<?, ?> field : fields.entrySet()) {
                json.writeFieldName((String) field.getKey());
                write(field.getValue(), json);
            }
            json.writeEndObject();
        } else if (value instanceof List<?> items) {
            json.writeStartArray();
            for (final Object item : items) {
                write(item, json);
            }
            json.writeEndArray();
        } else if (value instanceof String text) {
            json.writeString(text);
        } else if (value instanceof Number number) {
            json.writeNumber(number.toString());
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value == null) {
            json.writeNull();
        } else {
            throw new IllegalArgumentException("not a value of JSON: " + value.getClass());
        }
    }
}
