package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.codec.ClientCodec;

/**
 * A live publication as bytes, made once per encoding however many connections get it. The shard's thread makes and
 * closes it; each outbox entry holds a count of its own.
 */
final class SharedEncoding implements AutoCloseable {

    private ByteBuf text;
    private ByteBuf binary;

    /** The message in an encoding, with one count that belongs to the caller. */
    static ByteBuf of(final Publication publication, final ClientCodec codec, final ByteBufAllocator allocator) {
        if (publication.shared() == null) {
            publication.shared(new SharedEncoding());
        }
        // Another kind of sink may have left its own encoding: then this one is not shared.
        return publication.shared() instanceof SharedEncoding shared
                ? shared.message(publication, codec, allocator).retain()
                : encode(publication, codec, allocator);
    }

    private ByteBuf message(final Publication publication, final ClientCodec codec, final ByteBufAllocator allocator) {
        if (codec.text()) {
            if (text == null) {
                text = encode(publication, codec, allocator);
            }
            return text;
        }
        if (binary == null) {
            binary = encode(publication, codec, allocator);
        }
        return binary;
    }

    private static ByteBuf encode(
            final Publication publication, final ClientCodec codec, final ByteBufAllocator allocator) {
        // Topic, names and braces of a plain publication take 100 to 200 bytes; the buffer grows when that is too few.
        final ByteBuf message = allocator.directBuffer(publication.payload().capacity() + 256);
        try {
            codec.encode(publication, message);
            return message;
        } catch (final RuntimeException ex) {
            message.release();
            throw ex;
        }
    }

    @Override
    public void close() {
        if (text != null) {
            text.release();
            text = null;
        }
        if (binary != null) {
            binary.release();
            binary = null;
        }
    }
}
