package io.stentor.transport.gateway.codec;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;

/**
 * Appends JSON to a buffer. It exists because a publication is written on the shard's thread once per message: straight
 * into the buffer, with no generator, no intermediate text and no garbage.
 *
 * <p>The caller opens and closes in the right order; commas are set here. Nesting is limited to 64 levels, one bit each.
 */
public final class JsonWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final ByteBuf out;
    private long filled;
    private int depth;

    /** A writer that appends to {@code out}. */
    public JsonWriter(final ByteBuf out) {
        this.out = out;
    }

    /**
     * Writes one object as text: for tools, not for a path that counts its garbage.
     *
     * @param fields adds the object's fields.
     */
    public static String text(final Consumer<JsonWriter> fields) {
        final ByteBuf out = Unpooled.buffer();
        try {
            final JsonWriter writer = new JsonWriter(out).object();
            fields.accept(writer);
            writer.endObject();
            return out.toString(StandardCharsets.UTF_8);
        } finally {
            out.release();
        }
    }

    /** Opens an object. */
    public JsonWriter object() {
        element();
        return open('{');
    }

    /** Opens an object as the value of a field. */
    public JsonWriter object(final String name) {
        name(name);
        return open('{');
    }

    /** Closes an object. */
    public JsonWriter endObject() {
        return close('}');
    }

    /** Opens an array as the value of a field. */
    public JsonWriter array(final String name) {
        name(name);
        return open('[');
    }

    /** Closes an array. */
    public JsonWriter endArray() {
        return close(']');
    }

    /** A field with a text. */
    public JsonWriter field(final String name, final String value) {
        name(name);
        text(value);
        return this;
    }

    /** A field with a whole number. */
    public JsonWriter field(final String name, final long value) {
        name(name);
        number(value);
        return this;
    }

    /** A field with true or false. */
    public JsonWriter field(final String name, final boolean value) {
        name(name);
        ByteBufUtil.writeAscii(out, value ? "true" : "false");
        return this;
    }

    /** A field whose value is JSON already. A line feed in it becomes a blank, since line feeds separate messages. */
    public JsonWriter json(final String name, final byte[] value) {
        name(name);
        final int start = out.writerIndex();
        out.writeBytes(value);
        joinLines(start);
        return this;
    }

    /** A field whose value is JSON already; see {@link #json(String, byte[])}. */
    public JsonWriter json(final String name, final DirectBuffer value) {
        name(name);
        final int start = out.writerIndex();
        append(value, out);
        joinLines(start);
        return this;
    }

    /** A field with bytes in base 64. */
    public JsonWriter base64(final String name, final DirectBuffer value) {
        final byte[] bytes = new byte[value.capacity()];
        value.getBytes(0, bytes);
        name(name);
        out.writeByte('"').writeBytes(Base64.getEncoder().encode(bytes)).writeByte('"');
        return this;
    }

    /** Copies all of a buffer. */
    static void append(final DirectBuffer from, final ByteBuf to) {
        final int length = from.capacity();
        to.ensureWritable(length);
        final ByteBuffer window = to.internalNioBuffer(to.writerIndex(), length);
        from.getBytes(0, window, length);
        to.writerIndex(to.writerIndex() + length);
    }

    /** Inside well-formed JSON a line feed can only stand between tokens, where a blank means the same. */
    private void joinLines(final int start) {
        int at = out.indexOf(start, out.writerIndex(), (byte) '\n');
        while (at >= 0) {
            out.setByte(at, ' ');
            at = out.indexOf(at + 1, out.writerIndex(), (byte) '\n');
        }
    }

    private JsonWriter open(final char bracket) {
        out.writeByte(bracket);
        depth++;
        filled &= ~(1L << depth);
        return this;
    }

    private JsonWriter close(final char bracket) {
        depth--;
        out.writeByte(bracket);
        return this;
    }

    private void element() {
        if ((filled & (1L << depth)) != 0) {
            out.writeByte(',');
        }
        filled |= 1L << depth;
    }

    private void name(final String name) {
        element();
        text(name);
        out.writeByte(':');
    }

    private void number(final long value) {
        if (value < 0) {
            ByteBufUtil.writeAscii(out, Long.toString(value));
            return;
        }
        int digits = 1;
        long power = 10;
        while (digits < 19 && value >= power) {
            digits++;
            power *= 10;
        }
        out.ensureWritable(digits);
        final int start = out.writerIndex();
        long rest = value;
        for (int i = start + digits - 1; i >= start; i--) {
            out.setByte(i, '0' + (int) (rest % 10));
            rest /= 10;
        }
        out.writerIndex(start + digits);
    }

    private void text(final String value) {
        out.writeByte('"');
        int plain = 0;
        for (int i = 0; i < value.length(); i++) {
            final char c = value.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                ByteBufUtil.writeUtf8(out, value, plain, i);
                escape(c);
                plain = i + 1;
            } else if (Character.isSurrogate(c)) {
                if (i + 1 < value.length() && Character.isSurrogatePair(c, value.charAt(i + 1))) {
                    i++;
                } else {
                    // Half a character, which Netty would write as invalid UTF-8.
                    ByteBufUtil.writeUtf8(out, value, plain, i);
                    out.writeByte('?');
                    plain = i + 1;
                }
            }
        }
        ByteBufUtil.writeUtf8(out, value, plain, value.length());
        out.writeByte('"');
    }

    private void escape(final char c) {
        out.writeByte('\\');
        switch (c) {
            case '"', '\\' -> out.writeByte(c);
            case '\n' -> out.writeByte('n');
            case '\r' -> out.writeByte('r');
            case '\t' -> out.writeByte('t');
            default ->
                out.writeByte('u')
                        .writeByte('0')
                        .writeByte('0')
                        .writeByte(HEX[c >> 4])
                        .writeByte(HEX[c & 0xF]);
        }
    }
}
