package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int WARM_UP = 60_000;

    /**
     * Nothing per record or batch may allocate; mapping another block of 64 MiB, growing the map of sequences and the
     * JIT's own doings may, a few hundred bytes at a time. So one clean window of several is the proof.
     */
    private static final int WINDOWS = 6;

    private static final int WINDOW = 10_000;
    private static final int BATCH = 64;

    @TempDir
    Path directory;

    @Test
    void shouldNotAllocateWhenAppendingAndReading() {
        JournalContext context = new JournalContext().directory(directory).errorHandler(e -> {});
        try (ChronicleJournal journal = ChronicleJournal.open(context);
                JournalReader reader = journal.newReader()) {
            MutableDirectBuffer buffer = Records.buffer();
            Records.write(buffer, 1, 256, Records.START_NS);
            RecordHandler handler = (record, offset, length) -> {};
            appendAndRead(journal, reader, handler, buffer, 1, WARM_UP);

            long last = WARM_UP;
            long leastBytes = Long.MAX_VALUE;
            for (int window = 0; window < WINDOWS; window++) {
                long before = THREADS.getCurrentThreadAllocatedBytes();
                appendAndRead(journal, reader, handler, buffer, last + 1, last + WINDOW);
                leastBytes = Math.min(leastBytes, THREADS.getCurrentThreadAllocatedBytes() - before);
                last += WINDOW;
            }
            assertEquals(0, leastBytes, "bytes for " + WINDOW + " records");
            assertEquals(last + 1, reader.nextSequence());
        }
    }

    private static void appendAndRead(
            Journal journal,
            JournalReader reader,
            RecordHandler handler,
            MutableDirectBuffer buffer,
            long first,
            long last) {
        JournalAppender appender = journal.appender();
        int length = RecordLayout.length(buffer, 0);
        for (long sequence = first; sequence <= last; sequence++) {
            RecordLayout.sequence(buffer, 0, sequence);
            RecordLayout.sealHeader(buffer, 0);
            appender.append(buffer, 0, length);
            if (sequence % BATCH == 0 || sequence == last) {
                appender.commit();
                reader.poll(handler, BATCH);
            }
        }
    }
}
