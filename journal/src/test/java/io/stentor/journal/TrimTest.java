package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The oldest files go, whole or not at all, wherever the process is killed. */
class TrimTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path temporary;

    private final List<Throwable> errors = new ArrayList<>();

    /** Copies of the journal's directory, as a process killed at each force would have left it. */
    private final List<Path> killed = new ArrayList<>();

    private boolean copying;
    private boolean failing;
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
            if (failing) {
                throw new IOException("no answer from the device");
            }
            inner.forceFile(file);
            copy();
        }

        @Override
        public void forceDirectory(Path forced) throws IOException {
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
                copyTree(directory, copy);
                killed.add(copy);
            }
        }
    }

    @BeforeEach
    void open() throws Exception {
        directory = temporary.resolve("journal");
        journal = open(directory);
        for (int second = 0; second < 3; second++) {
            append(second);
        }
        journal.close();
        // Three files of a run that has ended, then three of this one, of which the last is open.
        journal = open(directory);
        for (int second = 3; second < 6; second++) {
            append(second);
        }
        seal();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private ChronicleJournal open(Path path) {
        JournalContext context =
                new JournalContext().directory(path).rollCycle("TEST_SECONDLY").errorHandler(errors::add);
        return ChronicleJournal.open(context, new CopyingForcer());
    }

    /** A hundred records in the second of this number. */
    private void append(int second) {
        MutableDirectBuffer buffer = Records.buffer();
        long first = journal.appender().lastSequence() + 1;
        for (long sequence = first; sequence < first + 100; sequence++) {
            int length = Records.write(buffer, sequence, 50, Records.START_NS + second * SECOND_NS);
            journal.appender().append(buffer, 0, length);
        }
        journal.appender().commit();
    }

    private void seal() throws Exception {
        while (journal.segments().size() < 6 || !journal.segments().get(4).sealed()) {
            journal.requestForce(journal.lastSequence());
            for (Agent agent : journal.backgroundAgents()) {
                agent.doWork();
            }
        }
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private Set<String> names(Path path) throws IOException {
        try (Stream<Path> paths = Files.walk(path.resolve("log"))) {
            Set<String> names = new TreeSet<>();
            paths.filter(file ->
                            file.toString().endsWith(".cq4") || file.toString().endsWith(".index"))
                    .forEach(file -> names.add(file.getFileName().toString()));
            return names;
        }
    }

    private void assertHolds(ChronicleJournal opened, long first, long last) {
        assertEquals(first, opened.firstSequence());
        assertEquals(last, opened.lastSequence());
        assertEquals(first, opened.segments().get(0).firstSequence());
        try (JournalReader reader = opened.newReader()) {
            assertEquals(ReadBack.range(first, last), ReadBack.all(reader));
            if (first > 1) {
                assertEquals(JournalReader.TRIMMED, reader.seek(first - 1));
                assertEquals(last + 1, reader.nextSequence());
            }
        }
    }

    @Test
    void shouldRemoveTheOldestFilesAndTheRunsTheyLeaveEmpty() throws Exception {
        long firstFile = journal.segments().get(1).firstSequence();
        journal.trim(firstFile);
        assertHolds(journal, 101, 600);
        assertEquals(5, names(directory).size());

        journal.trim(401);
        assertHolds(journal, 401, 600);
        assertFalse(Files.exists(directory.resolve("log/run-0000000000000000001")));
        assertEquals(List.of(), errors);

        journal.close();
        journal = open(directory);
        assertHolds(journal, 401, 600);
        append(7);
        assertHolds(journal, 401, 700);
    }

    @Test
    void shouldHaveRemovedAllOrNothingWhereverTheProcessIsKilled() throws Exception {
        Path index = IndexParts.fileOf(journal.segments().get(2).path());
        Files.writeString(index, "an index");
        copyTree(directory, temporary.resolve("before"));
        killed.add(temporary.resolve("before"));
        copying = true;
        journal.trim(401);
        copying = false;

        int trimmed = 0;
        Set<Integer> files = new TreeSet<>();
        for (Path path : killed) {
            files.add(names(path).size());
            try (ChronicleJournal opened = open(path)) {
                boolean isTrimmed = opened.firstSequence() == 401;
                trimmed += isTrimmed ? 1 : 0;
                assertHolds(opened, isTrimmed ? 401 : 1, 600);
                assertEquals(isTrimmed ? 2 : 7, names(path).size(), path + " holds " + names(path));
            }
            // What was begun was ended: the next open finds nothing to do.
            try (ChronicleJournal opened = open(path)) {
                assertEquals(600, opened.lastSequence());
            }
        }
        assertEquals(Set.of(7, 6, 5, 3, 2), files, "killed between the files too");
        assertEquals(killed.size() - 2, trimmed, "only before the manifest has its place is nothing removed");
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldRemoveNothingIfTheManifestCannotBeWritten() throws Exception {
        failing = true;
        JournalException failure = assertThrows(JournalException.class, () -> journal.trim(201));
        failing = false;
        assertTrue(failure.getMessage().contains("201"), failure.getMessage());
        assertEquals(failure, journal.failure());
        assertEquals(1, journal.firstSequence());
        assertEquals(6, names(directory).size());

        journal.close();
        journal = open(directory);
        assertHolds(journal, 1, 600);
    }

    @Test
    void shouldRefuseAnythingButTheBeginningOfASealedFile() {
        assertThrows(IllegalArgumentException.class, () -> journal.trim(150));
        assertThrows(IllegalArgumentException.class, () -> journal.trim(501), "it is open");
        assertThrows(IllegalArgumentException.class, () -> journal.trim(601));
        journal.trim(1);
        assertHolds(journal, 1, 600);
    }

    @Test
    void shouldTellReadersWithinWhatIsRemoved() {
        JournalReader fresh = journal.newReader();
        JournalReader inside = journal.newReader();
        assertEquals(List.of(1L, 2L), ReadBack.some(inside, 2));
        JournalReader ahead = journal.newReader();
        ahead.seek(350);
        int changes = journal.segmentChanges();

        journal.trim(301);

        assertNotEquals(changes, journal.segmentChanges());
        for (JournalReader reader : List.of(fresh, inside)) {
            JournalTrimmedException trimmed = assertInstanceOf(
                    JournalTrimmedException.class,
                    assertThrows(JournalException.class, () -> ReadBack.some(reader, 1)));
            assertEquals(301, trimmed.firstRetainedSequence());
            assertEquals(JournalReader.TRIMMED, reader.seek(300));
            assertEquals(301, reader.seek(301));
            assertEquals(ReadBack.range(301, 600), ReadBack.all(reader));
            reader.close();
        }
        assertEquals(ReadBack.range(350, 600), ReadBack.all(ahead));
        ahead.close();
    }

    @Test
    void shouldIndexAndScrubWhatIsLeft() throws Exception {
        List<Long> given = new ArrayList<>();
        try (TopicIndex index = TopicIndex.open(
                journal,
                0,
                (buffer, offset, length) -> given.add(RecordLayout.sequence(buffer, offset)),
                errors::add)) {
            while (index.poll(1_000) > 0 || index.writeAgent().doWork() > 0) {
                // Until all is indexed and written.
            }
            index.poll(1);
            assertEquals(11, names(directory).size(), "five files are sealed");
            journal.trim(201);
            append(6);
            while (index.poll(1_000) > 0) {
                // Until all is indexed.
            }
            assertEquals(700, index.indexedSequence());
        }
        assertEquals(ReadBack.range(1, 700), given);
        assertEquals(List.of(), errors);
        List<Long> scanned = new ArrayList<>();
        JournalFiles.of(directory).scan(new ScanListener() {
            @Override
            public void onRecord(org.agrona.DirectBuffer buffer, int offset, int length) {
                scanned.add(RecordLayout.sequence(buffer, offset));
            }
        });
        assertEquals(ReadBack.range(201, 700), scanned);
    }

    @Test
    void shouldGoOnBehindATrimThatWasKilledIfTheFirstLineIsDamaged() throws Exception {
        journal.trim(201);
        journal.close();
        Path manifest = directory.resolve("manifest");
        String lines = Files.readString(manifest);
        assertTrue(lines.startsWith("trim first=201 crc32c="), lines);
        Files.writeString(manifest, lines.replace("first=201 last=300", "first=201 last=301"));
        journal = open(directory);
        assertHolds(journal, 201, 600);
    }
}
