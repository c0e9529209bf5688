package io.stentor.engine.pipeline;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What one message is made of before it enters the ring: views of the caller's bytes, which are copied when it is
 * offered. Reused; one thread.
 */
public final class MessageParts {

    final UnsafeBuffer sender = new UnsafeBuffer(0, 0);
    final UnsafeBuffer messageId = new UnsafeBuffer(0, 0);
    final UnsafeBuffer origin = new UnsafeBuffer(0, 0);
    final UnsafeBuffer tags = new UnsafeBuffer(0, 0);
    final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    TopicState topic;
    DeliveryClass deliveryClass;
    AckLevel level;
    int flags;
    long expiresAtNs;
    long producerId;
    long producerSequence;
    long offeredNs;
    ReceiptSink sink;
    long correlationId;

    /** Forgets everything but the topic: no sender, no ids, no tags, the class's level, no receipt. */
    public MessageParts clear() {
        sender.wrap(0, 0);
        messageId.wrap(0, 0);
        origin.wrap(0, 0);
        tags.wrap(0, 0);
        payload.wrap(0, 0);
        deliveryClass = DeliveryClass.CHAT;
        level = AckLevel.NONE;
        flags = 0;
        expiresAtNs = 0;
        producerId = 0;
        producerSequence = 0;
        offeredNs = 0;
        sink = null;
        correlationId = 0;
        return this;
    }

    /** Sets the topic. */
    public MessageParts topic(final TopicState value) {
        topic = value;
        return this;
    }

    /** Sets the payload. */
    public MessageParts payload(final DirectBuffer buffer, final int index, final int length) {
        payload.wrap(buffer, index, length);
        return this;
    }

    /** Sets the publisher's user, UTF-8. */
    public MessageParts sender(final DirectBuffer buffer, final int index, final int length) {
        sender.wrap(buffer, index, length);
        return this;
    }

    /** Sets the client message id, under which a repeat is found. */
    public MessageParts messageId(final DirectBuffer buffer, final int index, final int length) {
        messageId.wrap(buffer, index, length);
        return this;
    }

    /** Sets the publisher's connection id. */
    public MessageParts origin(final DirectBuffer buffer, final int index, final int length) {
        origin.wrap(buffer, index, length);
        return this;
    }

    /** Sets the encoded tags. */
    public MessageParts tags(final DirectBuffer buffer, final int index, final int length) {
        tags.wrap(buffer, index, length);
        return this;
    }

    /** Sets the class that the topic gets if this message opens it, the flags and the expiry. */
    public MessageParts attributes(final DeliveryClass topicClass, final int messageFlags, final long expiryNs) {
        deliveryClass = topicClass;
        flags = messageFlags;
        expiresAtNs = expiryNs;
        return this;
    }

    /** Sets the producer that numbers its messages; zeros for none. */
    public MessageParts producer(final long id, final long sequence) {
        producerId = id;
        producerSequence = sequence;
        return this;
    }

    /** Sets when it was offered, on the machine's monotonic clock. */
    public MessageParts offeredNs(final long timeNs) {
        offeredNs = timeNs;
        return this;
    }

    /** Sets the acknowledgement to wait for; NONE for the class's default. */
    public MessageParts level(final AckLevel value) {
        level = value;
        return this;
    }

    /** True when nothing is to be waited for once the message is in the ring. */
    public boolean isAcceptedOnly() {
        return level == AckLevel.ACCEPTED;
    }

    /** Sets who is told the outcome; null for nobody. */
    public MessageParts receipt(final ReceiptSink receiptSink, final long correlation) {
        sink = receiptSink;
        correlationId = correlation;
        return this;
    }
}
