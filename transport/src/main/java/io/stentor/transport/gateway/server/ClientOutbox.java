package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.codec.Answer;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * What one connection still has to be told. Event loop only, but for what says otherwise: the shard's thread adds to it through a
 * {@link ClientInlet}, which bounds it by what has left. What the gateway itself says ({@link #say}) never leaves the event loop; it
 * is bounded by not reading from a client that does not read.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
final class ClientOutbox {

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
    static final int FRAME_PACK_MAX = 16 * 1024;

    /** How many entries are packed into one frame. */
    static final int FRAME_MESSAGES_MAX = 128;

    /** What an entry weighs besides its payloads: names, numbers and the object itself. */
    private static final int ENTRY_WEIGHT = 128;

    private static final Object PING = new Object();

    private static final AtomicIntegerFieldUpdater<ClientOutbox> DISCONNECTING =
            AtomicIntegerFieldUpdater.newUpdater(ClientOutbox.class, "disconnecting");

    /** A reply of the shard on its way. */
    record Replied(long tag, Reply reply) {}

    /** An answer of the gateway's own. */
    private record Said(long id, Answer answer) {}

    /** A push of the gateway's own. */
    private record Pushed(Push push) {}

    private final Channel channel;
    private final Deliveries deliveries;
    private final ClientCodec codec;
    private final Speaker speaker;
    private final GatewayContext context;

    /** 1 once a disconnect is on its way; set by whoever asks first. */
    private volatile int disconnecting;

    /** Written by the event loop, read by the shard's thread. */
    private volatile long messagesGone;

    /** Written by the event loop, read by the shard's thread. */
    private volatile long bytesGone;

    /** Written by the event loop when the socket has gone, read by the shard's thread. */
    private volatile boolean closed;

    private final ArrayDeque<Object> backlog = new ArrayDeque<>(4);

    /** Where the connection is in the {@link SharedFrames} of a pass; only while nothing is in the backlog. */
    private int node = SharedFrames.ROOT;

    /** Signals that wait until the client reads; null for none. */
    private WaitingSignals signals;

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
        this.context = context;
    }

    /** Any thread: how many entries of the shard have left. */
    long messagesGone() {
        return messagesGone;
    }

    /** Any thread: what they weighed. */
    long bytesGone() {
        return bytesGone;
    }

    /** Any thread: whether the socket has gone. */
    boolean isClosed() {
        return closed;
    }

    /** Any thread: true for the first that wants to end the connection; it is to have {@link #finish} called. */
    boolean beginDisconnect() {
        return !closed && disconnecting == 0 && DISCONNECTING.compareAndSet(this, 0, 1);
    }

    /** Adds an answer of the gateway's own. */
    void say(final long id, final Answer answer) {
        add(new Said(id, answer));
    }

    /** Adds a push of the gateway's own. */
    void say(final Push push) {
        add(new Pushed(push));
    }

    /** Adds the server's ping. */
    void ping() {
        add(PING);
    }

    /** Takes an entry from the ring; true when the outbox has to be flushed after this pass. */
    boolean accept(final Object entry) {
        if (closed) {
            ReferenceCountUtil.release(entry);
            return false;
        }
        if (entry instanceof Push push && WaitingSignals.isSignal(push) && !channel.isWritable()) {
            await(push);
            return false;
        }
        if (!(entry instanceof final ByteBuf message && share(message))) {
            queueShared();
            backlog.add(entry);
        }
        final boolean first = !touched;
        touched = true;
        return first;
    }

    /** Writes as much as the socket takes now; the rest follows when it is writable again. Never throws. */
    void flush() {
        touched = false;
        if (closed || (node == SharedFrames.ROOT && backlog.isEmpty() && signals == null)) {
            return;
        }
        try {
            writeShared();
            writeBacklog();
            if (signals != null && channel.isWritable()) {
                signals.drain(deliveries.wheel().nowMs(), push -> backlog.add(new Pushed(push)));
                signals = null;
                writeBacklog();
            }
        } catch (final RuntimeException ex) {
            // A defect of ours costs this connection, not the others that the event loop serves.
            context.errorHandler().onError(ex);
            leaveShared();
            channel.close();
            return;
        }
        channel.flush();
        if (last != null && backlog.isEmpty()) {
            closeSocket();
        }
    }

    /** Writes what is left, then the close frame. Idempotent; the first reason counts. */
    void finish(final Disconnect disconnect) {
        if (closed || last != null) {
            return;
        }
        disconnecting = 1;
        last = disconnect;
        context.counters().onEnded(disconnect.code());
        flush();
        if (backlog.isEmpty()) {
            closeSocket();
        } else {
            // A client that does not read must not keep the connection by that.
            channel.eventLoop().schedule(this::closeSocket, GatewayContext.CLOSE_WAIT_MS, GatewayContext.MILLISECONDS);
        }
    }

    /** The socket has gone. Releases everything. */
    void close() {
        closed = true;
        signals = null;
        leaveShared();
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

    private void writeBacklog() {
        while (!backlog.isEmpty() && channel.isWritable()) {
            channel.write(nextFrame());
        }
    }

    /** A signal waits apart: it takes no room from what must not be lost. */
    private void await(final Push signal) {
        if (signals == null) {
            signals = new WaitingSignals();
        }
        signals.put(signal, deliveries.wheel().nowMs());
        final long messages = messagesGone;
        final long bytes = bytesGone;
        messagesGone = messages + 1;
        bytesGone = bytes + ENTRY_WEIGHT;
    }

    /** Takes a message to where others are that have the same to write; false if it has to be queued. */
    private boolean share(final ByteBuf message) {
        final int next = backlog.isEmpty() ? deliveries.frames().next(node, message) : SharedFrames.FULL;
        if (next == SharedFrames.FULL) {
            return false;
        }
        node = next;
        return true;
    }

    /** What the socket does not take now goes to the backlog: the frames are gone when the pass has ended. */
    private void writeShared() {
        final SharedFrames frames = deliveries.frames();
        int written = SharedFrames.ROOT;
        while (written != node && channel.isWritable()) {
            final int end = frames.firstFrame(written, node);
            final ByteBuf frame = frames.frame(end, codec, channel.alloc());
            final long messages = messagesGone;
            final long bytes = bytesGone;
            messagesGone = messages + frames.count(end);
            bytesGone = bytes + frames.bytes(end);
            written = end;
            channel.write(frame);
        }
        frames.queue(written, node, backlog);
        frames.leave(written);
        node = SharedFrames.ROOT;
    }

    private void queueShared() {
        deliveries.frames().queue(SharedFrames.ROOT, node, backlog);
        node = SharedFrames.ROOT;
    }

    private void leaveShared() {
        deliveries.frames().leave(node);
        node = SharedFrames.ROOT;
    }

    /** One frame of as many entries as fit. */
    private ByteBuf nextFrame() {
        final ByteBuf frame = channel.alloc().directBuffer(frameCapacity());
        try {
            frame.writerIndex(FrameWriter.HEADER_LENGTH_MAX);
            int entries = 0;
            long messages = messagesGone;
            long bytes = bytesGone;
            while (!backlog.isEmpty() && entries < FRAME_MESSAGES_MAX && frame.writerIndex() < FRAME_PACK_MAX) {
                final Object entry = backlog.poll();
                final int weight = weight(entry);
                if (weight > 0) {
                    messages++;
                    bytes += weight;
                }
                if (entries++ > 0) {
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
            // By index: other connections read the same bytes.
            frame.writeBytes(message, message.readerIndex(), message.readableBytes());
            message.release();
        } else if (entry instanceof Replied replied) {
            encode(CommandTag.id(replied.tag()), speaker.answer(replied.tag(), replied.reply()), frame);
        } else if (entry instanceof Said said) {
            encode(said.id(), said.answer(), frame);
        } else if (entry instanceof Push push) {
            speaker.pushed(push);
            codec.encode(push, frame);
        } else if (entry instanceof Pushed pushed) {
            codec.encode(pushed.push(), frame);
        } else {
            codec.ping(frame);
        }
    }

    private void encode(final long id, final Answer answer, final ByteBuf frame) {
        if (answer instanceof Answer.Failed failed) {
            context.counters().onRefusedCommand(failed.code());
        }
        codec.encode(id, answer, frame);
    }

    private int frameCapacity() {
        final Object next = backlog.peek();
        final int packed = backlog.size() == 1 ? weight(next) : FRAME_PACK_MAX;
        return FrameWriter.HEADER_LENGTH_MAX + Math.max(weight(next), packed) + 64;
    }

    /** What an entry of the shard counts; 0 for the gateway's own. Always the same for the same entry. */
    static int weight(final Object entry) {
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
