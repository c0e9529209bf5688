package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.JsonWriter;
import io.stentor.transport.gateway.codec.MessageFields;
import java.nio.charset.StandardCharsets;

/**
 * The methods that clients call over {@code rpc} and {@code send}, where the protocol has no command of its own. Their
 * names, fields and answers are listed in {@code transport/PROTOCOL.md}.
 */
final class MethodCalls {

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.US_ASCII);

    private MethodCalls() {}

    /** The command that a call means. */
    static ClientCommand command(final long tag, final String method, final JsonObject call, final int payloadLengthMax)
            throws MethodFault {
        try {
            return switch (method) {
                case "ack" -> new ClientCommand.Ack(tag, topic(call), call.natural("offset", 0));
                case "read" -> new ClientCommand.Read(tag, topic(call), call.natural("offset", 0));
                case "typing" -> new ClientCommand.Typing(tag, topic(call));
                case "publish" -> publish(tag, call, payloadLengthMax);
                default -> throw new MethodFault(ClientError.METHOD_NOT_FOUND, "no method '" + method + "'");
            };
        } catch (final JsonFault ex) {
            throw new MethodFault(ClientError.BAD_REQUEST, ex.getMessage());
        }
    }

    /** The call in the data of an rpc or send. */
    static JsonObject call(final byte[] data) throws MethodFault {
        try {
            return data == null ? JsonObject.EMPTY : JsonObject.parse(data);
        } catch (final JsonFault ex) {
            throw new MethodFault(ClientError.BAD_REQUEST, ex.getMessage());
        }
    }

    /** What a method returns, as JSON. */
    static byte[] result(final Reply reply) {
        if (!(reply instanceof Reply.Published published)) {
            return NOTHING;
        }
        final ByteBuf out = Unpooled.buffer(128);
        new JsonWriter(out)
                .object()
                .field("epoch", published.position().epoch())
                .field("offset", published.position().offset())
                .field("level", published.level().name())
                .field("repeated", published.repeated())
                .endObject();
        return ByteBufUtil.getBytes(out);
    }

    private static ClientCommand publish(final long tag, final JsonObject call, final int payloadLengthMax)
            throws MethodFault {
        final MessageFields message = MessageFields.read(call, "id");
        if (message.payload().length > payloadLengthMax) {
            throw tooLarge(message.payload().length, payloadLengthMax);
        }
        return new ClientCommand.Publish(
                tag, topic(call), message.messageId(), message.payload(), message.json(), message.level());
    }

    static MethodFault tooLarge(final int length, final int limit) {
        return new MethodFault(ClientError.MESSAGE_TOO_LARGE, length + " bytes, the limit is " + limit);
    }

    /** The topic that a call is about. */
    static String topic(final JsonObject call) throws MethodFault {
        return text(call, "topic");
    }

    /** The method that a send names in its data. */
    static String method(final JsonObject call) throws MethodFault {
        return text(call, "method");
    }

    private static String text(final JsonObject call, final String name) throws MethodFault {
        try {
            return call.text(name, "");
        } catch (final JsonFault ex) {
            throw new MethodFault(ClientError.BAD_REQUEST, ex.getMessage());
        }
    }
}
