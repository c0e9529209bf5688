package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal of three sealed files of ten records goes on without records that were given up. */
class AcceptedLossTest {
    private static final int FILE_RECORDS = 10;
    private static final int RECORDS = 3 * FILE_RECORDS;

    @TempDir
    Path directory;

    @BeforeEach
    void write() {
        append(1, RECORDS, context());
    }

    private JournalContext context() {
        return new JournalContext()
                .directory(directory)
                .rollCycle("TEST_SECONDLY")
                .diskReserveBytes(JournalContext.DISK_RESERVE_FLOOR_BYTES)
                .errorHandler(e -> {});
    }

    /** Appends records; returns what was given up. */
    private static List<GivenUp> append(long first, long last, JournalContext context) {
        try (ChronicleJournal journal = ChronicleJournal.open(context)) {
            MutableDirectBuffer buffer = Records.buffer();
            for (long sequence = first; sequence <= last; sequence++) {
                long timeNs = Records.START_NS + (sequence - 1) / FILE_RECORDS * TimeUnit.SECONDS.toNanos(1);
                int length = Records.write(buffer, sequence, 100, timeNs);
                journal.appender().append(buffer, 0, length);
                journal.appender().commit();
            }
            return journal.givenUp();
        }
    }

    private List<Long> readAll() {
        try (ChronicleJournal journal = ChronicleJournal.open(context());
                JournalReader reader = journal.newReader()) {
            return ReadBack.all(reader);
        }
    }

    private List<Path> files() throws IOException {
        try (var all = Files.walk(directory.resolve("log"))) {
            return all.filter(file -> file.toString().endsWith(".cq4")).sorted().toList();
        }
    }

    private static List<Long> range(long first, long last) {
        return new ArrayList<>(LongStream.rangeClosed(first, last).boxed().toList());
    }

    /** Flips a bit of a record's body; returns where its document begins. */
    private static long damage(Path file, long firstSequence, long sequence) throws IOException {
        long position;
        try (SegmentCursor cursor = new SegmentCursor()) {
            Segment segment = new Segment(file, firstSequence);
            segment.extend(Files.size(file), sequence);
            cursor.moveTo(segment, 0);
            for (long at = firstSequence; at <= sequence; at++) {
                assertTrue(cursor.next(at));
            }
            position = cursor.documentPosition();
        }
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = position + SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.BODY_OFFSET;
            bytes.seek(at);
            int value = bytes.read();
            bytes.seek(at);
            bytes.write(value ^ 1);
        }
        return position;
    }

    private static void assertLost(long first, long last, JournalDamagedException damage) {
        assertEquals(first, damage.lostFirstSequence(), damage.getMessage());
        assertEquals(last, damage.lostLastSequence(), damage.getMessage());
        assertTrue(damage.getMessage().contains("records " + first + ".." + last + " are lost"), damage.getMessage());
    }

    @Test
    void shouldGoOnWhenTheLastRecordsAreGivenUp() throws IOException {
        Path last = files().get(2);
        damage(last, 21, RECORDS);
        assertLost(
                RECORDS,
                RECORDS,
                assertThrows(
                        JournalDamagedException.class,
                        () -> JournalFiles.of(directory).scan(new ScanListener() {})));
        assertEquals(
                List.of(new GivenUp(RECORDS, RECORDS, RECORDS - 1)),
                append(RECORDS, RECORDS + 5, context().acceptLoss(RECORDS, RECORDS)));
        assertEquals(range(1, RECORDS + 5), readAll());
        assertEquals(RECORDS + 5, JournalFiles.of(directory).scan(new ScanListener() {}));
    }

    @Test
    void shouldRefuseAgainWhenARecordThatFollowedThoseGivenUpIsDamaged() throws IOException {
        damage(files().get(2), 21, RECORDS);
        append(RECORDS, RECORDS + 5, context().acceptLoss(RECORDS, RECORDS));
        damage(files().get(3), RECORDS, RECORDS);
        assertLost(
                RECORDS,
                RECORDS,
                assertThrows(
                        JournalDamagedException.class,
                        () -> JournalFiles.of(directory).scan(new ScanListener() {})));
        assertThrows(
                JournalDamagedException.class,
                () -> ChronicleJournal.open(context().acceptLoss(29, 30)));
    }

    @Test
    void shouldGoOnWhenTheLastFileIsMissingAndGivenUp() throws IOException {
        Files.delete(files().get(2));
        assertLost(21, 30, assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(context())));
        assertEquals(List.of(new GivenUp(21, 30, 20)), append(21, 25, context().acceptLoss(21, 30)));
        assertEquals(range(1, 25), readAll());
    }

    @Test
    void shouldBeginAgainWhenEverythingIsGivenUp() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        for (long first = 1; first < RECORDS; first += FILE_RECORDS) {
            long last = first + FILE_RECORDS - 1;
            assertLost(
                    first, last, assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(context())));
            if (last < RECORDS) {
                JournalContext accepting = context().acceptLoss(first, last);
                assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(accepting));
            }
        }
        append(1, 5, context().acceptLoss(RECORDS - FILE_RECORDS + 1, RECORDS));
        assertEquals(range(1, 5), readAll());
    }

    @Test
    void shouldNameAllThatIsLostWhenASealedFileWasCutShort() throws IOException {
        Path file = files().get(1);
        long position = damage(file, 11, 17);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(position + 20);
        }
        assertLost(17, 20, assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(context())));
        assertEquals(List.of(new GivenUp(17, 20, 30)), append(31, 30, context().acceptLoss(17, 20)));
        List<Long> expected = range(1, 16);
        expected.addAll(range(21, 30));
        assertEquals(expected, readAll());
    }

    @Test
    void shouldFindOutWhatIsLostWithDamageThatAReaderMet() throws IOException {
        Path file = files().get(1);
        damage(file, 11, 14);
        JournalDamagedException met = assertThrows(JournalDamagedException.class, this::readAll);
        assertEquals(14, met.sequence());
        assertEquals(0, met.lostFirstSequence());
        assertLost(14, 14, JournalFiles.of(directory).examine(met));
    }

    @Test
    void shouldNotTakeSoundRecordsForThoseThatWereSealed() throws IOException {
        Path file = files().get(1);
        int record = (int) damage(file, 11, 11) + SegmentCursor.DOCUMENT_HEADER_LENGTH;
        byte[] bytes = Files.readAllBytes(file);
        UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        RecordLayout.sealBody(buffer, record);
        RecordLayout.sealHeader(buffer, record);
        Files.write(file, bytes);
        JournalDamagedException found = assertThrows(
                JournalDamagedException.class, () -> JournalFiles.of(directory).scan(new ScanListener() {}));
        assertEquals(file.toString(), found.file());
        assertEquals(0, found.position());
        assertEquals(11, found.sequence());
        assertTrue(found.getMessage().contains("not those that were sealed"), found.getMessage());
    }
}
