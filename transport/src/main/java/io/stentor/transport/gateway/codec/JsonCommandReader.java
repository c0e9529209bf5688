package io.stentor.transport.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Reads the commands of a text frame in one pass. Payloads are cut out of the frame as they were written.
 *
 * <p>Unknown fields are skipped, as a protocol that grows needs it; a known field of the wrong kind is a fault.
 */
final class JsonCommandReader {

    /** The greatest id: the protocol's ids are unsigned integers of 32 bits. */
    private static final long ID_MAX = 0xFFFF_FFFFL;

    private final byte[] frame;
    private final JsonParser parser;

    private JsonCommandReader(final byte[] frame, final JsonParser parser) {
        this.frame = frame;
        this.parser = parser;
    }

    /** Hands over the commands of a frame; returns false at the first fault. */
    static boolean read(final byte[] frame, final Consumer<Request> requests) {
        try (JsonParser parser = JsonText.PARSERS.createParser(frame)) {
            final JsonCommandReader reader = new JsonCommandReader(frame, parser);
            boolean empty = true;
            JsonToken token = parser.nextToken();
            while (token == JsonToken.START_OBJECT) {
                final CommandFields fields = new CommandFields();
                if (!reader.command(fields)) {
                    return false;
                }
                requests.accept(fields.request(true));
                empty = false;
                token = parser.nextToken();
            }
            return token == null && !empty;
        } catch (final IOException ex) {
            return false;
        }
    }

    private boolean command(final CommandFields fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final String name = parser.currentName();
            final JsonToken token = parser.nextToken();
            final boolean known;
            if (token == JsonToken.VALUE_NULL) {
                known = true;
            } else if (name.equals("id")) {
                fields.id = natural(token);
                known = fields.id >= 0 && fields.id <= ID_MAX;
            } else if (token == JsonToken.START_OBJECT) {
                known = fields.kind(CommandKind.of(name)) && parameters(fields);
            } else {
                // The methods of newer servers, and extensions that are no objects, are not ours to judge.
                parser.skipChildren();
                known = CommandKind.of(name) == CommandKind.UNKNOWN;
            }
            if (!known) {
                return false;
            }
        }
        return parser.currentToken() == JsonToken.END_OBJECT;
    }

    private boolean parameters(final CommandFields fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            final String name = parser.currentName();
            final JsonToken token = parser.nextToken();
            if (token != JsonToken.VALUE_NULL && !parameter(fields, name, token)) {
                return false;
            }
        }
        return parser.currentToken() == JsonToken.END_OBJECT;
    }

    private boolean parameter(final CommandFields fields, final String name, final JsonToken token) throws IOException {
        return switch (name) {
            case "channel" -> {
                fields.topic = parser.getText();
                yield token == JsonToken.VALUE_STRING;
            }
            case "token" -> {
                fields.token = parser.getText();
                yield token == JsonToken.VALUE_STRING;
            }
            case "method" -> {
                fields.method = parser.getText();
                yield token == JsonToken.VALUE_STRING;
            }
            case "epoch" -> {
                fields.epoch = parser.getText();
                yield token == JsonToken.VALUE_STRING;
            }
            case "data" -> {
                fields.data = raw(token);
                yield true;
            }
            case "recover" -> {
                fields.recover = token == JsonToken.VALUE_TRUE;
                yield token.isBoolean();
            }
            case "join_leave" -> {
                fields.joinLeave = token == JsonToken.VALUE_TRUE;
                yield token.isBoolean();
            }
            case "reverse" -> {
                fields.reverse = token == JsonToken.VALUE_TRUE;
                yield token.isBoolean();
            }
            case "offset" -> {
                fields.offset = natural(token);
                yield fields.offset >= 0;
            }
            case "flag" -> {
                fields.flag = natural(token);
                yield fields.flag >= 0;
            }
            case "limit" -> {
                fields.limit = token == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
                yield token == JsonToken.VALUE_NUMBER_INT;
            }
            case "since" -> {
                fields.since = true;
                yield token == JsonToken.START_OBJECT && parameters(fields);
            }
            default -> {
                parser.skipChildren();
                yield true;
            }
        };
    }

    private long natural(final JsonToken token) throws IOException {
        return token == JsonToken.VALUE_NUMBER_INT ? parser.getLongValue() : -1;
    }

    private byte[] raw(final JsonToken token) throws IOException {
        final int from = (int) parser.currentTokenLocation().getByteOffset();
        if (token.isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        return Arrays.copyOfRange(frame, from, (int) parser.currentLocation().getByteOffset());
    }
}
