package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleJournalTest extends JournalContract {
    @TempDir
    Path directory;

    @Override
    Journal openJournal() {
        return ChronicleJournal.open(context());
    }

    JournalContext context() {
        return new JournalContext().directory(directory.resolve("journal")).errorHandler(e -> {});
    }

    @Test
    void shouldContinueWhenReopened() {
        long logId = journal.logId();
        Records.appendEach(journal.appender(), 1, 777);
        journal.appender().commit();
        journal.close();

        journal = openJournal();
        assertEquals(logId, journal.logId());
        assertEquals(777, journal.lastSequence());
        assertEquals(777, journal.syncedSequence());
        Records.appendEach(journal.appender(), 778, 1_000);
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 1_000), ReadBack.all(reader));
            assertEquals(700, reader.seek(700));
            assertEquals(ReadBack.range(700, 1_000), ReadBack.all(reader));
        }
    }
}
