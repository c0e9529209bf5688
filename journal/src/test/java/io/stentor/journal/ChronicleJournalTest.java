package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChronicleJournalTest extends JournalContract {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory;

    private String rollCycle = "FAST_HOURLY";

    @Override
    Journal openJournal() {
        return ChronicleJournal.open(context());
    }

    private JournalContext context() {
        return new JournalContext()
                .directory(directory.resolve("journal"))
                .rollCycle(rollCycle)
                .errorHandler(e -> {});
    }

    private void reopen() {
        journal.close();
        journal = openJournal();
    }

    private void append(long first, long last, long timestampNs) {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = first; sequence <= last; sequence++) {
            journal.appender().append(buffer, 0, Records.write(buffer, sequence, 50, timestampNs));
        }
    }

    private List<String> cycleFiles() {
        List<String> names = new ArrayList<>();
        String[] files = directory.resolve("journal/log").toFile().list();
        for (String file : files == null ? new String[0] : files) {
            if (file.endsWith(SingleChronicleQueue.SUFFIX)) {
                names.add(file);
            }
        }
        names.sort(String::compareTo);
        return names;
    }

    private void assertHoldsAll(long last) {
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, last), ReadBack.all(reader));
            for (long sequence = last; sequence > 0; sequence -= 7) {
                assertEquals(sequence, reader.seek(sequence));
                assertEquals(List.of(sequence), ReadBack.some(reader, 1));
            }
        }
    }

    @Test
    void shouldContinueWhenReopened() {
        long logId = journal.logId();
        Records.appendEach(journal.appender(), 1, 777);
        journal.appender().commit();

        reopen();
        assertEquals(logId, journal.logId());
        assertEquals(777, journal.lastSequence());
        assertEquals(777, journal.syncedSequence());
        Records.appendEach(journal.appender(), 778, 1_000);
        journal.appender().commit();
        assertHoldsAll(1_000);
    }

    @Test
    void shouldDropTheOpenBatchWhenClosed() {
        Records.appendEach(journal.appender(), 1, 10);
        journal.appender().commit();
        Records.appendEach(journal.appender(), 11, 20);

        reopen();
        assertEquals(10, journal.lastSequence());
        Records.appendEach(journal.appender(), 11, 12);
        journal.appender().commit();
        assertHoldsAll(12);
    }

    @Test
    void shouldSeekAmongExcerptsOfBeforeTheOpen() {
        // Far more excerpts than a search may scan, in batches of very different size.
        for (long sequence = 1; sequence <= 20_000; ) {
            long last = Math.min(20_000, sequence + (sequence < 9_000 ? 0 : sequence % 200));
            Records.appendEach(journal.appender(), sequence, last);
            journal.appender().commit();
            sequence = last + 1;
        }
        reopen();
        try (JournalReader reader = journal.newReader()) {
            for (long sequence = 1; sequence <= 20_000; sequence += 331) {
                assertEquals(sequence, reader.seek(sequence));
                assertEquals(List.of(sequence), ReadBack.some(reader, 1));
            }
            assertEquals(20_001, reader.seek(20_001));
        }
    }

    @Test
    void shouldRollByTheTimeInTheRecords() {
        journal.close();
        rollCycle = "TEST_SECONDLY";
        journal = ChronicleJournal.open(context().directory(directory.resolve("rolling")));
        long last = 0;
        for (int second = 0; second < 4; second++) {
            // One commit for all: a batch must end where its cycle does.
            append(last + 1, last + 100, Records.START_NS + second * SECOND_NS);
            last += 100;
        }
        journal.appender().commit();
        journal.close();

        assertEquals(4, directory.resolve("rolling/log").toFile().list((d, name) -> name.endsWith("T.cq4")).length);
        journal = ChronicleJournal.open(context().directory(directory.resolve("rolling")));
        assertEquals(last, journal.lastSequence());
        append(last + 1, last + 10, Records.START_NS + 9 * SECOND_NS);
        journal.appender().commit();
        assertHoldsAll(last + 10);
    }

    @Test
    void shouldKeepOrderWhenTimeStepsBack() {
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        append(11, 20, Records.START_NS - 3 * 3_600 * SECOND_NS);
        journal.appender().commit();
        reopen();
        append(21, 30, 0);
        journal.appender().commit();

        assertEquals(1, cycleFiles().size());
        assertHoldsAll(30);
    }

    @Test
    void shouldGoOnAfterACycleThatWasEndedWithoutANext() throws IOException {
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        journal.close();
        rollAndWriteNothing();
        assertEquals(2, cycleFiles().size());
        Files.delete(directory.resolve("journal/log").resolve(cycleFiles().get(1)));

        journal = openJournal();
        append(11, 20, Records.START_NS);
        journal.appender().commit();
        reopen();
        assertHoldsAll(20);
    }

    @Test
    void shouldGoOnAfterACycleThatWasBegunAndIsEmpty() {
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        journal.close();
        rollAndWriteNothing();
        assertEquals(2, cycleFiles().size());

        journal = openJournal();
        append(11, 20, Records.START_NS);
        journal.appender().commit();
        reopen();
        assertHoldsAll(20);
    }

    /** What a kill in the middle of a roll leaves: the old cycle is ended, the new one has no record. */
    private void rollAndWriteNothing() {
        long laterMs = TimeUnit.NANOSECONDS.toMillis(Records.START_NS) + TimeUnit.HOURS.toMillis(2);
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory.resolve("journal/log"))
                        .rollCycle(RollCycles.FAST_HOURLY)
                        .timeProvider(() -> laterMs)
                        .build();
                DocumentContext document = queue.createAppender().writingDocument()) {
            document.rollbackOnClose();
        }
    }

    @Test
    void shouldOpenWhenADeadProcessOfTheSameIdHeldChroniclesLock() {
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        journal.close();
        // Left open on purpose, as by a kill: the lock in the metadata names the id of this very process.
        SingleChronicleQueue abandoned = SingleChronicleQueueBuilder.binary(directory.resolve("journal/log"))
                .rollCycle(RollCycles.FAST_HOURLY)
                .timeProvider(() -> TimeUnit.NANOSECONDS.toMillis(Records.START_NS))
                .build();
        abandoned.createAppender().writingDocument().wire().bytes().writeLong(-1);

        journal = openJournal();
        append(11, 20, Records.START_NS);
        journal.appender().commit();
        assertHoldsAll(20);
    }
}
