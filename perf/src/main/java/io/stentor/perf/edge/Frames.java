package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** WebSocket frames (RFC 6455, section 5.2) as the rig sends them: whole, of text, and in a masked one the mask is zero. */
final class Frames {

    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;
    static final int LENGTH_7_BITS = 0x7F;
    static final int HEADER_LENGTH = 2;
    static final int MASK_LENGTH = 4;

    private static final int FINAL_TEXT = 0x81;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16_MAX = 0xFFFF;

    private Frames() {}

    /** A client's frame. */
    static ByteBuf masked(final String text) {
        final byte[] content = text.getBytes(StandardCharsets.UTF_8);
        final ByteBuf frame = Unpooled.directBuffer(content.length + 14);
        header(frame, content.length, MASKED);
        return frame.writeInt(0).writeBytes(content);
    }

    /** Begins a server's frame with so many bytes of content. */
    static void header(final ByteBuf frame, final int length) {
        header(frame, length, 0);
    }

    private static void header(final ByteBuf frame, final int length, final int masked) {
        frame.writeByte(FINAL_TEXT);
        if (length < LENGTH_16) {
            frame.writeByte(masked | length);
        } else if (length <= LENGTH_16_MAX) {
            frame.writeByte(masked | LENGTH_16).writeShort(length);
        } else {
            frame.writeByte(masked | LENGTH_64).writeLong(length);
        }
    }
}
