package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.gateway.codec.ClientCodec;

/**
 * The way into the {@link ClientOutbox} of one connection, bounded in messages and bytes.
 *
 * <p>What finds room when little is left, and what does not:
 *
 * <pre>
 *   signals (typing, join, leave)  half of the room; while the client does not read, the latest of each kind, topic and
 *                                  person waits apart, up to {@link WaitingSignals#SIGNALS_MAX}
 *   publications                   three quarters of the bytes, and all messages but as many as commands may be in flight
 *   answers, ends of subscriptions all of it
 * </pre>
 *
 * <p>Shard's thread only. It counts what it adds, and looks at what the event loop has counted only when the room seems to be used
 * up: to look each time would have two threads wait for each other's memory at each message of each connection.
 */
final class ClientInlet implements SessionSink {

    private final ClientOutbox outbox;
    private final Channel channel;
    private final Deliveries deliveries;
    private final ClientCodec codec;
    private final GatewayContext context;
    private long messagesOffered;
    private long bytesOffered;

    /** What had left the outbox when this thread looked last. */
    private long messagesGone;

    private long bytesGone;

    ClientInlet(
            final ClientOutbox outbox,
            final Channel channel,
            final Deliveries deliveries,
            final ClientCodec codec,
            final GatewayContext context) {
        this.outbox = outbox;
        this.channel = channel;
        this.deliveries = deliveries;
        this.codec = codec;
        this.context = context;
    }

    @Override
    public boolean onReply(final long commandId, final Reply reply) {
        return commandId == 0
                || offer(new ClientOutbox.Replied(commandId, reply), context.outboxMessagesMax(), bytesMax());
    }

    @Override
    public boolean onPush(final Push push) {
        return WaitingSignals.isSignal(push)
                ? offer(push, context.outboxMessagesMax() / 2, bytesMax() / 2)
                : offer(push, context.outboxMessagesMax(), bytesMax());
    }

    @Override
    public boolean onPublication(final Publication publication) {
        if (!hasRoom(publicationsMax(), bytesMax() - bytesMax() / 4)) {
            return outbox.isClosed();
        }
        final ByteBuf message;
        try {
            message = SharedEncoding.of(publication, codec, channel, deliveries.requests());
        } catch (final RuntimeException ex) {
            // A defect, or tags that are none: it must not reach the shard's thread, whose other sessions are well.
            context.errorHandler().onError(ex);
            return false;
        }
        if (!put(message)) {
            message.release();
            return outbox.isClosed();
        }
        if (!(publication.shared() instanceof SharedEncoding)) {
            deliveries.requests().settle();
        }
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        if (outbox.beginDisconnect()) {
            deliveries.execute(() -> {
                deliveries.drain();
                outbox.finish(disconnect);
            });
        }
    }

    /** One entry may go beyond the budget of bytes, so that the longest answer needs no budget of its own. */
    private boolean offer(final Object entry, final int messages, final long bytes) {
        final boolean taken = hasRoom(messages, bytes) && put(entry);
        deliveries.requests().settle();
        return taken || outbox.isClosed();
    }

    private boolean put(final Object entry) {
        // Before the event loop may give it back.
        final int weight = ClientOutbox.weight(entry);
        if (!deliveries.offer(outbox, entry)) {
            return false;
        }
        messagesOffered++;
        bytesOffered += weight;
        return true;
    }

    private boolean hasRoom(final int messages, final long bytes) {
        if (fits(messages, bytes)) {
            return true;
        }
        messagesGone = outbox.messagesGone();
        bytesGone = outbox.bytesGone();
        return fits(messages, bytes);
    }

    private boolean fits(final int messages, final long bytes) {
        return messagesOffered - messagesGone < messages && bytesOffered - bytesGone < bytes;
    }

    /** What may wait here: the rest of the budget is the socket's. */
    private long bytesMax() {
        return (long) context.outboxBytesMax() - GatewayContext.SOCKET_BYTES_MAX;
    }

    /** Replies to the commands in flight find room even when publications have filled the rest. */
    private int publicationsMax() {
        return Math.max(1, context.outboxMessagesMax() - context.commandsInFlightMax());
    }
}
