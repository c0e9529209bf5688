package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.codec.Answer;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.ErrorHandler;

/**
 * What one connection still has to be told, bounded in messages and bytes.
 *
 * <p>Two threads: the shard's calls the {@link SessionSink} methods, which count what they add; the event loop owns
 * everything else and counts what has left. Each counter has one writer. What the gateway itself says ({@link #say})
 * never leaves the event loop; it is bounded by not reading from a client that does not read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
final class ClientOutbox implements SessionSink {

    /** Encodes entries that are not bytes yet, when their turn comes. */
    interface Speaker {

        /** The answer that the client gets for a reply of the shard. */
        Answer answer(long tag, Reply reply);

        /** Takes note of a push before it is written. */
        void pushed(Push push);
    }

    /**
     * How much is packed into one frame. A flush is a system call and a frame wakes the client once; beyond this both
     * are paid for, and the first message of the frame only waits.
     */
    private static final int FRAME_PACK_MAX = 16 * 1024;

    /** What an entry weighs besides its payloads: names, numbers and the object itself. */
    private static final int ENTRY_WEIGHT = 128;

    private static final Object PING = new Object();

    /** A reply of the shard on its way. */
    private record Replied(long tag, Reply reply) {}

    /** An answer of the gateway's own. */
    private record Said(long id, Answer answer) {}

    /** A push of the gateway's own. */
    private record Pushed(Push push) {}

    private final Channel channel;
    private final Deliveries deliveries;
    private final ClientCodec codec;
    private final Speaker speaker;
    private final int messagesMax;
    private final int publicationsMax;
    private final long bytesMax;
    private final ErrorHandler errorHandler;

    /** Shard's thread only. */
    private long messagesOffered;

    /** Shard's thread only. */
    private long bytesOffered;

    private final AtomicBoolean disconnecting = new AtomicBoolean();

    /** Written by the event loop, read by the shard's thread. */
    private volatile long messagesGone;

    /** Written by the event loop, read by the shard's thread. */
    private volatile long bytesGone;

    /** Written by the event loop when the socket has gone, read by the shard's thread. */
    private volatile boolean closed;

    private final ArrayDeque<Object> backlog = new ArrayDeque<>(4);
    private boolean touched;
    private Disconnect last;

    ClientOutbox(
            final Channel channel,
            final Deliveries deliveries,
            final ClientCodec codec,
            final Speaker speaker,
            final GatewayContext context) {
        this.channel = channel;
        this.deliveries = deliveries;
        this.codec = codec;
        this.speaker = speaker;
        this.messagesMax = context.outboxMessagesMax();
        // Replies to the commands in flight find room even when publications have filled the rest.
        this.publicationsMax = Math.max(1, messagesMax - context.commandsInFlightMax());
        this.bytesMax = context.outboxBytesMax();
        this.errorHandler = context.errorHandler();
    }

    @Override
    public boolean onReply(final long commandId, final Reply reply) {
        return closed || commandId == 0 || offer(new Replied(commandId, reply), weight(reply), messagesMax);
    }

    @Override
    public boolean onPush(final Push push) {
        return closed || offer(push, ENTRY_WEIGHT, messagesMax);
    }

    @Override
    public boolean onPublication(final Publication publication) {
        if (closed) {
            return true;
        }
        if (!hasRoom(publicationsMax)) {
            return false;
        }
        final ByteBuf message;
        try {
            message = SharedEncoding.of(publication, codec, channel.alloc());
        } catch (final RuntimeException ex) {
            // A defect, or tags that are none: it must not reach the shard's thread, whose other sessions are well.
            errorHandler.onError(ex);
            return false;
        }
        if (!offer(message, message.readableBytes(), publicationsMax)) {
            message.release();
            return false;
        }
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        if (!closed && disconnecting.compareAndSet(false, true)) {
            deliveries.execute(() -> {
                deliveries.drain();
                finish(disconnect);
            });
        }
    }

    /** Event loop: adds an answer of the gateway's own. */
    void say(final long id, final Answer answer) {
        add(new Said(id, answer));
    }

    /** Event loop: adds a push of the gateway's own. */
    void say(final Push push) {
        add(new Pushed(push));
    }

    /** Event loop: adds the server's ping. */
    void ping() {
        add(PING);
    }

    /** Event loop: takes an entry from the ring; true when the outbox has to be flushed after this pass. */
    boolean accept(final Object entry) {
        if (closed) {
            ReferenceCountUtil.release(entry);
            return false;
        }
        backlog.add(entry);
        final boolean first = !touched;
        touched = true;
        return first;
    }

    /** Event loop: writes as much as the socket takes now; the rest follows when it is writable again. Never throws. */
    void flush() {
        touched = false;
        if (closed || backlog.isEmpty()) {
            return;
        }
        try {
            while (!backlog.isEmpty() && channel.isWritable()) {
                channel.write(nextFrame());
            }
        } catch (final RuntimeException ex) {
            // A defect of ours costs this connection, not the others that the event loop serves.
            errorHandler.onError(ex);
            channel.close();
            return;
        }
        channel.flush();
        if (last != null && backlog.isEmpty()) {
            closeSocket();
        }
    }

    /** Event loop: writes what is left, then the close frame. Idempotent; the first reason counts. */
    void finish(final Disconnect disconnect) {
        if (closed || last != null) {
            return;
        }
        disconnecting.set(true);
        last = disconnect;
        flush();
        if (backlog.isEmpty()) {
            closeSocket();
        } else {
            // A client that does not read must not keep the connection by that.
            channel.eventLoop().schedule(this::closeSocket, GatewayContext.CLOSE_WAIT_MS, GatewayContext.MILLISECONDS);
        }
    }

    /** Event loop: the socket has gone. Releases everything. */
    void close() {
        closed = true;
        Object entry = backlog.poll();
        while (entry != null) {
            ReferenceCountUtil.release(entry);
            entry = backlog.poll();
        }
    }

    private void closeSocket() {
        if (!closed) {
            final Disconnect reason = last;
            close();
            ClientChannel.close(channel, reason.code(), reason.reason());
        }
    }

    private void add(final Object entry) {
        if (!closed && last == null) {
            backlog.add(entry);
        }
    }

    private boolean hasRoom(final int messages) {
        return messagesOffered - messagesGone < messages && bytesOffered - bytesGone < bytesMax;
    }

    /** One entry may go beyond the budget of bytes, so that the longest answer needs no budget of its own. */
    private boolean offer(final Object entry, final int weight, final int messages) {
        if (!hasRoom(messages) || !deliveries.offer(this, entry)) {
            return false;
        }
        messagesOffered++;
        bytesOffered += weight;
        return true;
    }

    /** One frame of as many entries as fit. */
    private ByteBuf nextFrame() {
        final ByteBuf frame = channel.alloc().directBuffer(frameCapacity());
        try {
            frame.writerIndex(FrameWriter.HEADER_LENGTH_MAX);
            long messages = messagesGone;
            long bytes = bytesGone;
            while (!backlog.isEmpty() && frame.writerIndex() < FRAME_PACK_MAX) {
                final Object entry = backlog.poll();
                final int weight = weight(entry);
                if (weight > 0) {
                    messages++;
                    bytes += weight;
                }
                if (frame.writerIndex() > FrameWriter.HEADER_LENGTH_MAX) {
                    codec.separate(frame);
                }
                write(entry, frame);
            }
            messagesGone = messages;
            bytesGone = bytes;
            return FrameWriter.complete(frame, codec.text());
        } catch (final RuntimeException ex) {
            frame.release();
            throw ex;
        }
    }

    private void write(final Object entry, final ByteBuf frame) {
        if (entry instanceof ByteBuf message) {
            // By index: other connections, on other threads, read the same bytes.
            frame.writeBytes(message, message.readerIndex(), message.readableBytes());
            message.release();
        } else if (entry instanceof Replied replied) {
            codec.encode(CommandTag.id(replied.tag()), speaker.answer(replied.tag(), replied.reply()), frame);
        } else if (entry instanceof Said said) {
            codec.encode(said.id(), said.answer(), frame);
        } else if (entry instanceof Push push) {
            speaker.pushed(push);
            codec.encode(push, frame);
        } else if (entry instanceof Pushed pushed) {
            codec.encode(pushed.push(), frame);
        } else {
            codec.ping(frame);
        }
    }

    private int frameCapacity() {
        final Object next = backlog.peek();
        final int packed = backlog.size() == 1 ? weight(next) : FRAME_PACK_MAX;
        return FrameWriter.HEADER_LENGTH_MAX + Math.max(weight(next), packed) + 64;
    }

    /** What an entry of the shard counts; 0 for the gateway's own. Always the same for the same entry. */
    private static int weight(final Object entry) {
        if (entry instanceof ByteBuf message) {
            return message.readableBytes();
        }
        if (entry instanceof Replied replied) {
            return weight(replied.reply());
        }
        return entry instanceof Push ? ENTRY_WEIGHT : 0;
    }

    private static int weight(final Reply reply) {
        if (reply instanceof Reply.Subscribed subscribed) {
            return weight(subscribed.publications());
        }
        if (reply instanceof Reply.HistoryPage page) {
            return weight(page.publications());
        }
        if (reply instanceof Reply.PresenceMembers members) {
            return ENTRY_WEIGHT + ENTRY_WEIGHT * members.members().size();
        }
        return ENTRY_WEIGHT;
    }

    private static int weight(final List<StoredPublication> publications) {
        int weight = ENTRY_WEIGHT;
        for (final StoredPublication publication : publications) {
            weight += ENTRY_WEIGHT + publication.payload().length;
        }
        return weight;
    }
}
