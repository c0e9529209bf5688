package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/**
 * Takes a stream of bytes apart: an HTTP head, then WebSocket frames. Nothing is copied unless a frame ends in a later
 * chunk. Event loop only.
 */
final class FrameStream {

    /** Takes the parts. */
    interface Taker {

        /** The HTTP head has come, of a request or of an answer. */
        void onHead(ByteBuf in, int index, int length);

        /** A frame has come; its content is valid during the call. */
        void onFrame(int opcode, ByteBuf in, int index, int length);
    }

    static final int TEXT = 1;
    static final int CLOSE = 8;

    private static final int OPCODE = 0x0F;
    private static final int MASKED = 0x80;
    private static final int HEAD_LENGTH_MAX = 8 * 1024;
    private static final int HEAD_END_LENGTH = 4;
    private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';

    private final Taker taker;
    private ByteBuf rest;
    private boolean open;

    FrameStream(final Taker taker) {
        this.taker = taker;
    }

    /** Takes a chunk; the caller keeps it. */
    void take(final ByteBuf chunk) {
        if (rest == null) {
            parse(chunk);
            if (chunk.isReadable()) {
                rest = Unpooled.copiedBuffer(chunk);
            }
            return;
        }
        final ByteBuf all = Unpooled.wrappedBuffer(ByteBufUtil.getBytes(rest), ByteBufUtil.getBytes(chunk));
        rest = null;
        parse(all);
        if (all.isReadable()) {
            rest = Unpooled.copiedBuffer(all);
        }
    }

    private void parse(final ByteBuf in) {
        if (!open && !head(in)) {
            return;
        }
        while (frame(in)) {
            // The next one.
        }
    }

    private boolean head(final ByteBuf in) {
        final int start = in.readerIndex();
        for (int i = start; i <= in.writerIndex() - HEAD_END_LENGTH; i++) {
            if (in.getInt(i) == HEAD_END) {
                in.readerIndex(i + HEAD_END_LENGTH);
                open = true;
                taker.onHead(in, start, i - start);
                return true;
            }
        }
        if (in.readableBytes() > HEAD_LENGTH_MAX) {
            throw new IllegalStateException("no end of the HTTP head within " + HEAD_LENGTH_MAX + " bytes");
        }
        return false;
    }

    private boolean frame(final ByteBuf in) {
        final int start = in.readerIndex();
        final int readable = in.readableBytes();
        if (readable < Frames.HEADER_LENGTH) {
            return false;
        }
        final int second = in.getUnsignedByte(start + 1);
        final int code = second & Frames.LENGTH_7_BITS;
        int header = Frames.HEADER_LENGTH;
        if (code == Frames.LENGTH_16) {
            header += Short.BYTES;
        } else if (code == Frames.LENGTH_64) {
            header += Long.BYTES;
        }
        if (readable < header) {
            return false;
        }
        long length = code;
        if (code == Frames.LENGTH_16) {
            length = in.getUnsignedShort(start + Frames.HEADER_LENGTH);
        } else if (code == Frames.LENGTH_64) {
            length = in.getLong(start + Frames.HEADER_LENGTH);
        }
        header += (second & MASKED) == 0 ? 0 : Frames.MASK_LENGTH;
        if (readable - header < length) {
            return false;
        }
        in.readerIndex(start + header + (int) length);
        taker.onFrame(in.getByte(start) & OPCODE, in, start + header, (int) length);
        return true;
    }
}
