package io.stentor.fanout.route;

import io.stentor.transport.wire.DeliveryClass;
import org.agrona.DirectBuffer;

/**
 * A message of the log on its way to the shards: a mutable view that names where its parts are. It is filled for each
 * message from the ring's slot or from a record of the journal, so that live frames and replayed ones are encoded by the
 * same code. One thread, the send step's.
 */
public final class MessageFrame {

    long sequence;
    long term;
    long topicId;
    long topicOffset;
    long timestampNs;
    long expiresAtNs;
    long producerId;
    long producerSequence;
    long offeredNs;
    int keyId;
    int mapEpoch;
    int flags;
    DeliveryClass deliveryClass;
    DirectBuffer buffer;
    int senderIndex;
    int senderLength;
    int originIndex;
    int originLength;
    int tagsIndex;
    int tagsLength;
    int payloadIndex;
    int payloadLength;

    /** Sets the message's place: its sequence and term in the log, its offset in its topic. */
    public MessageFrame place(final long sequence, final long term, final long topicId, final long topicOffset) {
        this.sequence = sequence;
        this.term = term;
        this.topicId = topicId;
        this.topicOffset = topicOffset;
        return this;
    }

    /**
     * Sets the message's times in nanoseconds.
     *
     * @param timestampNs engine time since 1970.
     * @param expiresAtNs engine time since 1970; 0 for never.
     * @param offeredNs the machine's monotonic clock when it was offered; 0 when not known, as in a replay.
     */
    public MessageFrame times(final long timestampNs, final long expiresAtNs, final long offeredNs) {
        this.timestampNs = timestampNs;
        this.expiresAtNs = expiresAtNs;
        this.offeredNs = offeredNs;
        return this;
    }

    /** Sets the producer that numbered the message; zeros for none. */
    public MessageFrame producer(final long producerId, final long producerSequence) {
        this.producerId = producerId;
        this.producerSequence = producerSequence;
        return this;
    }

    /** Sets the message's class, flags, key and map epoch. */
    public MessageFrame attributes(
            final DeliveryClass deliveryClass, final int flags, final int keyId, final int mapEpoch) {
        this.deliveryClass = deliveryClass;
        this.flags = flags;
        this.keyId = keyId;
        this.mapEpoch = mapEpoch;
        return this;
    }

    /** Sets the buffer that all ranges refer to. */
    public MessageFrame in(final DirectBuffer buffer) {
        this.buffer = buffer;
        return this;
    }

    /** Sets the range of the publisher's user. */
    public MessageFrame sender(final int index, final int length) {
        this.senderIndex = index;
        this.senderLength = length;
        return this;
    }

    /** Sets the range of the publisher's connection id. */
    public MessageFrame origin(final int index, final int length) {
        this.originIndex = index;
        this.originLength = length;
        return this;
    }

    /** Sets the range of the encoded tags. */
    public MessageFrame tags(final int index, final int length) {
        this.tagsIndex = index;
        this.tagsLength = length;
        return this;
    }

    /** Sets the range of the payload. */
    public MessageFrame payload(final int index, final int length) {
        this.payloadIndex = index;
        this.payloadLength = length;
        return this;
    }

    /** The message's sequence in the log. */
    public long sequence() {
        return sequence;
    }

    /** The message's topic. */
    public long topicId() {
        return topicId;
    }
}
