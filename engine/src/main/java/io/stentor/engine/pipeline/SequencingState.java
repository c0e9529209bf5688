package io.stentor.engine.pipeline;

import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TermBody;
import io.stentor.journal.TopicBody;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.ResultCode;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The state machine that orders everything. Its inputs are what enters the ring, with the engine time of the batch, and
 * on a restart the records that it made of them; it reads no clock, disk or queue, so the same records always rebuild the
 * same state. It holds only what decides an order or an outcome. One thread.
 */
final class SequencingState {

    private static final long LOST_TERMS_MAX = 1_000_000;

    private final TopicTable topics;
    private final DedupeTable dedupe;
    private final ProducerTable producers = new ProducerTable();
    private final DedupeWindows windows;
    private final int groupId;
    private long lastSequence;
    private long lastTimestampNs;
    private long term;
    private boolean recordsGivenUp;

    SequencingState(
            final TopicTable topics, final int dedupeEntriesMax, final DedupeWindows windows, final int groupId) {
        this.topics = topics;
        this.dedupe = new DedupeTable(dedupeEntriesMax);
        this.windows = windows;
        this.groupId = groupId;
    }

    /** Records that the state would follow from were given up: what names a topic may be among them. */
    SequencingState recordsGivenUp() {
        recordsGivenUp = true;
        return this;
    }

    /**
     * Leaves out the terms whose records may have been given up at the end of the log, so that no position of theirs is taken
     * for one of a term to come. No log had as many starts since its last sound record.
     */
    void skipLostTerms() {
        term += LOST_TERMS_MAX;
    }

    long lastSequence() {
        return lastSequence;
    }

    /** Engine time of the last record, nanoseconds since 1970; 0 when there is none. */
    long lastTimestampNs() {
        return lastTimestampNs;
    }

    long term() {
        return term;
    }

    /**
     * Makes the record that begins a new term.
     *
     * @return the sealed record.
     */
    UnsafeBuffer openTerm(final long logId, final long nowNs, final long wallClockMs, final String software) {
        final byte[] text = software.getBytes(StandardCharsets.US_ASCII);
        final int bodyLength = TermBody.length(text.length);
        final UnsafeBuffer to = new UnsafeBuffer(new byte[RecordLayout.HEADER_LENGTH + bodyLength]);
        RecordLayout.start(to, 0, RecordType.TERM, bodyLength);
        TermBody.logId(to, 0, logId);
        TermBody.startEpochMs(to, 0, wallClockMs);
        TermBody.software(to, 0, text);
        RecordLayout.sealBody(to, 0);
        term++;
        seal(to, nowNs);
        return to;
    }

    /** Gives the slot its sequence and its topic's offset, or the result of the message that it repeats. */
    void sequence(final Slot slot, final long nowNs) {
        slot.opening = null;
        slot.code = ResultCode.OK;
        slot.topicOffset = 0;
        if (slot.type == RecordType.MESSAGE) {
            sequenceMessage(slot, nowNs);
        } else if (slot.type != 0) {
            slot.recorded = true;
            slot.sequence = seal(slot.record, nowNs);
        } else {
            slot.recorded = false;
            slot.sequence = lastSequence;
        }
    }

