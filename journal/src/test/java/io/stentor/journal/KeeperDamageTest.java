package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of what is kept is told like that of the log, and can be given up like it. */
class KeeperDamageTest {
    private static final String FILE = "keeper/0000000000000000060.kept";

    @TempDir
    Path directory;

    private final List<Throwable> errors = new ArrayList<>();
    private Path file;
    private byte[] sound;

    /** Keeps the payments 60, 70 .. 400 of a log that begins at 401. */
    @BeforeEach
    void write() throws Exception {
        try (ChronicleJournal journal = KeptJournal.write(open())) {
            KeptJournal.trim(journal, 55, 400);
        }
        file = directory.resolve(FILE);
        sound = Files.readAllBytes(file);
    }

    private JournalContext context() {
        return KeptJournal.context(directory, errors);
    }

    private ChronicleJournal open() {
        return ChronicleJournal.open(context());
    }

    /** Flips a bit in the body of the record at a sequence. */
    private void flipBody(long sequence) throws IOException {
        try (SegmentCursor cursor = new SegmentCursor()) {
            Segment segment = new Segment(file, 60, true);
            segment.extend(sound.length, 400);
            cursor.moveTo(segment, 0);
            assertTrue(cursor.next(60));
            while (cursor.recordSequence() < sequence) {
                assertTrue(cursor.next(cursor.recordSequence() + 1));
            }
            byte[] bad = sound.clone();
            bad[(int) cursor.documentPosition() + SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.BODY_OFFSET] ^= 1;
            Files.write(file, bad);
        }
    }

    private JournalDamagedException refused() {
        return assertThrows(JournalDamagedException.class, () -> open().close());
    }

    private void assertLosing(JournalDamagedException damage, long first, long last) {
        assertTrue(damage.getMessage().contains(file.toString()), damage.getMessage());
        assertEquals(List.of(first, last), List.of(damage.lostFirstSequence(), damage.lostLastSequence()));
        JournalDamagedException verified = assertThrows(
                JournalDamagedException.class, () -> JournalFiles.of(directory).scan(new ScanListener() {}));
        assertEquals(damage.getMessage(), verified.getMessage());
    }

    private List<Long> giveUp(long first, long last) {
        try (ChronicleJournal journal = ChronicleJournal.open(context().acceptLoss(first, last))) {
            assertEquals(401, journal.firstSequence());
            return KeptJournal.kept(journal);
        }
    }

    private void assertOpensAs(List<Long> kept) {
        try (ChronicleJournal journal = open()) {
            assertEquals(kept, KeptJournal.kept(journal));
        }
        JournalFiles.of(directory).scan(new ScanListener() {});
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldRefuseAMissingFileUntilItIsGivenUp() throws Exception {
        Files.delete(file);
        assertLosing(refused(), 60, 400);
        assertThrows(JournalDamagedException.class, () -> giveUp(60, 390));
        assertEquals(List.of(), giveUp(60, 400));
        assertOpensAs(List.of());
    }

    @Test
    void shouldRefuseAFileThatIsCutUntilItsEndIsGivenUp() throws Exception {
        Files.write(file, Arrays.copyOf(sound, sound.length - 1));
        assertLosing(refused(), 391, 400);
        assertEquals(KeptJournal.payments(55, 390), giveUp(391, 400));
        assertFalse(Files.exists(file));
        assertTrue(Files.exists(directory.resolve("quarantine/keeper-0000000000000000060.kept")));
        assertOpensAs(KeptJournal.payments(55, 390));
    }

    @Test
    void shouldTellOfARecordThatIsDamagedAndGiveUpThatOneOnly() throws Exception {
        flipBody(200);
        try (ChronicleJournal journal = open();
                KeeperReader reader = journal.keeper().newReader()) {
            assertTrue(reader.read(190, (buffer, offset, length) -> {}));
            JournalDamagedException damage =
                    assertThrows(JournalDamagedException.class, () -> reader.read(200, (buffer, offset, length) -> {}));
            assertTrue(damage.getMessage().contains(file.toString()), damage.getMessage());
            assertEquals(191, damage.sequence(), "the first that may be there");
            assertLosing(JournalFiles.of(directory).examine(damage), 191, 200);
        }
        List<Long> left = new ArrayList<>(KeptJournal.payments(55, 400));
        left.remove(200L);
        assertEquals(left, giveUp(191, 200));
        assertOpensAs(left);
        try (ChronicleJournal journal = open();
                TopicIndex index = KeptJournal.index(journal, errors)) {
            assertEquals(KeptJournal.payments(201, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
        }
    }

    @Test
    void shouldScrubWhatIsKept() throws Exception {
        try (ChronicleJournal journal = open()) {
            scrubPasses(journal, 1);
            assertEquals(List.of(), errors);
        }
        flipBody(200);
        try (ChronicleJournal journal = open()) {
            scrubPasses(journal, 2);
            assertEquals(1, journal.damagedFileCount());
            assertTrue(errors.get(0).getMessage().contains(FILE), errors.get(0).getMessage());
        }
    }

    private static void scrubPasses(ChronicleJournal journal, int passes) throws Exception {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (journal.scrubProgress().passes() <= passes) {
            assertTrue(System.nanoTime() < deadlineNs, "scrubbing takes too long");
            for (Agent agent : journal.backgroundAgents()) {
                agent.doWork();
            }
        }
    }

    @Test
    void shouldTakeAFileWhoseLineIsDamagedOrThatTheManifestDoesNotName() throws Exception {
        Path manifest = directory.resolve(Manifest.FILE_NAME);
        String lines = Files.readString(manifest);
        Files.writeString(manifest, lines.replace("kept file=", "kept  file="));
        assertOpensAs(KeptJournal.payments(55, 400));
        assertEquals(lines, Files.readString(manifest));
        Files.writeString(manifest, lines.replaceAll("kept .*\n", ""));
        assertOpensAs(KeptJournal.payments(55, 400));
    }

    @Test
    void shouldReadAllOrSayThatItCannotWhateverHitsTheFile() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int told = 0;
        for (int trial = 0; trial < 200; trial++) {
            byte[] bad = sound.clone();
            if (trial % 4 == 0) {
                int at = random.nextInt(bad.length - 512);
                Arrays.fill(bad, at, at + 512, (byte) 0);
            } else if (trial % 4 == 1) {
                System.arraycopy(sound, random.nextInt(bad.length - 512), bad, random.nextInt(bad.length - 512), 512);
            } else {
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            }
            Files.write(file, bad);
            JournalDamagedException damage = null;
            List<Long> kept = List.of();
            try (SegmentCursor cursor = new SegmentCursor()) {
                Manifest.Kept known = Manifest.read(directory, new ChannelForcer(), false)
                        .kept()
                        .get(0);
                ReadBack read = new ReadBack();
                damage = KeptWalk.walk(file, 60, cursor, read).damageOf(known);
                kept = read.sequences;
            }
            String what = "seed " + seed + ", trial " + trial;
            if (damage == null) {
                assertEquals(KeptJournal.payments(55, 400), kept, what);
            } else {
                told++;
                for (long sequence : KeptJournal.payments(55, 400)) {
                    boolean isLost = damage.lostFirstSequence() <= sequence && sequence <= damage.lostLastSequence();
                    assertTrue(isLost || kept.contains(sequence), what + ": " + sequence + " is lost without a word");
                }
            }
        }
        assertTrue(told > 100, told + " were told");
    }
}
