package io.stentor.engine;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A message as it is handed to a session or a follower: a view, valid until the call it was handed to returns. */
public final class DeliveredMessage {

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer sender = new UnsafeBuffer(0, 0);
    private String topic;
    private long topicId;
    private long offset;
    private long sequence;
    private long timestampNs;
    private boolean json;

    DeliveredMessage() {}

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

    /** Engine time at which it was sequenced, nanoseconds since 1970. */
    public long timestampNs() {
        return timestampNs;
    }

    /** True when the payload is known to be one well-formed JSON value. */
    public boolean isJson() {
        return json;
    }

    /** The buffer that holds the payload, from {@link #payloadOffset()}. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where the payload begins. */
    public int payloadOffset() {
        return 0;
    }

    /** The payload's length in bytes. */
    public int payloadLength() {
        return buffer.capacity();
    }

    /** The payload as a string of UTF-8; allocates. */
    public String payloadText() {
        return buffer.getStringWithoutLengthUtf8(0, buffer.capacity());
    }

    /** The sender: a user or a backend; allocates. */
    public String sender() {
        return sender.getStringWithoutLengthUtf8(0, sender.capacity());
    }

    DeliveredMessage place(
            final String topicName, final long id, final long topicOffset, final long logSequence, final long timeNs) {
        topic = topicName;
        topicId = id;
        offset = topicOffset;
        sequence = logSequence;
        timestampNs = timeNs;
        return this;
    }

    DeliveredMessage json(final boolean value) {
        json = value;
        return this;
    }

    DeliveredMessage payload(final DirectBuffer from, final int index, final int length) {
        buffer.wrap(from, index, length);
        return this;
    }

    DeliveredMessage sender(final DirectBuffer from, final int index, final int length) {
        sender.wrap(from, index, length);
        return this;
    }
}
