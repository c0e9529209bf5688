package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.Test;

class HeapJournalTest extends JournalContract {
    private static final long CAPACITY_BYTES = 64L << 20;

    @Override
    Journal openJournal() {
        return new HeapJournal(1, CAPACITY_BYTES, e -> {});
    }

    @Test
    void shouldDescribeItselfAsOneSegmentThatIsOpen() {
        assertEquals(List.of(), journal.segments());
        Records.appendEach(journal.appender(), 1, 20);
        journal.appender().commit();
        Records.appendEach(journal.appender(), 21, 22);
        assertEquals(List.of(new SegmentInfo(null, 1, 20, false)), journal.segments());
    }

    @Test
    void shouldAppendToMemoryThatItsAgentsMadeReady() throws Exception {
        MutableDirectBuffer buffer = Records.buffer();
        assertEquals(0, work(), "nobody has asked for memory");
        for (long sequence = 1; sequence <= 40; sequence++) {
            journal.appender().append(buffer, 0, Records.write(buffer, sequence, 1_000_000, Records.START_NS));
            work();
        }
        journal.appender().commit();
        assertEquals(0, work(), "enough is ready");
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 40), ReadBack.all(reader));
        }
    }

    private int work() throws Exception {
        int done = 0;
        for (Agent agent : journal.backgroundAgents()) {
            done += agent.doWork();
        }
        return done;
    }

    @Test
    void shouldDropTheOldestWhenFull() {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = 1; sequence <= 100; sequence++) {
            journal.appender().append(buffer, 0, Records.write(buffer, sequence, 1_000_000, Records.START_NS));
        }
        journal.appender().commit();
        long first = journal.firstSequence();
        assertTrue(first > 1, "first=" + first);
        try (JournalReader reader = journal.newReader()) {
            assertEquals(JournalReader.TRIMMED, reader.seek(first - 1));
            assertEquals(first, reader.seek(first));
            assertEquals(ReadBack.range(first, 100), ReadBack.all(reader));
        }
    }
}
