package io.stentor.journal;

import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;

/**
 * Where each topic's messages are: topic and offset to sequence, and the other way round, and when each term began.
 *
 * <p>Held in memory and rebuilt by reading the journal: 8 bytes per message and about 150 per topic. Belongs to one
 * thread, which feeds it by {@link #poll}; only {@link #indexedSequence} may be read by any thread.
 */
public final class TopicIndex {
    /** {@link #sequenceOf} does not know the offset. */
    public static final long UNKNOWN = -1;

    private final JournalReader reader;
    private final RecordHandler others;
    private final RecordHandler handler = this::onRecord;
    private final Long2ObjectHashMap<TopicSequences> topics = new Long2ObjectHashMap<>();
    private final LongArrayList terms = new LongArrayList();
    private final LongArrayList termSequences = new LongArrayList();

    /** Written by the owning thread after each poll, read by all. */
    private volatile long indexedSequence;

    /**
     * Makes an empty index.
     *
     * @param reader that feeds it, standing before the journal's first record; its owner closes it.
     */
    public TopicIndex(JournalReader reader) {
        this(reader, (buffer, offset, length) -> {});
    }

    /**
     * Makes an empty index that shares its reading of the journal, since to read and to verify is most of the work.
     *
     * @param reader that feeds it, standing before the journal's first record; its owner closes it.
     * @param others given the records that have no place in a topic; called by {@link #poll}.
     */
    public TopicIndex(JournalReader reader, RecordHandler others) {
        this.reader = reader;
        this.others = others;
        indexedSequence = reader.nextSequence() - 1;
    }

    /**
     * Takes in records that were journaled meanwhile.
     *
     * @param limit most records to take in.
     * @return how many there were.
     * @throws JournalDamagedException if a record does not verify.
     * @throws JournalException if a topic's offsets are not dense.
     */
    public int poll(int limit) {
        int count = reader.poll(handler, limit);
        if (count > 0) {
            indexedSequence = reader.nextSequence() - 1;
        }
        return count;
    }

    /**
     * How far the index has got. Any thread.
     *
     * @return sequence of the last record taken in.
     */
    public long indexedSequence() {
        return indexedSequence;
    }

    /**
     * The newest message of a topic.
     *
     * @param topicId of the topic.
     * @return its offset, 0 if the topic has none.
     */
    public long headOffset(long topicId) {
        TopicSequences topic = topics.get(topicId);
        return topic == null ? 0 : topic.headOffset();
    }

    /**
     * The oldest message of a topic that the journal holds.
     *
     * @param topicId of the topic.
     * @return its offset, {@code headOffset + 1} if there is none.
     */
    public long firstOffset(long topicId) {
        TopicSequences topic = topics.get(topicId);
        return topic == null ? 1 : topic.firstOffset();
    }

    /**
     * Where a message is.
     *
     * @param topicId of the topic.
     * @param offset of the message.
     * @return its sequence, or {@link #UNKNOWN} if the topic has no such message here.
     */
    public long sequenceOf(long topicId, long offset) {
        TopicSequences topic = topics.get(topicId);
        if (topic == null || offset < topic.firstOffset() || offset > topic.headOffset()) {
            return UNKNOWN;
        }
        return topic.sequenceOf(offset);
    }

    /**
     * The first message of a topic behind a point of the log.
     *
     * @param topicId of the topic.
     * @param sequence the point.
     * @return the first offset whose sequence is greater, {@code headOffset + 1} if none is.
     */
    public long offsetAfter(long topicId, long sequence) {
        TopicSequences topic = topics.get(topicId);
        return topic == null ? 1 : topic.offsetAfter(sequence);
    }

    /**
     * The last message of a topic before a point of the log.
     *
     * @param topicId of the topic.
     * @param sequence the point.
     * @return the last offset whose sequence is less; {@code firstOffset - 1} if none is.
     */
    public long lastOffsetBefore(long topicId, long sequence) {
        return offsetAfter(topicId, sequence - 1) - 1;
    }

    /**
     * When the first term after a given one began: a position of that term is good up to the topic's
     * {@linkplain #lastOffsetBefore last offset before} it.
     *
     * @param term from a client's epoch.
     * @return sequence of the first record of the next term that is known, {@code Long.MAX_VALUE} if there is none.
     */
    public long sequenceOfTermAfter(long term) {
        for (int i = terms.size() - 1; i >= 0; i--) {
            if (terms.getLong(i) <= term) {
                return i == terms.size() - 1 ? Long.MAX_VALUE : termSequences.getLong(i + 1);
            }
        }
        return terms.isEmpty() ? Long.MAX_VALUE : termSequences.getLong(0);
    }

    /**
     * The term that the log is in.
     *
     * @return the last term taken in, 0 if there is none.
     */
    public long lastTerm() {
        return terms.isEmpty() ? 0 : terms.getLong(terms.size() - 1);
    }

    private void onRecord(DirectBuffer buffer, int offset, int length) {
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.MESSAGE -> onMessage(buffer, offset);
            case RecordType.TERM -> {
                terms.addLong(RecordLayout.term(buffer, offset));
                termSequences.addLong(RecordLayout.sequence(buffer, offset));
            }
            case RecordType.TOPIC_FORGET -> topics.remove(RecordLayout.topicId(buffer, offset));
            default -> others.onRecord(buffer, offset, length);
        }
    }

    private void onMessage(DirectBuffer buffer, int recordOffset) {
        long topicId = RecordLayout.topicId(buffer, recordOffset);
        long offset = RecordLayout.offset(buffer, recordOffset);
        long sequence = RecordLayout.sequence(buffer, recordOffset);
        TopicSequences topic = topics.get(topicId);
        if (topic == null) {
            topic = new TopicSequences(offset);
            topics.put(topicId, topic);
        } else if (offset != topic.headOffset() + 1) {
            throw new JournalException("record " + sequence + " has offset " + offset + " of topic " + topicId
                    + ", which stands at " + topic.headOffset());
        }
        topic.add(sequence);
    }
}
