package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a clean end leaves of the index, so that the next start reads no segment for it. */
class IndexFinishTest {
    private static final long TOPIC = 7;
    private static final int MESSAGES = 1_000;

    @TempDir
    Path directory;

    private final List<Throwable> errors = new ArrayList<>();
    private final MutableDirectBuffer buffer = Records.buffer();

    private ChronicleJournal open() {
        return ChronicleJournal.open(
                new JournalContext().directory(directory.resolve("journal")).errorHandler(errors::add));
    }

    private TopicIndex index(Journal journal) {
        return TopicIndex.open(journal, journal.lastSequence(), (record, offset, length) -> {}, errors::add);
    }

    private void append(Journal journal, long first, long last) {
        for (long sequence = first; sequence <= last; sequence++) {
            RecordLayout.start(buffer, 0, RecordType.MESSAGE, 0);
            RecordLayout.sequence(buffer, 0, sequence);
            RecordLayout.term(buffer, 0, 1);
            RecordLayout.timestampNs(buffer, 0, Records.START_NS + sequence);
            RecordLayout.topicId(buffer, 0, TOPIC);
            RecordLayout.offset(buffer, 0, sequence);
            RecordLayout.sealBody(buffer, 0);
            RecordLayout.sealHeader(buffer, 0);
            journal.appender().append(buffer, 0, RecordLayout.HEADER_LENGTH);
        }
        journal.appender().commit();
    }

    @Test
    void shouldReadNoSegmentAtTheNextStartWhenFinished() {
        try (ChronicleJournal journal = open();
                TopicIndex index = index(journal)) {
            append(journal, 1, MESSAGES / 2);
            assertEquals(MESSAGES / 2, index.poll(MESSAGES), "the index has seen the segment when it was shorter");
            append(journal, MESSAGES / 2 + 1, MESSAGES);
            index.finish();
            assertEquals(MESSAGES, index.indexedSequence(), "what had not been taken in is");
            assertEquals(MESSAGES, index.headOffset(TOPIC));
        }
        try (ChronicleJournal journal = open()) {
            Path file = IndexParts.fileOf(journal.segments().get(0).path());
            assertTrue(Files.exists(file), () -> file + " is written");
            try (TopicIndex index = index(journal)) {
                assertEquals(0, index.poll(1), "nothing is left to read");
                assertEquals(MESSAGES, index.headOffset(TOPIC));
                assertEquals(500, index.sequenceOf(TOPIC, 500));

                append(journal, MESSAGES + 1, MESSAGES + 10);
                index.finish();
                assertEquals(MESSAGES + 10, index.headOffset(TOPIC));
                Path second = IndexParts.fileOf(journal.segments().get(1).path());
                assertTrue(Files.exists(second), () -> second + " is written");
            }
        }
        assertEquals(List.of(), errors);
    }
}