    /** Rebuilds the state from one record of the journal, in their order. */
    void restore(final DirectBuffer buffer, final int offset) {
        lastSequence = RecordLayout.sequence(buffer, offset);
        lastTimestampNs = RecordLayout.timestampNs(buffer, offset);
        term = RecordLayout.term(buffer, offset);
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.MESSAGE -> restoreMessage(buffer, offset);
            case RecordType.TOPIC -> restoreTopic(buffer, offset);
            default -> {
                // Cursors, watermarks and ticks decide no order: the views read them.
            }
        }
    }

    /** As {@link #restore}, but from a checkpoint: where the records stood of which the rest of it is the effect. */
    void restorePosition(final long sequence, final long timestampNs, final long ofTerm) {
        lastSequence = sequence;
        lastTimestampNs = timestampNs;
        term = ofTerm;
    }

    TopicTable topics() {
        return topics;
    }

    DedupeTable dedupe() {
        return dedupe;
    }

    ProducerTable producers() {
        return producers;
    }

    private void sequenceMessage(final Slot slot, final long nowNs) {
        if (isRepeat(slot, nowNs)) {
            slot.recorded = false;
            return;
        }
        final TopicState topic = slot.topic;
        if (!topic.exists()) {
            open(slot, nowNs);
        }
        if (slot.level == AckLevel.NONE) {
            slot.level = Classes.defaultLevel(topic.deliveryClass());
        }
        final UnsafeBuffer record = slot.record;
        final long topicOffset = topic.headOffset() + 1;
        topic.headOffset(topicOffset);
        RecordLayout.topicId(record, 0, topic.id());
        RecordLayout.offset(record, 0, topicOffset);
        RecordLayout.deliveryClass(record, 0, (byte) topic.deliveryClass().value());
        RecordLayout.ackLevel(record, 0, (byte) slot.level.value());
        slot.recorded = true;
        slot.topicOffset = topicOffset;
        slot.sequence = seal(record, nowNs);
        if (slot.keyed) {
            dedupe.add(
                    slot.keyHigh,
                    slot.keyLow,
                    slot.contentHash,
                    slot.sequence,
                    topicOffset,
                    nowNs + windows.windowNs(topic.deliveryClass()),
                    nowNs);
        } else if (RecordLayout.producerId(record, 0) != 0) {
            producers.add(
                    RecordLayout.producerId(record, 0),
                    RecordLayout.producerSequence(record, 0),
                    slot.contentHash,
                    slot.sequence,
                    topicOffset);
        }
    }

    /** Answers a repeat, or refuses what cannot be protected; false when the message is a new one. */
    private boolean isRepeat(final Slot slot, final long nowNs) {
        if (slot.keyed) {
            final int entry = dedupe.find(slot.keyHigh, slot.keyLow, nowNs);
            if (entry != DedupeTable.NONE) {
                repeat(
                        slot,
                        dedupe.contentHash(entry) == slot.contentHash,
                        dedupe.sequence(entry),
                        dedupe.topicOffset(entry));
                return true;
            }
            if (!dedupe.hasRoom(nowNs)) {
                refuse(slot, ResultCode.DEDUPE_FULL);
                return true;
            }
            return false;
        }
        final long producerId = RecordLayout.producerId(slot.record, 0);
        final ProducerTable.Entry producer = producerId == 0 ? null : producers.find(producerId);
        final long producerSequence = RecordLayout.producerSequence(slot.record, 0);
        if (producer == null || producerSequence > producer.lastProducerSequence()) {
            return false;
        }
        final int at = producer.find(producerSequence);
        if (at < 0) {
            refuse(slot, ResultCode.SEQUENCE_FORGOTTEN);
        } else {
            repeat(slot, producer.contentHash(at) == slot.contentHash, producer.sequence(at), producer.topicOffset(at));
        }
        return true;
    }

    private void repeat(final Slot slot, final boolean sameContent, final long sequence, final long topicOffset) {
        // A producer may repeat a number on a topic that does not exist: what it got belongs to another one.
        if (!sameContent || !slot.topic.exists()) {
            refuse(slot, ResultCode.MESSAGE_ID_REUSED);
            return;
        }
        if (slot.level == AckLevel.NONE) {
            slot.level = Classes.defaultLevel(slot.topic.deliveryClass());
        }
        slot.code = ResultCode.REPEATED;
        slot.sequence = sequence;
        slot.topicOffset = topicOffset;
    }

    private void refuse(final Slot slot, final ResultCode code) {
        slot.code = code;
        slot.sequence = lastSequence;
    }

    private void open(final Slot slot, final long nowNs) {
        final TopicState topic = slot.topic;
        final int nameLength = topic.nameBytes().capacity();
        final UnsafeBuffer to = new UnsafeBuffer(new byte[RecordLayout.HEADER_LENGTH + nameLength]);
        final byte deliveryClass = RecordLayout.deliveryClass(slot.record, 0);
        topic.open(topics.nextId(), DeliveryClass.get(deliveryClass));
        topics.opened(topic);
        RecordLayout.start(to, 0, RecordType.TOPIC, nameLength);
        TopicBody.name(to, 0, topic.nameBytes(), 0, nameLength);
        RecordLayout.sealBody(to, 0);
        RecordLayout.topicId(to, 0, topic.id());
        RecordLayout.deliveryClass(to, 0, deliveryClass);
        seal(to, nowNs);
        slot.opening = to;
    }

    private long seal(final UnsafeBuffer record, final long nowNs) {
        RecordLayout.sequence(record, 0, ++lastSequence);
        RecordLayout.term(record, 0, term);
        RecordLayout.timestampNs(record, 0, nowNs);
        RecordLayout.groupId(record, 0, groupId);
        RecordLayout.sealHeader(record, 0);
        lastTimestampNs = nowNs;
        return lastSequence;
    }

    private void restoreTopic(final DirectBuffer buffer, final int offset) {
        final long topicId = RecordLayout.topicId(buffer, offset);
        if (recordsGivenUp) {
            topics.nameLost(topicId - 1, DeliveryClass.CHAT);
        }
        final TopicState topic = topics.intern(TopicBody.name(buffer, offset));
        topic.open(topicId, DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)));
        topics.opened(topic);
    }

    private void restoreMessage(final DirectBuffer buffer, final int offset) {
        TopicState topic = topics.find(RecordLayout.topicId(buffer, offset));
        if (topic == null && recordsGivenUp) {
            topic = topics.nameLost(
                    RecordLayout.topicId(buffer, offset),
                    DeliveryClass.get(RecordLayout.deliveryClass(buffer, offset)));
        }
        if (topic == null) {
            throw new IllegalStateException("record " + lastSequence + " belongs to topic "
                    + RecordLayout.topicId(buffer, offset) + ", which no record has opened");
        }
        final long topicOffset = RecordLayout.offset(buffer, offset);
        topic.headOffset(topicOffset);
        final long producerId = RecordLayout.producerId(buffer, offset);
        final int messageIdLength = MessageBody.messageIdLength(buffer, offset);
        if (producerId == 0 && messageIdLength == 0) {
            return;
        }
        final int payload = MessageBody.payloadOffset(buffer, offset);
        final int payloadLength = MessageBody.payloadLength(buffer, offset);
        if (producerId != 0) {
            producers.add(
                    producerId,
                    RecordLayout.producerSequence(buffer, offset),
                    MessageKeys.content(buffer, payload, payloadLength, topic.nameHash()),
                    lastSequence,
                    topicOffset);
            return;
        }
        final long contentHash = MessageKeys.content(buffer, payload, payloadLength);
        final int keyIndex = MessageBody.senderOffset(offset);
        final int senderLength = MessageBody.senderLength(buffer, offset);
        final long nameHash = topic.nameHash();
        final long high = MessageKeys.keyHigh(buffer, keyIndex, senderLength, messageIdLength, nameHash);
        final long low = MessageKeys.keyLow(buffer, keyIndex, senderLength, messageIdLength, nameHash);
        final long expiresAtNs = lastTimestampNs + windows.windowNs(topic.deliveryClass());
        if (dedupe.makeRoom(lastTimestampNs)) {
            dedupe.add(high, low, contentHash, lastSequence, topicOffset, expiresAtNs, lastTimestampNs);
        } else {
            throw new IllegalStateException("record " + lastSequence + " does not fit the table of message ids with "
                    + dedupe.size() + " entries: start with at least as many as before");
        }
    }
}
