package io.stentor.transport.gateway;

import io.stentor.transport.wire.MessageFlags;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A flyweight over a live message while it is fanned out to the sessions of its topic. One thread, the shard's; it is
 * valid until the call it was handed to returns.
 *
 * <p>Sinks that turn it into bytes do so once: the first leaves its encoding in {@link #shared(AutoCloseable)}, the
 * others find it in {@link #shared()}, and {@link #clear()} closes it after the last.
 */
public final class Publication {

    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer sender = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer client = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer tags = new UnsafeBuffer(0, 0);
    private String topic;
    private long topicId;
    private long offset;
    private long sequence;
    private long timestampNs;
    private int flags;
    private AutoCloseable shared;

    /**
     * Points this flyweight at a message.
     *
     * @param topic the topic's name.
     * @param topicId the topic's interned id.
     * @param offset the message's offset in its topic.
     * @param sequence the message's sequence in the log.
     * @param timestampNs engine time of the message, nanoseconds since 1970.
     * @param flags the message's {@link MessageFlags}.
     * @return this, for the four ranges to follow.
     */
    public Publication reset(
            final String topic,
            final long topicId,
            final long offset,
            final long sequence,
            final long timestampNs,
            final int flags) {
        this.topic = topic;
        this.topicId = topicId;
        this.offset = offset;
        this.sequence = sequence;
        this.timestampNs = timestampNs;
        this.flags = flags;
        return this;
    }

    /** Sets the range of the payload. */
    public Publication payload(final DirectBuffer buffer, final int index, final int length) {
        payload.wrap(buffer, index, length);
        return this;
    }

    /** Sets the range of the publisher's user; length 0 when a backend published it. */
    public Publication sender(final DirectBuffer buffer, final int index, final int length) {
        sender.wrap(buffer, index, length);
        return this;
    }

    /** Sets the range of the publisher's connection id; length 0 when a backend published it. */
    public Publication client(final DirectBuffer buffer, final int index, final int length) {
        client.wrap(buffer, index, length);
        return this;
    }

    /** Sets the range of the encoded tags; see {@link io.stentor.transport.wire.Tags}. */
    public Publication tags(final DirectBuffer buffer, final int index, final int length) {
        tags.wrap(buffer, index, length);
        return this;
    }

    /** The topic's name. */
    public String topic() {
        return topic;
    }

    /** The topic's interned id. */
    public long topicId() {
        return topicId;
    }

    /** The message's offset in its topic, from 1. */
    public long offset() {
        return offset;
    }

    /** The message's sequence in the log, from 1. */
    public long sequence() {
        return sequence;
    }

    /** Engine time at which the message was sequenced, nanoseconds since 1970. */
    public long timestampNs() {
        return timestampNs;
    }

    /** True when the payload was found at the edge to be one well-formed JSON value. */
    public boolean json() {
        return (flags & MessageFlags.JSON) != 0;
    }

    /** The message's {@link MessageFlags}. */
    public int flags() {
        return flags;
    }

    /** The payload: the whole capacity of the returned flyweight. */
    public DirectBuffer payload() {
        return payload;
    }

    /** The publisher's user in UTF-8: the whole capacity. */
    public DirectBuffer sender() {
        return sender;
    }

    /** The publisher's connection id in ASCII: the whole capacity. */
    public DirectBuffer client() {
        return client;
    }

    /** The encoded tags: the whole capacity. */
    public DirectBuffer tags() {
        return tags;
    }

    /** What the first sink left for the others; null before it did. */
    public AutoCloseable shared() {
        return shared;
    }

    /** Leaves an encoding for the sinks that follow; it is closed by {@link #clear()}. */
    public void shared(final AutoCloseable encoding) {
        this.shared = encoding;
    }

    /** Ends the fan-out of this message and closes the shared encoding, if there is one. */
    public void clear() {
        final AutoCloseable encoding = shared;
        shared = null;
        if (encoding != null) {
            try {
                encoding.close();
            } catch (final Exception ex) {
                throw new IllegalStateException("closing a shared encoding of topic " + topic, ex);
            }
        }
    }
}
