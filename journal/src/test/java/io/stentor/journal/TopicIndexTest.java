package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;

class TopicIndexTest {
    private final HeapJournal journal = new HeapJournal(1, 8L << 20, e -> {});
    private final TopicIndex index = TopicIndex.open(journal, 0, (buffer, offset, length) -> {}, e -> {});
    private final MutableDirectBuffer buffer = Records.buffer();

    private void append(byte type, long term, long topicId, long offset) {
        RecordLayout.start(buffer, 0, type, 0);
        RecordLayout.sequence(buffer, 0, journal.appender().lastSequence() + 1);
        RecordLayout.term(buffer, 0, term);
        RecordLayout.topicId(buffer, 0, topicId);
        RecordLayout.offset(buffer, 0, offset);
        RecordLayout.sealBody(buffer, 0);
        RecordLayout.sealHeader(buffer, 0);
        journal.appender().append(buffer, 0, RecordLayout.HEADER_LENGTH);
        journal.appender().commit();
    }

    private void indexAll() {
        while (index.poll(100) > 0) {
            assertEquals(true, index.indexedSequence() <= journal.lastSequence());
        }
        assertEquals(journal.lastSequence(), index.indexedSequence());
    }

    @Test
    void shouldKnowNothingOfAnUnknownTopic() {
        assertEquals(0, index.headOffset(9));
        assertEquals(1, index.firstOffset(9));
        assertEquals(TopicIndex.UNKNOWN, index.sequenceOf(9, 1));
        assertEquals(1, index.offsetAfter(9, 100));
        assertEquals(0, index.lastOffsetBefore(9, 100));
        assertEquals(Long.MAX_VALUE, index.sequenceOfTermAfter(1));
        assertEquals(0, index.lastTerm());
    }

    @Test
    void shouldMapOffsetsAndSequencesBothWays() {
        for (long offset = 1; offset <= 2_000; offset++) {
            append(RecordType.MESSAGE, 1, 7, offset);
            append(RecordType.TICK, 1, 0, 0);
        }
        indexAll();
        assertEquals(2_000, index.headOffset(7));
        assertEquals(1, index.firstOffset(7));
        for (long offset : new long[] {1, 2, 4, 5, 511, 512, 513, 1_024, 1_025, 2_000}) {
            long sequence = 2 * offset - 1;
            assertEquals(sequence, index.sequenceOf(7, offset));
            assertEquals(offset, index.offsetAfter(7, sequence - 1));
            assertEquals(offset + 1, index.offsetAfter(7, sequence));
            assertEquals(offset - 1, index.lastOffsetBefore(7, sequence));
        }
        assertEquals(TopicIndex.UNKNOWN, index.sequenceOf(7, 0));
        assertEquals(TopicIndex.UNKNOWN, index.sequenceOf(7, 2_001));
    }

    @Test
    void shouldTellWhereATermEnded() {
        append(RecordType.TERM, 3, 0, 0);
        append(RecordType.MESSAGE, 3, 7, 1);
        append(RecordType.TERM, 5, 0, 0);
        append(RecordType.MESSAGE, 5, 7, 2);
        indexAll();
        assertEquals(1, index.sequenceOfTermAfter(2));
        assertEquals(3, index.sequenceOfTermAfter(3));
        assertEquals(3, index.sequenceOfTermAfter(4));
        assertEquals(Long.MAX_VALUE, index.sequenceOfTermAfter(5));
        assertEquals(5, index.lastTerm());
        assertEquals(1, index.lastOffsetBefore(7, index.sequenceOfTermAfter(3)));
    }

    @Test
    void shouldForgetATopic() {
        append(RecordType.MESSAGE, 1, 7, 1);
        append(RecordType.TOPIC_FORGET, 1, 7, 0);
        indexAll();
        assertEquals(0, index.headOffset(7));
    }

    @Test
    void shouldStartWhereTheJournalDoes() {
        append(RecordType.MESSAGE, 1, 7, 41);
        indexAll();
        assertEquals(41, index.firstOffset(7));
        assertEquals(1, index.sequenceOf(7, 41));
        assertEquals(40, index.lastOffsetBefore(7, 1));
    }

    @Test
    void shouldRefuseAGapInATopic() {
        append(RecordType.MESSAGE, 1, 7, 1);
        append(RecordType.MESSAGE, 1, 7, 3);
        assertThrows(JournalException.class, this::indexAll);
    }
}
