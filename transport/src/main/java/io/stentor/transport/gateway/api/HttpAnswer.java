package io.stentor.transport.gateway.api;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.JsonWriter;
import java.nio.charset.StandardCharsets;

/**
 * What a request over HTTP gets.
 *
 * @param status the status code.
 * @param contentType the type of {@code body}.
 */
public record HttpAnswer(int status, String contentType, byte[] body) {

    /** The value of a field {@code result}. */
    interface Result {
        void write(JsonWriter json);
    }

    /** A line of text. */
    public static HttpAnswer text(final int status, final String line) {
        return new HttpAnswer(status, "text/plain; charset=utf-8", (line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** A numbered refusal. */
    public static HttpAnswer error(final int status, final ClientError error, final String detail) {
        return json(status, json -> Outcome.refused(error, detail).write("result", json));
    }

    /** A document. */
    static HttpAnswer json(final int status, final Result content) {
        final ByteBuf out = Unpooled.buffer(256);
        final JsonWriter json = new JsonWriter(out).object();
        content.write(json);
        json.endObject();
        return new HttpAnswer(status, "application/json", ByteBufUtil.getBytes(out));
    }
}
