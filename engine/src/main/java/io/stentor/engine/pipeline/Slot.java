package io.stentor.engine.pipeline;

import static io.stentor.journal.RecordLayout.BODY_OFFSET;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One place of the ring: a record in the making. The publisher's thread writes the body and its checksum, the sequencing
 * step the rest of the header, and from then on the bytes are the journal's record as it is. A record that does not fit
 * the slot's own memory lies in a large one borrowed from the pool.
 */
final class Slot {

    /** Bytes of a slot's own memory: fits a message of 256 bytes with names, tags and header three times over. */
    static final int INLINE_LENGTH = 1024;

    private final UnsafeBuffer inline;
    private UnsafeBuffer large;
    UnsafeBuffer record;

    TopicState topic;
    byte type;
    long offeredNs;
    boolean keyed;
    long keyHigh;
    long keyLow;
    long contentHash;
    AckLevel level;
    ReceiptSink sink;
    long correlationId;

    /** Set by the sequencing step: whether there is a record to journal, and what the publisher is told. */
    boolean recorded;

    ResultCode code;
    long sequence;
    long topicOffset;
    /** The record that opens the topic, to be journaled before this one; null but for a topic's first message. */
    UnsafeBuffer opening;

    Slot(final UnsafeBuffer inline) {
        this.inline = inline;
    }

    /** Chooses the memory; {@code borrowed} is null when the record fits the slot. */
    void useMemory(final UnsafeBuffer borrowed) {
        large = borrowed;
        record = borrowed == null ? inline : borrowed;
        type = 0;
    }

    /** Hands the borrowed memory back, if there was any. */
    UnsafeBuffer releaseMemory() {
        final UnsafeBuffer borrowed = large;
        large = null;
        record = inline;
        return borrowed;
    }

    void writeMessage(final MessageParts parts) {
        topic = parts.topic;
        type = RecordType.MESSAGE;
        offeredNs = parts.offeredNs;
        level = parts.level;
        sink = parts.sink;
        correlationId = parts.correlationId;
        final int senderLength = parts.sender.capacity();
        final int messageIdLength = parts.messageId.capacity();
        final int originLength = parts.origin.capacity();
        final int tagsLength = parts.tags.capacity();
        final int payloadLength = parts.payload.capacity();
        final UnsafeBuffer to = record;
        RecordLayout.start(
                to,
                0,
                RecordType.MESSAGE,
                MessageBody.length(senderLength, messageIdLength, originLength, tagsLength, payloadLength));
        MessageBody.lengths(to, 0, senderLength, messageIdLength, originLength, tagsLength);
        int at = MessageBody.senderOffset(0);
        to.putBytes(at, parts.sender, 0, senderLength);
        at += senderLength;
        to.putBytes(at, parts.messageId, 0, messageIdLength);
        at += messageIdLength;
        to.putBytes(at, parts.origin, 0, originLength);
        at += originLength;
        to.putBytes(at, parts.tags, 0, tagsLength);
        at += tagsLength;
        to.putBytes(at, parts.payload, 0, payloadLength);
        RecordLayout.producerId(to, 0, parts.producerId);
        RecordLayout.producerSequence(to, 0, parts.producerSequence);
        RecordLayout.expiresAtNs(to, 0, parts.expiresAtNs);
        RecordLayout.deliveryClass(to, 0, (byte) parts.deliveryClass.value());
        RecordLayout.flags(to, 0, (short) parts.flags);
        RecordLayout.sealBody(to, 0);
        keyed = messageIdLength > 0 && parts.producerId == 0;
        if (keyed) {
            final int keyIndex = MessageBody.senderOffset(0);
            final long nameHash = parts.topic.nameHash();
            keyHigh = MessageKeys.keyHigh(to, keyIndex, senderLength, messageIdLength, nameHash);
            keyLow = MessageKeys.keyLow(to, keyIndex, senderLength, messageIdLength, nameHash);
        }
        if (keyed) {
            contentHash = MessageKeys.content(to, at, payloadLength);
        } else if (parts.producerId != 0) {
            contentHash = MessageKeys.content(to, at, payloadLength, parts.topic.nameHash());
        }
    }

    /** Writes a command: a record that belongs to no topic and that nobody is told the outcome of, unless a sink is set after. */
    void writeCommand(final byte recordType, final DirectBuffer body, final int index, final int length) {
        topic = null;
        type = recordType;
        offeredNs = 0;
        level = AckLevel.NONE;
        sink = null;
        correlationId = 0;
        keyed = false;
        RecordLayout.start(record, 0, recordType, length);
        record.putBytes(BODY_OFFSET, body, index, length);
        RecordLayout.sealBody(record, 0);
    }
}
