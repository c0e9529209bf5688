package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.codec.ClientCodec;

/**
 * A live publication as bytes, made once per encoding however many connections get it. The shard's thread makes and
 * closes it; each outbox entry holds a count of its own.
 */
final class SharedEncoding implements AutoCloseable {

    private final Lot text = new Lot();
    private final Lot binary = new Lot();
    private final PassRequests requests;

    private SharedEncoding(final PassRequests requests) {
        this.requests = requests;
    }

    /**
     * The message in an encoding.
     *
     * @param channel whose allocator makes the bytes.
     * @param requests to settle once all connections have the message.
     * @return with one count that belongs to the caller.
     */
    static ByteBuf of(
            final Publication publication,
            final ClientCodec codec,
            final Channel channel,
            final PassRequests requests) {
        if (publication.shared() == null) {
            publication.shared(new SharedEncoding(requests));
        }
        // Another kind of sink may have left its own encoding: then this one is not shared.
        return publication.shared() instanceof SharedEncoding shared
                ? shared.message(publication, codec, channel)
                : encode(publication, codec, channel);
    }

    private ByteBuf message(final Publication publication, final ClientCodec codec, final Channel channel) {
        final Lot lot = codec.text() ? text : binary;
        if (lot.message == null) {
            lot.message = encode(publication, codec, channel);
        }
        return lot.take();
    }

    private static ByteBuf encode(final Publication publication, final ClientCodec codec, final Channel channel) {
        // Topic, names and braces of a plain publication take 100 to 200 bytes; the buffer grows when that is too few.
        final ByteBuf message =
                channel.alloc().directBuffer(publication.payload().capacity() + 256);
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
        text.close();
        binary.close();
        requests.settle();
    }

    /**
     * A message and counts of it that are still to be given away. They are taken many at a time: the count itself is shared
     * with the event loops, which give theirs back meanwhile, and to change it once for each connection has both wait.
     */
    private static final class Lot {

        private static final int COUNTS = 256;

        private ByteBuf message;
        private int counts;

        /** The message with a count for the caller. */
        ByteBuf take() {
            if (counts == 0) {
                message.retain(COUNTS);
                counts = COUNTS;
            }
            counts--;
            return message;
        }

        void close() {
            if (message != null) {
                message.release(counts + 1);
                message = null;
                counts = 0;
            }
        }
    }
}
