package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageTouchAgentTest {
    private static final int AHEAD_PAGES = (24 << 20) / UnsafeApi.pageSize();

    @TempDir
    Path directory;

    private ChronicleJournal journal;
    private Agent agent;

    @BeforeEach
    void open() {
        journal =
                ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(e -> {}));
        agent = journal.backgroundAgents().get(1);
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private int touchAll() throws Exception {
        int pages = 0;
        for (int work = agent.doWork(); work > 0; work = agent.doWork()) {
            pages += work;
        }
        return pages;
    }

    private static void assertNear(int expected, int pages, int tolerance) {
        assertTrue(Math.abs(pages - expected) <= tolerance, pages + " pages were touched, not " + expected);
    }

    private void append(long first, long last) {
        Records.appendEach(journal.appender(), first, last);
        journal.appender().commit();
    }

    @Test
    void shouldTouchNothingBeforeAFileIsThere() throws Exception {
        assertEquals(0, touchAll());
    }

    @Test
    void shouldTouchAheadOfTheAppenderAndAlterNothing() throws Exception {
        assertEquals(0, touchAll());
        append(1, 1_000);
        assertNear(AHEAD_PAGES, touchAll(), 1);
        append(1_001, 2_000);
        // A thousand records of 96 to 708 bytes, 402 on average.
        assertNear(402_000 / UnsafeApi.pageSize(), touchAll(), 4);

        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 2_000), ReadBack.all(reader));
        }
    }
}
