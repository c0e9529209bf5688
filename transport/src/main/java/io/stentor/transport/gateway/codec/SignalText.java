package io.stentor.transport.gateway.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.Push;

/**
 * Signals as clients see them: the protocol's message push, whose data is JSON in both encodings. It carries no channel,
 * so the topic stands inside.
 */
final class SignalText {

    private SignalText() {}

    static void typing(final Push.Typing typing, final JsonWriter json) {
        json.object("typing")
                .field("topic", typing.topic())
                .field("user", typing.user())
                .field("ttl", typing.ttlSeconds())
                .endObject();
    }

    static byte[] typing(final Push.Typing typing) {
        final ByteBuf text = Unpooled.buffer(128);
        final JsonWriter json = new JsonWriter(text).object();
        typing(typing, json);
        json.endObject();
        return ByteBufUtil.getBytes(text);
    }
}
