package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damages a journal of three segments in every way and reads it: all that was written, or a refusal; never anything else. */
class JournalDamageTest {
    private enum Damage {
        DOCUMENT_HEADER,
        RECORD_HEADER,
        BODY,
        PADDING,
        METADATA,
        MANIFEST,
        TRUNCATED,
        ZEROED_PAGE,
        SWAPPED_BLOCKS,
        REPEATED_BLOCK
    }

    private static final int TRIALS = 15;
    private static final int SEGMENTS = 3;
    private static final int RECORDS = 300;
    private static final int BLOCK_BYTES = 512;
    private static final int PAGE_BYTES = 4096;

    /** What is left of the zeros behind the end of a file that was not sealed: enough to be seen, quick to copy. */
    private static final int SLACK_BYTES = 64 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private Path closed;
    private Path killed;

    @BeforeEach
    void write() throws IOException {
        closed = directory.resolve("closed");
        killed = directory.resolve("killed");
        try (ChronicleJournal journal = ChronicleJournal.open(context(closed))) {
            MutableDirectBuffer buffer = Records.buffer();
            for (long sequence = 1; sequence <= RECORDS; sequence++) {
                long timeNs = Records.START_NS + (sequence - 1) * SEGMENTS / RECORDS * TimeUnit.SECONDS.toNanos(1);
                int length = Records.write(buffer, sequence, Records.bodyLength(sequence), timeNs);
                journal.appender().append(buffer, 0, length);
                if (sequence % 7 == 0 || sequence == RECORDS) {
                    journal.appender().commit();
                }
            }
            copy(closed, killed);
        }
        for (Path file : segments(killed)) {
            try (RandomAccessFile shorter = new RandomAccessFile(file.toFile(), "rw")) {
                shorter.setLength(FileLayout.of(file).end + SLACK_BYTES);
            }
        }
    }

    private static JournalContext context(Path path) {
        return new JournalContext()
                .directory(path)
                .rollCycle("TEST_SECONDLY")
                .diskReserveBytes(JournalContext.DISK_RESERVE_FLOOR_BYTES)
                .errorHandler(e -> {});
    }

