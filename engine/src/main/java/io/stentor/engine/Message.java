package io.stentor.engine;

import io.stentor.engine.pipeline.MessageParts;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A message to be offered: a reusable description that refers to the caller's bytes, which are copied when it is offered.
 * One thread. A setting stays until {@link #clear}.
 *
 * <p>Limits: sender and message id 255 bytes of UTF-8 each, tags 4,096 bytes encoded, payload as the engine was
 * configured (64 KiB by default).
 */
public final class Message {

    private final MessageParts parts = new MessageParts();
    private final UnsafeBuffer payloadView = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer senderView = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer messageIdView = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer tagsView = new UnsafeBuffer(0, 0);
    private DeliveryClass deliveryClass = DeliveryClass.CHAT;
    private int flags;
    private long expiresAtNs;

    /** An empty message. */
    public Message() {
        parts.clear();
    }

    /** Forgets every setting but the topic. */
    public Message clear() {
        parts.clear();
        deliveryClass = DeliveryClass.CHAT;
        flags = 0;
        expiresAtNs = 0;
        return this;
    }

    /** Sets the topic. */
    public Message topic(final Topic topic) {
        parts.topic(topic.state());
        return this;
    }

    /** Sets the payload. */
    public Message payload(final DirectBuffer buffer, final int offset, final int length) {
        parts.payload(buffer, offset, length);
        return this;
    }

    /** Sets the payload. */
    public Message payload(final byte[] bytes) {
        payloadView.wrap(bytes);
        parts.payload(payloadView, 0, bytes.length);
        return this;
    }

    /** Says that the payload is one well-formed JSON value, so that clients of a JSON protocol see it as such. */
    public Message json(final boolean json) {
        flags = json ? flags | MessageFlags.JSON : flags & ~MessageFlags.JSON;
        return attributes();
    }

    /** Sets who publishes: a user, or the name of a backend. */
    public Message sender(final String sender) {
        final byte[] bytes = sender.getBytes(StandardCharsets.UTF_8);
        senderView.wrap(bytes);
        parts.sender(senderView, 0, bytes.length);
        return this;
    }

    /** Sets the sender's own id of the message: a repeat with the same topic, sender and id gets the first one's result. */
    public Message messageId(final String messageId) {
        final byte[] bytes = messageId.getBytes(StandardCharsets.UTF_8);
        messageIdView.wrap(bytes);
        parts.messageId(messageIdView, 0, bytes.length);
        return this;
    }

    /**
     * Sets the number of a producer that numbers its messages: repeats are found without limit in time.
     *
     * @param producerId the producer, not 0.
     * @param producerSequence its number of the message, growing with every new message.
     */
    public Message producer(final long producerId, final long producerSequence) {
        parts.producer(producerId, producerSequence);
        return this;
    }

    /**
     * Sets labels.
     *
     * @throws IllegalArgumentException when they take more than 4,096 bytes.
     */
    public Message tags(final Map<String, String> tags) {
        final byte[] bytes = Tags.encode(tags);
        tagsView.wrap(bytes);
        parts.tags(tagsView, 0, bytes.length);
        flags = bytes.length == 0 ? flags & ~MessageFlags.TAGS : flags | MessageFlags.TAGS;
        return attributes();
    }

    /** Sets the level to wait for; without it the topic's class decides. */
    public Message level(final AckLevel level) {
        parts.level(level);
        return this;
    }

    /** Sets the class that the topic gets if this message creates it; CHAT without it. */
    public Message deliveryClass(final DeliveryClass value) {
        deliveryClass = value;
        return attributes();
    }

    /** Sets until when the message is worth delivering, in nanoseconds of engine time since 1970; 0 for ever. */
    public Message expiresAtNs(final long value) {
        expiresAtNs = value;
        return attributes();
    }

    MessageParts parts() {
        return parts;
    }

    private Message attributes() {
        parts.attributes(deliveryClass, flags, expiresAtNs);
        return this;
    }
}
