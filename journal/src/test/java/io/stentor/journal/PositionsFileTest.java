package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PositionsFileTest {
    private static final long RECORDS = 3_000;

    @TempDir
    Path directory;

    private ChronicleJournal open() {
        return ChronicleJournal.open(new JournalContext().directory(directory).errorHandler(e -> {
            throw new AssertionError(e);
        }));
    }

    /** The segment that a closed journal with so many records has. */
    private Path sealedSegment() {
        try (ChronicleJournal journal = open()) {
            Records.appendEach(journal.appender(), 1, RECORDS);
            journal.appender().commit();
            return journal.segments().get(0).path();
        }
    }

    private List<Long> readFrom(long sequence) {
        try (ChronicleJournal journal = open();
                JournalReader reader = journal.newReader()) {
            reader.seek(sequence);
            return ReadBack.some(reader, 10);
        }
    }

    private static Segment segment(Path path) {
        Segment segment = new Segment(path, 1_001);
        segment.extend(1 << 20, 2_000);
        return segment;
    }

    private static SequenceMap map() {
        SequenceMap map = new SequenceMap();
        map.note(1_001, 200);
        map.note(1_300, 100_000);
        map.note(1_900, 900_000);
        return map;
    }

    @Test
    void shouldWriteAndReadWhatItAlwaysDid() throws Exception {
        Segment segment = segment(directory.resolve("20261101-00F.cq4"));
        Path file = directory.resolve("20261101-00F.positions");
        byte[] golden;
        try (InputStream stream = PositionsFileTest.class.getResourceAsStream("positions-v1.bin")) {
            golden = stream.readAllBytes();
        }
        PositionsFile.write(segment, map());
        assertArrayEquals(golden, Files.readAllBytes(file));

        SequenceMap read = new SequenceMap();
        assertTrue(PositionsFile.read(segment, read));
        assertEquals(3, read.count());
        assertEquals(1_900, read.sequenceAt(2));
        assertEquals(900_000, read.positionAt(2));
    }

    @Test
    void shouldTakeNothingThatIsDamaged() throws Exception {
        Segment segment = segment(directory.resolve("20261101-00F.cq4"));
        Path file = PositionsFile.of(segment.path);
        PositionsFile.write(segment, map());
        byte[] sound = Files.readAllBytes(file);
        for (int at = 0; at < sound.length; at++) {
            byte[] flipped = sound.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            SequenceMap read = new SequenceMap();
            assertFalse(PositionsFile.read(segment, read), "byte " + at);
            assertEquals(0, read.count());
            Files.write(file, Arrays.copyOf(sound, at));
            assertFalse(PositionsFile.read(segment, read), "cut to " + at);
        }
    }

    @Test
    void shouldNotTakeTheFileOfAnotherSegment() throws Exception {
        Segment segment = segment(directory.resolve("20261101-00F.cq4"));
        PositionsFile.write(segment, map());
        Segment longer = new Segment(segment.path, 1_001);
        longer.extend(1 << 20, 2_001);
        assertFalse(PositionsFile.read(longer, new SequenceMap()));
    }

    /** The header of a document in front is damaged, so that whoever steps through the segment does not get behind it. */
    @Test
    void shouldFindARecordWithoutSteppingThroughTheSegment() throws Exception {
        Path segment = sealedSegment();
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            SequenceMap positions = new SequenceMap();
            Segment sealed = new Segment(segment, 1);
            sealed.extend(file.length(), RECORDS);
            assertTrue(PositionsFile.read(sealed, positions));
            assertTrue(positions.count() > 3);
            file.seek(positions.positionAt(1));
            file.writeInt(-1);
        }
        assertEquals(ReadBack.range(RECORDS - 9, RECORDS), readFrom(RECORDS - 9));
        Files.delete(PositionsFile.of(segment));
        assertThrows(JournalDamagedException.class, () -> readFrom(RECORDS - 9));
        assertFalse(Files.exists(PositionsFile.of(segment)), "what was not walked to its end is not written");
    }

    @Test
    void shouldMakeItAgainWhenItIsMissingOrDamaged() throws Exception {
        Path segment = sealedSegment();
        Path file = PositionsFile.of(segment);
        byte[] sound = Files.readAllBytes(file);
        Files.delete(file);
        assertEquals(ReadBack.range(2_000, 2_009), readFrom(2_000));
        assertArrayEquals(sound, Files.readAllBytes(file));
        byte[] damaged = sound.clone();
        damaged[50]++;
        Files.write(file, damaged);
        assertEquals(ReadBack.range(2_500, 2_509), readFrom(2_500));
        assertArrayEquals(sound, Files.readAllBytes(file));
    }
}
