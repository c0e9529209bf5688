package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;

/**
 * The header of a WebSocket frame that a server sends (RFC 6455, section 5.2): final, not masked. It is put before the
 * content in the same buffer, so that a frame is one write of one buffer.
 */
final class FrameWriter {

    /** Room for the longest header that a frame of ours has: two bytes and a length of eight. */
    static final int HEADER_LENGTH_MAX = 10;

    private static final int FINAL_TEXT = 0x81;
    private static final int FINAL_BINARY = 0x82;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;

    private FrameWriter() {}

    /**
     * Completes a frame.
     *
     * @param frame {@link #HEADER_LENGTH_MAX} bytes of room, then the content.
     * @return the same buffer, readable from the header's first byte.
     */
    static ByteBuf complete(final ByteBuf frame, final boolean text) {
        final int length = frame.writerIndex() - HEADER_LENGTH_MAX;
        final int start = HEADER_LENGTH_MAX - headerLength(length);
        frame.setByte(start, text ? FINAL_TEXT : FINAL_BINARY);
        if (length < LENGTH_16) {
            frame.setByte(start + 1, length);
        } else if (length <= 0xFFFF) {
            frame.setByte(start + 1, LENGTH_16);
            frame.setShort(start + 2, length);
        } else {
            frame.setByte(start + 1, LENGTH_64);
            frame.setLong(start + 2, length);
        }
        return frame.readerIndex(start);
    }

    private static int headerLength(final int length) {
        if (length < LENGTH_16) {
            return 2;
        }
        return length <= 0xFFFF ? 4 : HEADER_LENGTH_MAX;
    }
}
