package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * The last frame of a pass that holds publications only, for the connections that have exactly the same to write: most of a
 * topic's subscribers have. They write one buffer, each with indexes of its own, instead of a copy each. Event loop only.
 *
 * <p>Publications are the same when they are the same object. That holds within a pass, since what waits then has a count of
 * its own; afterwards the objects are made use of again, so the frame is forgotten.
 */
final class SharedFrame {

    private final ByteBuf[] messages = new ByteBuf[ClientOutbox.FRAME_MESSAGES_MAX];
    private int count;
    private long bytes;

    /** Connections whose counts of the messages are given back when the frame is forgotten. */
    private int takers;

    private ClientCodec codec;
    private ByteBuf frame;
    private boolean passing;

    /** A pass begins. */
    void begin() {
        passing = true;
    }

    /** The pass has ended. */
    void end() {
        passing = false;
        forget();
    }

    /** Whether a frame would be shared if it were kept. */
    boolean isPassing() {
        return passing;
    }

    /** How many messages are in the frame. */
    int count() {
        return count;
    }

    /**
     * The frame, if it is what a connection has to write first.
     *
     * @param backlog what the connection has to write.
     * @param speaks how.
     * @return the frame with a count and indexes that belong to the caller; null when it has something else to write.
     */
    ByteBuf of(final ArrayDeque<Object> backlog, final ClientCodec speaks) {
        if (frame == null || codec != speaks || backlog.size() < count) {
            return null;
        }
        final Iterator<Object> waiting = backlog.iterator();
        for (int i = 0; i < count; i++) {
            if (waiting.next() != messages[i]) {
                return null;
            }
        }
        return frame.retainedDuplicate();
    }

    /** What the messages weigh together. */
    long bytes() {
        return bytes;
    }

    /**
     * Takes over a count of each message from the connection that writes the frame: given back together with those of others, at
     * once for each message, since the shard's thread changes the same counts.
     */
    void takeCounts() {
        takers++;
    }

    /** Begins a frame that may be kept: its messages follow. */
    void clear() {
        forget();
    }

    /** Takes note of a message of the frame that is being made. */
    void add(final ByteBuf message) {
        messages[count++] = message;
        bytes += message.readableBytes();
    }

    /** Keeps the frame that has been made, with a count of its own. */
    void keep(final ByteBuf made, final ClientCodec spoken) {
        frame = made.retainedDuplicate();
        codec = spoken;
    }

    private void forget() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
        for (int i = 0; i < count; i++) {
            if (takers > 0) {
                messages[i].release(takers);
            }
            messages[i] = null;
        }
        count = 0;
        bytes = 0;
        takers = 0;
    }
}
