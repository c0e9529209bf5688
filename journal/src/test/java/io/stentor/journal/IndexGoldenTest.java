package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index file of version 1: what was written then is read and is still written the same. */
class IndexGoldenTest {
    @TempDir
    Path directory;

    private static byte[] golden() throws Exception {
        try (InputStream golden = IndexGoldenTest.class.getResourceAsStream("index-v1.bin")) {
            return golden.readAllBytes();
        }
    }

    /** Two terms; topic 9 long, topic 7 short, topic 1,000,000,007 forgotten, topic 8 forgotten and begun again. */
    private static CutJournal journal(Path directory) {
        CutJournal journal = new CutJournal(directory, e -> {});
        journal.append(RecordType.TERM, 3, 0, 0);
        journal.append(RecordType.MESSAGE, 3, 8, 1);
        journal.append(RecordType.MESSAGE, 3, 1_000_000_007, 40);
        for (long offset = 11; offset <= 310; offset++) {
            journal.append(RecordType.MESSAGE, 3, 9, offset);
            journal.append(RecordType.TICK, 3, 0, 0);
        }
        journal.append(RecordType.TERM, 5, 0, 0);
        journal.append(RecordType.MESSAGE, 5, 7, 1);
        journal.append(RecordType.MESSAGE, 5, 7, 2);
        journal.append(RecordType.TOPIC_FORGET, 5, 1_000_000_007, 0);
        journal.append(RecordType.TOPIC_FORGET, 5, 8, 0);
        journal.append(RecordType.MESSAGE, 5, 8, 4);
        journal.cut();
        journal.append(RecordType.TICK, 5, 0, 0);
        journal.seal();
        return journal;
    }

    @Test
    void shouldWriteTheSame() throws Exception {
        CutJournal journal = journal(directory);
        try (TopicIndex index = TopicIndex.open(journal, 0, (buffer, offset, length) -> {}, e -> {})) {
            index.poll(1_000);
            while (index.writeAgent().doWork() > 0) {
                index.poll(0);
            }
        }
        assertArrayEquals(golden(), Files.readAllBytes(directory.resolve("1.index")));
    }

    @Test
    void shouldReadWhatWasWritten() throws Exception {
        CutJournal journal = journal(directory);
        Files.write(directory.resolve("1.index"), golden());
        try (TopicIndex index =
                TopicIndex.open(journal, journal.lastSequence(), (buffer, offset, length) -> {}, e -> {})) {
            assertEquals(1, index.poll(1_000));
            assertEquals(310, index.headOffset(9));
            assertEquals(11, index.firstOffset(9));
            assertEquals(4, index.sequenceOf(9, 11));
            assertEquals(602, index.sequenceOf(9, 310));
            assertEquals(606, index.sequenceOf(7, 2));
            assertEquals(0, index.headOffset(1_000_000_007));
            assertEquals(4, index.firstOffset(8));
            assertEquals(609, index.sequenceOf(8, 4));
            assertEquals(604, index.sequenceOfTermAfter(3));
        }
    }
}
