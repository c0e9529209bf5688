package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lives of removed files is kept, as it was, with the removal or not at all, and found by topic and offset. */
class KeeperTest {
    private static final String FILE = "0000000000000000060.kept";

    @TempDir
    Path temporary;

    private final List<Throwable> errors = new ArrayList<>();

    /** Copies of the journal's directory, as a process killed at each force would have left it. */
    private final List<Path> killed = new ArrayList<>();

    private boolean copying;
    private Path directory;
    private ChronicleJournal journal;

    private final class CopyingForcer implements FileForcer {
        private final ChannelForcer inner = new ChannelForcer();

        @Override
        public void requireAlive() throws IOException {
            inner.requireAlive();
        }

        @Override
        public void forceFile(Path file) throws IOException {
            copy();
            inner.forceFile(file);
            copy();
        }

        @Override
        public void forceDirectory(Path forced) throws IOException {
            copy();
            inner.forceDirectory(forced);
            copy();
        }

        @Override
        public void close() throws IOException {
            inner.close();
        }

        private void copy() throws IOException {
            if (copying) {
                Path copy = temporary.resolve("killed-" + killed.size());
                KeptJournal.copyTree(directory, copy);
                killed.add(copy);
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        directory = temporary.resolve("journal");
        journal = KeptJournal.write(open(directory));
    }

    @AfterEach
    void close() {
        journal.close();
        assertEquals(List.of(), errors);
    }

    private ChronicleJournal open(Path path) {
        return ChronicleJournal.open(KeptJournal.context(path, errors), new CopyingForcer());
    }

    private void reopen() {
        journal.close();
        journal = open(directory);
    }

    private void assertKept(long firstKept, long firstRetained) {
        assertEquals(KeptJournal.payments(firstKept, firstRetained - 1), KeptJournal.kept(journal));
        assertEquals(firstRetained, journal.firstSequence());
        try (JournalReader reader = journal.newReader()) {
            assertEquals(JournalReader.TRIMMED, reader.seek(firstRetained - 1), "who reads in order is told");
        }
    }

    @Test
    void shouldKeepWhatLivesOfWhatIsRemoved() {
        KeptJournal.trim(journal, 55, 400);
        assertKept(60, 401);
        reopen();
        assertKept(60, 401);
        assertEquals(
                List.of(new SegmentInfo(directory.resolve("keeper/" + FILE), 60, 400, true)),
                journal.keeper().files());
    }

    @Test
    void shouldContinueTopicsInTheKeeper() throws Exception {
        try (TopicIndex index = KeptJournal.index(journal, errors)) {
            assertEquals(KeptJournal.payments(1, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            KeptJournal.trim(journal, 55, 200);
            assertEquals(KeptJournal.payments(55, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            KeptJournal.trim(journal, 201, 400);
            assertEquals(KeptJournal.payments(55, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            assertEquals(361, index.firstOffset(KeptJournal.CHATS), "401 is the first chat");
            KeptJournal.follow(index);
            assertEquals(KeptJournal.payments(55, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            assertEquals(7, index.offsetAfter(KeptJournal.PAYMENTS, 61));
            assertEquals(41, index.offsetAfter(KeptJournal.PAYMENTS, 400));
        }
        reopen();
        try (TopicIndex index = KeptJournal.index(journal, errors)) {
            assertEquals(KeptJournal.payments(55, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            journal.keeper().remove(60);
            assertEquals(KeptJournal.payments(201, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
            journal.keeper().remove(210);
            assertEquals(KeptJournal.payments(401, 600), KeptJournal.indexed(index, KeptJournal.PAYMENTS));
        }
    }

    @Test
    void shouldIndexAFileAgainWhoseIndexIsMissingOrDamaged() throws Exception {
        KeptJournal.trim(journal, 10, 400);
        KeptJournal.index(journal, errors).close();
        Path index = directory.resolve("keeper/0000000000000000010.index");
        byte[] sound = Files.readAllBytes(index);
        for (byte[] content : new byte[][] {null, new byte[sound.length], new byte[10]}) {
            Files.delete(index);
            if (content != null) {
                Files.write(index, content);
            }
            reopen();
            try (TopicIndex opened = KeptJournal.index(journal, errors)) {
                assertEquals(KeptJournal.payments(1, 600), KeptJournal.indexed(opened, KeptJournal.PAYMENTS));
            }
            assertArrayEquals(sound, Files.readAllBytes(index));
        }
        assertEquals(2, errors.size(), "the damaged ones are reported");
        errors.clear();
    }

    @Test
    void shouldHaveKeptAllOrNothingWhereverTheProcessIsKilled() throws Exception {
        copying = true;
        KeptJournal.trim(journal, 55, 400);
        copying = false;
        int trimmed = 0;
        for (Path path : killed) {
            try (ChronicleJournal opened = open(path)) {
                boolean isTrimmed = opened.firstSequence() == 401;
                trimmed += isTrimmed ? 1 : 0;
                assertEquals(isTrimmed ? KeptJournal.payments(55, 400) : List.of(), KeptJournal.kept(opened));
                assertEquals(
                        isTrimmed,
                        KeptJournal.files(path).containsKey(FILE),
                        path + " has " + KeptJournal.files(path).keySet());
                try (TopicIndex index = KeptJournal.index(opened, errors)) {
                    assertEquals(
                            KeptJournal.payments(isTrimmed ? 55 : 1, 600),
                            KeptJournal.indexed(index, KeptJournal.PAYMENTS));
                }
            }
            try (ChronicleJournal opened = open(path)) {
                assertEquals(600, opened.lastSequence(), "what was begun was ended");
            }
        }
        assertTrue(trimmed > 3 && trimmed < killed.size() - 5, trimmed + " of " + killed.size());
    }

    @Test
    void shouldRemoveAFileAtOnceOrTakeItUpAgain() throws Exception {
        KeptJournal.trim(journal, 55, 200);
        KeptJournal.trim(journal, 201, 400);
        int changes = journal.segmentChanges();
        copying = true;
        journal.keeper().remove(60);
        copying = false;
        assertNotEquals(changes, journal.segmentChanges());
        assertEquals(KeptJournal.payments(201, 400), KeptJournal.kept(journal));
        assertFalse(KeptJournal.files(directory).containsKey(FILE));
        assertThrows(IllegalArgumentException.class, () -> journal.keeper().remove(60));
        assertThrows(IllegalArgumentException.class, () -> journal.keeper().remove(220));
        for (Path path : killed) {
            try (ChronicleJournal opened = open(path)) {
                List<Long> kept = KeptJournal.kept(opened);
                assertTrue(
                        Set.of(KeptJournal.payments(55, 400), KeptJournal.payments(201, 400))
                                .contains(kept),
                        () -> path + " has " + kept);
            }
        }
    }

    @Test
    void shouldDeleteWhatNoTrimHasTaken() throws Exception {
        KeeperWriter given = KeptJournal.keep(journal, 1, 400);
        assertEquals(40, given.count());
        assertEquals(given.bytes(), KeptJournal.files(directory).get("0000000000000000010.kept").length);
        given.close();
        assertEquals(Set.of(), KeptJournal.files(directory).keySet());
        KeptJournal.keep(journal, 1, 400);
        Files.writeString(directory.resolve("keeper/0000000000000000410.kept.new"), "a beginning");
        reopen();
        assertEquals(Set.of(), KeptJournal.files(directory).keySet());
        assertEquals(List.of(), journal.keeper().files());
    }

    @Test
    void shouldRefuseWhatDoesNotLieBeforeTheFirstRecordThatIsRetained() {
        try (KeeperWriter writer = KeptJournal.keep(journal, 1, 210)) {
            assertThrows(IllegalArgumentException.class, () -> journal.trim(201, writer));
        }
        try (KeeperWriter writer = journal.keeper().newWriter()) {
            MutableDirectBuffer buffer = Records.buffer();
            int length = KeptJournal.message(buffer, 20, 0);
            writer.add(buffer, 0, length);
            assertThrows(IllegalArgumentException.class, () -> writer.add(buffer, 0, length), "not ascending");
            assertThrows(IllegalStateException.class, () -> journal.trim(201, writer), "not finished");
        }
        assertEquals(1, journal.firstSequence());
        try (KeeperWriter writer = journal.keeper().newWriter()) {
            assertFalse(writer.finish(), "nothing is in it");
        }
    }

    @Test
    void shouldTellScansOfItAndCopyItWithABackup() {
        KeptJournal.trim(journal, 55, 200);
        KeptJournal.trim(journal, 201, 400);
        List<Long> kept = new ArrayList<>();
        List<String> files = new ArrayList<>();
        ScanListener listener = new ScanListener() {
            @Override
            public void onKeptRecord(DirectBuffer buffer, int offset, int length) {
                kept.add(RecordLayout.sequence(buffer, offset));
            }

            @Override
            public void onKeptFile(ScannedSegment file, long count) {
                files.add(file.firstSequence() + ".." + file.lastSequence() + " " + count);
            }
        };
        JournalFiles.of(directory).scan(listener);
        assertEquals(KeptJournal.payments(55, 400), kept);
        assertEquals(List.of("60..200 15", "210..400 20"), files);

        JournalException refusal = assertThrows(
                JournalException.class,
                () -> JournalBackup.backup(JournalFiles.of(directory), temporary.resolve("copy"), listener));
        assertTrue(refusal.getMessage().contains("checkpoint"), refusal.getMessage());
    }

    @Test
    void shouldWriteAndReadTheGoldenFile() throws Exception {
        byte[] golden;
        try (InputStream stream = KeeperTest.class.getResourceAsStream("kept-v1.bin")) {
            golden = stream.readAllBytes();
        }
        try (KeeperWriter writer = KeptJournal.keep(journal, 55, 100)) {
            journal.trim(101, writer);
        }
        assertArrayEquals(golden, KeptJournal.files(directory).get(FILE));
        String line = Files.readAllLines(directory.resolve(Manifest.FILE_NAME)).get(1);
        assertEquals(
                "kept file=keeper/" + FILE + " bytes=" + golden.length + " first=60 last=100 count=5",
                line.substring(0, line.indexOf(" sha256=")));
        assertEquals(List.of(60L, 70L, 80L, 90L, 100L), KeptJournal.kept(journal));
    }
}