    private static List<Path> segments(Path journal) throws IOException {
        try (Stream<Path> files = Files.walk(journal.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        }
    }

    /** Copies but for the lock; of a sparse file only what is written. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.toString().endsWith(".cq4")) {
                    Files.write(target, FileLayout.content(file));
                } else {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static List<Long> replay(Path journal) {
        return assertTimeoutPreemptively(PATIENCE, () -> {
            try (ChronicleJournal opened = ChronicleJournal.open(context(journal));
                    JournalReader reader = opened.newReader()) {
                return ReadBack.all(reader);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldReadAllOrRefuseWhenAClosedJournalIsDamaged(Damage damage) throws IOException {
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            refused += isRefused(closed, damage, trial, false) ? 1 : 0;
        }
        requireEffect(damage, refused);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldReadAllOrRefuseWhenAJournalOfAKilledProcessIsDamaged(Damage damage) throws IOException {
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            // Only what a power cut may do, too, may cost the end of the log.
            refused += isRefused(killed, damage, 1_000 + trial, damage == Damage.ZEROED_PAGE) ? 1 : 0;
        }
        requireEffect(damage, refused);
    }

    private static void requireEffect(Damage damage, int refused) {
        switch (damage) {
            case PADDING, MANIFEST -> assertEquals(0, refused);
            case RECORD_HEADER, BODY -> assertEquals(TRIALS, refused);
            default -> assertTrue(refused <= TRIALS);
        }
    }

    private boolean isRefused(Path journal, Damage damage, int seed, boolean mayEndEarly) throws IOException {
        Path trial = directory.resolve("trial");
        copy(journal, trial);
        String what = damage + " with seed " + seed;
        try {
            harm(trial, damage, new Random(seed));
            List<Long> sequences = replay(trial);
            assertEquals(ReadBack.range(1, sequences.size()), sequences, what);
            assertTrue(mayEndEarly || sequences.size() == RECORDS, what + " ends at " + sequences.size());
            // What was accepted stays so.
            assertEquals(sequences, replay(trial), what);
            return false;
        } catch (JournalException e) {
            assertTrue(e.getMessage().contains(trial.toString()), what + ": " + e.getMessage());
            return true;
        } finally {
            IoUtil.delete(trial.toFile(), false);
        }
    }

    private static void harm(Path journal, Damage damage, Random random) throws IOException {
        List<Path> files = segments(journal);
        Path file = damage == Damage.MANIFEST
                ? journal.resolve(Manifest.FILE_NAME)
                : files.get(random.nextInt(files.size()));
        byte[] content = Files.readAllBytes(file);
        if (damage == Damage.MANIFEST) {
            if (content.length > 0) {
                flip(content, random.nextInt(content.length), random);
            }
            Files.write(file, content);
            return;
        }
        FileLayout layout = FileLayout.of(file);
        int length = layout.end - layout.start;
        switch (damage) {
            case DOCUMENT_HEADER -> flip(content, layout.anyOf(layout.documents, random) + random.nextInt(4), random);
            case RECORD_HEADER ->
                flip(
                        content,
                        layout.anyOf(layout.records, random) + random.nextInt(RecordLayout.HEADER_LENGTH),
                        random);
            case BODY -> flip(content, layout.anyOf(layout.bodies, random), random);
            case PADDING -> flip(content, layout.anyOf(layout.paddings, random), random);
            case METADATA -> flip(content, random.nextInt(layout.start), random);
            case TRUNCATED -> content = Arrays.copyOf(content, 1 + random.nextInt(layout.end - 1));
            case ZEROED_PAGE -> {
                int page = (layout.start + random.nextInt(length)) & -PAGE_BYTES;
                Arrays.fill(content, page, Math.min(content.length, page + PAGE_BYTES), (byte) 0);
            }
            case SWAPPED_BLOCKS, REPEATED_BLOCK -> {
                int one = layout.start + random.nextInt(length - BLOCK_BYTES);
                int other = layout.start + random.nextInt(length - BLOCK_BYTES);
                byte[] kept = Arrays.copyOfRange(content, other, other + BLOCK_BYTES);
                System.arraycopy(content, one, content, other, BLOCK_BYTES);
                if (damage == Damage.SWAPPED_BLOCKS) {
                    System.arraycopy(kept, 0, content, one, BLOCK_BYTES);
                }
            }
            default -> throw new IllegalArgumentException(damage.toString());
        }
        Files.write(file, content);
    }

    private static void flip(byte[] content, int at, Random random) {
        content[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }

    @Test
    void shouldCutABatchThatWasNeverWhole() throws IOException {
        Path last = segments(killed).get(SEGMENTS - 1);
        FileLayout layout = FileLayout.of(last);
        byte[] content = Files.readAllBytes(last);
        // As a kill within the next batch leaves it: no header yet, sound records behind it.
        MutableDirectBuffer buffer = Records.buffer();
        int length = Records.write(buffer, RECORDS + 1, 100, Records.START_NS);
        buffer.getBytes(0, content, layout.end + SegmentCursor.DOCUMENT_HEADER_LENGTH, length);
        Files.write(last, content);
        try (ChronicleJournal journal = ChronicleJournal.open(context(killed));
                JournalReader reader = journal.newReader()) {
            assertEquals(1, journal.tornTailCount());
            assertEquals(ReadBack.range(1, RECORDS), ReadBack.all(reader));
            assertEquals(layout.end, Files.size(last));
        }
        try (ChronicleJournal journal = ChronicleJournal.open(context(killed))) {
            assertEquals(0, journal.tornTailCount());
        }
    }

    @Test
    void shouldOpenWithoutARecordOnlyWhenExactlyItsLossIsAccepted() throws IOException {
        long damaged = 150;
        for (Path journal : List.of(killed, closed)) {
            Path file = segments(journal).get(1);
            byte[] content = Files.readAllBytes(file);
            content[FileLayout.of(file).positionOf(damaged) + RecordLayout.BODY_OFFSET] ^= 1;
            Files.write(file, content);
            JournalContext other = context(journal).acceptLoss(damaged - 1, damaged);
            if (journal.equals(killed)) {
                String message = assertThrows(
                                JournalDamagedException.class, () -> ChronicleJournal.open(context(journal)))
                        .getMessage();
                assertTrue(message.contains("records 150..150 are lost"), message);
            }
            assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(other));

            List<Long> expected = ReadBack.range(1, RECORDS);
            expected.remove(damaged);
            try (ChronicleJournal opened =
                            ChronicleJournal.open(context(journal).acceptLoss(damaged, damaged));
                    JournalReader reader = opened.newReader()) {
                assertEquals(expected, ReadBack.all(reader));
                assertEquals(damaged, reader.seek(damaged));
                assertEquals(List.of(damaged + 1), ReadBack.some(reader, 1));
                assertEquals(SEGMENTS + 1, opened.segments().size());
            }
            assertTrue(Files.exists(journal.resolve("quarantine/run-0000000000000000001-" + file.getFileName())));
            assertEquals(expected, replay(journal));
        }
    }

    @Test
    void shouldRefuseWhenASealedFileIsMissing() throws IOException {
        Files.delete(segments(closed).get(1));
        JournalDamagedException e =
                assertThrows(JournalDamagedException.class, () -> ChronicleJournal.open(context(closed)));
        assertEquals(101, e.sequence());
        assertTrue(e.getMessage().contains("records 101..200 are lost"), e.getMessage());
        try (ChronicleJournal opened = ChronicleJournal.open(context(closed).acceptLoss(101, 200));
                JournalReader reader = opened.newReader()) {
            List<Long> expected = ReadBack.range(1, 100);
            expected.addAll(ReadBack.range(201, RECORDS));
            assertEquals(expected, ReadBack.all(reader));
        }
    }

    @Test
    void shouldSealAgainWhenTheManifestIsGone() throws IOException {
        String manifest = Files.readString(closed.resolve(Manifest.FILE_NAME));
        Files.delete(closed.resolve(Manifest.FILE_NAME));
        assertEquals(ReadBack.range(1, RECORDS), replay(closed));
        assertEquals(manifest, Files.readString(closed.resolve(Manifest.FILE_NAME)));
    }
}
