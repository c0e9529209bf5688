package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.stentor.transport.gateway.codec.ClientCodec;
import java.util.Arrays;
import java.util.Collection;

/**
 * What the connections of one event loop have to write in one pass, as a tree: a node is a message that follows its parent's. A
 * connection holds the number of its last message's node; those that have exactly the same to write, as most of a topic's
 * subscribers have, are at the same one. They write the same frames, made once, each with indexes of its own; and a message that
 * comes for a thousand of them is a number in each, not an entry in a thousand queues.
 *
 * <p>Each connection brings a count of each of its messages. When it has written them it leaves its counts here, and they are given
 * back together at the end of the pass: the shard's thread changes the same counts. Event loop only.
 */
final class SharedFrames {

    /** The node of a connection that has nothing to write. */
    static final int ROOT = 0;

    /** There is no room for another node: the connection has to queue what it has to write. */
    static final int FULL = -1;

    /** Some tens of messages for the connections of some tens of topics. */
    private static final int NODES_MAX = 1024;

    private final ByteBuf[] messages = new ByteBuf[NODES_MAX];
    private final ByteBuf[] textFrames = new ByteBuf[NODES_MAX];
    private final ByteBuf[] binaryFrames = new ByteBuf[NODES_MAX];
    private final int[] parents = new int[NODES_MAX];

    /** The child that was made last; messages come one after another, each for all of its connections. */
    private final int[] lastChildren = new int[NODES_MAX];

    /** The last node of the frame before the one that ends with this node; the root for none. */
    private final int[] framesBefore = new int[NODES_MAX];

    /** Messages of the frame that ends with this node. */
    private final int[] counts = new int[NODES_MAX];

    /** What they weigh together. */
    private final int[] bytes = new int[NODES_MAX];

    /** Connections that have left their counts of the messages up to this node, and of no more. */
    private final int[] left = new int[NODES_MAX];

    private final ByteBuf[] path = new ByteBuf[NODES_MAX];
    private int size = 1;

    /**
     * The node of a connection that has a message more to write.
     *
     * @param node of what it has to write before.
     * @param message with a count that the connection brings.
     * @return the node, or {@link #FULL}.
     */
    @SuppressWarnings(
            "ReferenceEquality") // An object is one message: it is not made use of again while somebody's count is
    // here.
    int next(final int node, final ByteBuf message) {
        final int last = lastChildren[node];
        return last != ROOT && messages[last] == message ? last : add(node, message);
    }

    private int add(final int node, final ByteBuf message) {
        if (size == NODES_MAX) {
            return FULL;
        }
        final boolean begins =
                counts[node] == ClientOutbox.FRAME_MESSAGES_MAX || bytes[node] >= ClientOutbox.FRAME_PACK_MAX;
        final int added = size++;
        messages[added] = message;
        parents[added] = node;
        lastChildren[node] = added;
        framesBefore[added] = begins ? node : framesBefore[node];
        counts[added] = begins ? 1 : counts[node] + 1;
        bytes[added] = (begins ? 0 : bytes[node]) + message.readableBytes();
        return added;
    }

    /**
     * The first frame on the way from one node to another.
     *
     * @param from the last node of a frame, or the root.
     * @param to a node below it.
     * @return the last node of that frame.
     */
    int firstFrame(final int from, final int to) {
        int end = to;
        while (framesBefore[end] != from) {
            end = framesBefore[end];
        }
        return end;
    }

    /** How many messages are in a frame. */
    int count(final int end) {
        return counts[end];
    }

    /** What they weigh together. */
    int bytes(final int end) {
        return bytes[end];
    }

    /**
     * A frame.
     *
     * @param end its last node.
     * @return a buffer with a count and indexes that belong to the caller.
     */
    ByteBuf frame(final int end, final ClientCodec codec, final ByteBufAllocator allocator) {
        final ByteBuf[] frames = codec.text() ? textFrames : binaryFrames;
        if (frames[end] == null) {
            frames[end] = make(end, codec, allocator);
        }
        return frames[end].retainedDuplicate();
    }

    /** A connection has written the messages up to a node, or never will: its counts of them are given back here. */
    void leave(final int node) {
        left[node]++;
    }

    /** Adds the messages behind one node and up to another to a connection's queue; their counts go with them. */
    void queue(final int from, final int to, final Collection<Object> queue) {
        for (int i = trace(from, to) - 1; i >= 0; i--) {
            queue.add(path[i]);
        }
    }

    /** The pass has ended: no connection is at a node. */
    void end() {
        // A node comes after its parent, so what was left at it is known when its turn has come.
        for (int i = size - 1; i > ROOT; i--) {
            if (left[i] > 0) {
                messages[i].release(left[i]);
                left[parents[i]] += left[i];
            }
            release(textFrames, i);
            release(binaryFrames, i);
            messages[i] = null;
        }
        Arrays.fill(left, 0, size, 0);
        Arrays.fill(lastChildren, 0, size, ROOT);
        size = 1;
    }

    private ByteBuf make(final int end, final ClientCodec codec, final ByteBufAllocator allocator) {
        final int count = trace(framesBefore[end], end);
        final ByteBuf frame = allocator.directBuffer(FrameWriter.HEADER_LENGTH_MAX + bytes[end] + count);
        try {
            frame.writerIndex(FrameWriter.HEADER_LENGTH_MAX);
            for (int i = count - 1; i >= 0; i--) {
                // By index: other connections, on other threads, read the same bytes.
                frame.writeBytes(path[i], path[i].readerIndex(), path[i].readableBytes());
                if (i > 0) {
                    codec.separate(frame);
                }
            }
            return FrameWriter.complete(frame, codec.text());
        } catch (final RuntimeException ex) {
            frame.release();
            throw ex;
        }
    }

    /** Lists the messages behind one node and up to another, the last one first; the list is good until the next one. */
    private int trace(final int from, final int to) {
        int count = 0;
        for (int at = to; at != from; at = parents[at]) {
            path[count++] = messages[at];
        }
        return count;
    }

    private static void release(final ByteBuf[] frames, final int node) {
        if (frames[node] != null) {
            frames[node].release();
            frames[node] = null;
        }
    }
}
