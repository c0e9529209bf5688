package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
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

    private List<SegmentInfo> segments() {
        return journal.segments();
    }

    private List<Path> runs() throws IOException {
        try (Stream<Path> entries = Files.list(directory.resolve("journal/log"))) {
            return entries.sorted().toList();
        }
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
    void shouldEndScanWhereItFoundTheEndWhenMoreIsWrittenMeanwhile() {
        Records.appendEach(journal.appender(), 1, 10);
        journal.appender().commit();

        long last = JournalFiles.of(directory.resolve("journal")).scan(new ScanListener() {
            @Override
            public void onRecord(DirectBuffer buffer, int offset, int length) {
                if (RecordLayout.sequence(buffer, offset) == 10) {
                    Records.appendEach(journal.appender(), 11, 20);
                    journal.appender().commit();
                }
            }
        });

        assertTrue(last >= 10, "last record scanned: " + last);
        assertHoldsAll(20);
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

        journal = ChronicleJournal.open(context().directory(directory.resolve("rolling")));
        assertEquals(last, journal.lastSequence());
        assertEquals(4, segments().size());
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

        assertEquals(2, segments().size());
        assertHoldsAll(30);
    }

    @Test
    void shouldDescribeItsSegments() {
        assertEquals(List.of(), segments());
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        append(11, 12, Records.START_NS);
        append(13, 20, Records.START_NS + 3_600 * SECOND_NS);
        assertEquals(1, segments().size());
        assertEquals(10, segments().get(0).lastSequence());
        journal.appender().commit();
        assertEquals(2, segments().size());
        assertEquals(12, segments().get(0).lastSequence());
        assertEquals(13, segments().get(1).firstSequence());
        assertEquals(20, segments().get(1).lastSequence());
        assertFalse(segments().get(1).sealed());
        Path last = segments().get(1).path();
        reopen();
        assertEquals(new SegmentInfo(last, 13, 20, true), segments().get(1));
    }

    @Test
    void shouldBeginEachRunInADirectoryOfItsOwnAndRemoveEmptyOnes() throws IOException {
        for (int start = 0; start < 3; start++) {
            reopen();
        }
        assertEquals(List.of("run-0000000000000000001"), names(runs()));
        append(1, 10, Records.START_NS);
        journal.appender().commit();
        reopen();
        reopen();
        append(11, 20, Records.START_NS);
        journal.appender().commit();
        assertEquals(List.of("run-0000000000000000001", "run-0000000000000000011"), names(runs()));
        assertHoldsAll(20);
    }

    private static List<String> names(List<Path> paths) {
        return paths.stream().map(path -> path.getFileName().toString()).toList();
    }

    @Test
    void shouldWriteWhatChronicleReads() throws IOException {
        append(1, 1_000, Records.START_NS);
        journal.appender().commit();
        int count = 0;
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(runs().get(0))
                        .rollCycle(RollCycles.FAST_HOURLY)
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            DocumentContext document = tailer.readingDocument();
            while (document.isPresent()) {
                long address = document.wire()
                        .bytes()
                        .addressForRead(document.wire().bytes().readPosition());
                UnsafeBuffer excerpt =
                        new UnsafeBuffer(address, (int) document.wire().bytes().readRemaining());
                for (int at = 0; at < excerpt.capacity(); count++) {
                    assertEquals(RecordDamage.NONE, RecordLayout.verify(excerpt, at, excerpt.capacity() - at));
                    at += RecordLayout.alignedLength(RecordLayout.length(excerpt, at));
                }
                document.close();
                document = tailer.readingDocument();
            }
        }
        assertEquals(1_000, count);
    }

    @Test
    void shouldReadOnWhenItsThreadIsInterrupted() {
        append(1, 1_000, Records.START_NS);
        journal.appender().commit();
        try (JournalReader reader = journal.newReader()) {
            Thread.currentThread().interrupt();
            assertEquals(ReadBack.range(1, 1_000), ReadBack.all(reader));
            assertTrue(Thread.interrupted());
        }
    }
}
