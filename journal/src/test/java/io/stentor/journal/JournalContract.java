package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link Journal} promises. */
abstract class JournalContract {
    Journal journal;

    abstract Journal openJournal();

    @BeforeEach
    void open() {
        journal = openJournal();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    @Test
    void shouldBeEmptyWhenNew() {
        assertEquals(1, journal.firstSequence());
        assertEquals(0, journal.lastSequence());
        assertEquals(0, journal.syncedSequence());
        assertEquals(0, journal.appender().lastSequence());
        assertTrue(journal.logId() > 0);
        assertNull(journal.failure());
        try (JournalReader reader = journal.newReader()) {
            assertEquals(List.of(), ReadBack.all(reader));
            assertEquals(1, reader.seek(1));
        }
    }

    @Test
    void shouldReadWhatWasCommitted() {
        Records.appendEach(journal.appender(), 1, 2_000);
        journal.appender().commit();

        assertEquals(2_000, journal.lastSequence());
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 2_000), ReadBack.all(reader));
        }
    }

    @Test
    void shouldNotReadBeyondTheCommit() {
        try (JournalReader reader = journal.newReader()) {
            Records.appendEach(journal.appender(), 1, 10);
            journal.appender().commit();
            // So many that the batch is split: Chronicle shows the parts, the journal must not.
            Records.appendEach(journal.appender(), 11, 1_500);

            assertEquals(10, journal.lastSequence());
            assertEquals(1_500, journal.appender().lastSequence());
            assertEquals(ReadBack.range(1, 10), ReadBack.all(reader));

            journal.appender().commit();
            assertEquals(ReadBack.range(11, 1_500), ReadBack.all(reader));
        }
    }

    @Test
    void shouldSeekAnywhere() {
        for (long batch = 0; batch < 40; batch++) {
            Records.appendEach(journal.appender(), batch * 50 + 1, batch * 50 + 50);
            journal.appender().commit();
        }
        try (JournalReader reader = journal.newReader()) {
            for (long sequence : new long[] {2_000, 1, 25, 26, 50, 51, 1_777, 1_776, 999, 2_000, 2}) {
                assertEquals(sequence, reader.seek(sequence));
                assertEquals(sequence, reader.nextSequence());
                assertEquals(List.of(sequence), ReadBack.some(reader, 1));
            }
            for (long sequence = 1; sequence <= 2_000; sequence += 37) {
                assertEquals(sequence, reader.seek(sequence));
                assertEquals(ReadBack.range(sequence, Math.min(2_000, sequence + 59)), ReadBack.some(reader, 60));
            }
        }
    }

    @Test
    void shouldStandAtTheEndWhenSeekingTheNext() {
        Records.appendEach(journal.appender(), 1, 30);
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            assertEquals(31, reader.seek(31));
            assertEquals(List.of(), ReadBack.all(reader));
            Records.appendEach(journal.appender(), 31, 40);
            journal.appender().commit();
            assertEquals(ReadBack.range(31, 40), ReadBack.all(reader));
        }
    }

    @Test
    void shouldRefuseToSeekOutside() {
        Records.appendEach(journal.appender(), 1, 30);
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            assertThrows(IllegalArgumentException.class, () -> reader.seek(0));
            assertThrows(IllegalArgumentException.class, () -> reader.seek(32));
        }
    }

    @Test
    void shouldStopAtTheLimitWithinABatch() {
        Records.appendEach(journal.appender(), 1, 100);
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 7), ReadBack.some(reader, 7));
            assertEquals(ReadBack.range(8, 100), ReadBack.all(reader));
        }
    }

    @Test
    void shouldServeReadersIndependently() {
        Records.appendEach(journal.appender(), 1, 600);
        journal.appender().commit();
        try (JournalReader one = journal.newReader();
                JournalReader other = journal.newReader()) {
            assertEquals(ReadBack.range(1, 400), ReadBack.some(one, 400));
            assertEquals(ReadBack.range(1, 10), ReadBack.some(other, 10));
            assertEquals(ReadBack.range(401, 600), ReadBack.all(one));
            assertEquals(ReadBack.range(11, 600), ReadBack.all(other));
        }
    }

    @Test
    void shouldRefuseASequenceThatDoesNotFollow() {
        Records.appendEach(journal.appender(), 1, 3);
        assertThrows(IllegalStateException.class, () -> Records.appendEach(journal.appender(), 5, 5));
        assertThrows(IllegalStateException.class, () -> Records.appendEach(journal.appender(), 3, 3));
        Records.appendEach(journal.appender(), 4, 4);
        journal.appender().commit();
        assertEquals(4, journal.lastSequence());
        assertNull(journal.failure());
    }

    @Test
    void shouldRefuseARecordOfAnotherLengthThanItSays() {
        MutableDirectBuffer buffer = Records.buffer();
        int length = Records.write(buffer, 1, 100, Records.START_NS);
        assertThrows(IllegalStateException.class, () -> journal.appender().append(buffer, 0, length - 1));
        assertEquals(0, journal.appender().lastSequence());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 8, 64 * 1024 - 96, 64 * 1024, 66_000, RecordLayout.MAX_LENGTH - 96})
    void shouldKeepRecordsOfAnyLength(int bodyLength) {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = 1; sequence <= 5; sequence++) {
            int length = Records.write(buffer, sequence, sequence % 2 == 0 ? 3 : bodyLength, Records.START_NS);
            journal.appender().append(buffer, 0, length);
        }
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 5), ReadBack.all(reader));
            assertEquals(3, reader.seek(3));
            assertEquals(ReadBack.range(3, 5), ReadBack.all(reader));
        }
    }

    @Test
    void shouldSyncWhenTheAgentsRun() throws Exception {
        Records.appendEach(journal.appender(), 1, 10);
        journal.appender().commit();
        assertEquals(0, journal.syncedSequence());

        journal.requestForce(10);
        for (Agent agent : journal.backgroundAgents()) {
            agent.doWork();
        }
        assertEquals(10, journal.syncedSequence());
    }

    @Test
    void shouldTakeNoMoreWhenClosed() {
        journal.close();
        assertThrows(IllegalStateException.class, () -> Records.appendEach(journal.appender(), 1, 1));
    }

    @Test
    void shouldFeedAnIndexOfTopics() {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = 1; sequence <= 3_000; sequence++) {
            RecordLayout.start(buffer, 0, RecordType.MESSAGE, 0);
            RecordLayout.sequence(buffer, 0, sequence);
            RecordLayout.topicId(buffer, 0, 1 + sequence % 3);
            RecordLayout.offset(buffer, 0, (sequence + 2) / 3);
            RecordLayout.sealBody(buffer, 0);
            RecordLayout.sealHeader(buffer, 0);
            journal.appender().append(buffer, 0, RecordLayout.HEADER_LENGTH);
        }
        journal.appender().commit();
        try (TopicIndex index = TopicIndex.open(journal, 0, (record, offset, length) -> {}, e -> {})) {
            long indexed = 0;
            int count;
            while ((count = index.poll(256)) > 0) {
                indexed += count;
                assertEquals(indexed, index.indexedSequence());
            }
            assertEquals(1_000, index.headOffset(1));
            assertEquals(2_998, index.sequenceOf(2, 1_000));
            assertEquals(1_000, index.offsetAfter(2, 2_997));
            assertEquals(1_001, index.offsetAfter(2, 2_998));
        }
    }
}
