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
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that keeps of each page that was not forced any state that it had since the last force, and of each file that
 * was not forced perhaps not even the name: the log ends somewhere behind what was forced, and is never refused.
 */
class PowerCutTest {
    private static final int TRIALS = 150;
    private static final int SEED = 4711;
    private static final int FORCED = 130;
    private static final int RECORDS = 400;
    private static final int RECORDS_PER_CYCLE = 100;
    private static final int SNAPSHOT_EVERY = 23;
    private static final int PAGE_BYTES = 4096;

    @TempDir
    Path directory;

    /** By run and name, what was in the files at one time after another; the first was forced. */
    private final List<Map<String, byte[]>> states = new ArrayList<>();

    private final Random random = new Random(SEED);
    private Path written;
    private Path disk;
    private long nowNs;

    private JournalContext context(Path path) {
        return new JournalContext()
                .directory(path)
                .rollCycle("TEST_SECONDLY")
                .diskReserveBytes(JournalContext.DISK_RESERVE_FLOOR_BYTES)
                .nanoClock(() -> nowNs)
                .errorHandler(e -> {});
    }

    @BeforeEach
    void write() throws Exception {
        written = directory.resolve("written");
        disk = directory.resolve("disk");
        try (ChronicleJournal journal = ChronicleJournal.open(context(written))) {
            Agent force = journal.backgroundAgents().get(0);
            append(journal, 1, FORCED);
            force.doWork();
            nowNs += TimeUnit.SECONDS.toNanos(1);
            force.doWork();
            assertEquals(FORCED, SyncMark.read(written, journal.logId()));
            for (String file : List.of(SyncMark.FILE_NAME, Manifest.FILE_NAME, JournalIdentity.FILE_NAME)) {
                Files.createDirectories(disk);
                Files.copy(written.resolve(file), disk.resolve(file));
            }
            states.add(state());
            append(journal, FORCED + 1, RECORDS);
        }
        Files.createDirectories(disk.resolve("log"));
    }

    private void append(ChronicleJournal journal, long first, long last) throws IOException {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = first; sequence <= last; sequence++) {
            long cycle = (sequence - 1) / RECORDS_PER_CYCLE;
            long timeNs = Records.START_NS + cycle * TimeUnit.SECONDS.toNanos(1);
            int length = Records.write(buffer, sequence, Records.bodyLength(sequence), timeNs);
            journal.appender().append(buffer, 0, length);
            if (sequence % 17 == 0 || sequence == last) {
                journal.appender().commit();
            }
            // Some of them within a batch.
            if (first > FORCED && (sequence % SNAPSHOT_EVERY == 0 || sequence == last)) {
                states.add(state());
            }
        }
    }

    private Map<String, byte[]> state() throws IOException {
        Map<String, byte[]> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(written.resolve("log"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".cq4")).toList()) {
                state.put(Segment.nameOf(file), FileLayout.content(file));
            }
        }
        return state;
    }

    /** Writes to the disk what a power cut leaves; each page as it was at some time, at random. */
    private void cut() throws IOException {
        IoUtil.delete(disk.resolve("log").toFile(), false);
        Files.createDirectories(disk.resolve("log"));
        for (String name : states.get(states.size() - 1).keySet()) {
            Path file = disk.resolve("log").resolve(name);
            Files.createDirectories(file.getParent());
            List<byte[]> versions = new ArrayList<>();
            for (Map<String, byte[]> state : states) {
                versions.add(state.getOrDefault(name, new byte[0]));
            }
            boolean isForced = versions.get(0).length > 0;
            byte[] latest = versions.get(versions.size() - 1);
            // A name, or a length, that was never forced.
            int fate = isForced ? 2 : random.nextInt(8);
            if (fate > 0) {
                Files.write(file, fate == 1 ? new byte[0] : mix(versions, latest.length));
            }
        }
    }

    private byte[] mix(List<byte[]> versions, int length) {
        byte[] mixed = new byte[length];
        boolean isMostlyNew = random.nextBoolean();
        for (int page = 0; page < length; page += PAGE_BYTES) {
            boolean isNew = isMostlyNew && random.nextInt(10) > 0;
            byte[] version = versions.get(isNew ? versions.size() - 1 : random.nextInt(versions.size()));
            if (page < version.length) {
                System.arraycopy(version, page, mixed, page, Math.min(PAGE_BYTES, version.length - page));
            }
        }
        return mixed;
    }

    private List<Long> replay() {
        try (ChronicleJournal journal = ChronicleJournal.open(context(disk));
                JournalReader reader = journal.newReader()) {
            return ReadBack.all(reader);
        }
    }

    private Path last() throws IOException {
        try (Stream<Path> files = Files.walk(disk.resolve("log"))) {
            return files.filter(each -> each.toString().endsWith(".cq4"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    @Test
    void shouldKeepWhatWasForcedAndEndAnywhereBehind() throws IOException {
        byte[] mark = Files.readAllBytes(disk.resolve(SyncMark.FILE_NAME));
        byte[] manifest = Files.readAllBytes(disk.resolve(Manifest.FILE_NAME));
        int cutShort = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            Files.write(disk.resolve(SyncMark.FILE_NAME), mark);
            Files.write(disk.resolve(Manifest.FILE_NAME), manifest);
            cut();
            List<Long> found = replay();
            assertTrue(found.size() >= FORCED, "trial " + trial + " ends at " + found.size());
            assertEquals(ReadBack.range(1, found.size()), found, "trial " + trial);
            assertEquals(found, replay(), "trial " + trial + ", opened again");
            assertEquals(found.size(), JournalFiles.of(disk).scan(new ScanListener() {}), "trial " + trial);
            cutShort += found.size() < RECORDS ? 1 : 0;
        }
        assertTrue(cutShort > TRIALS / 2, "trials that lost something: " + cutShort);
    }

    @Test
    void shouldRefuseAHoleInWhatWasForced() throws IOException {
        byte[] manifest = Files.readAllBytes(disk.resolve(Manifest.FILE_NAME));
        for (Map.Entry<String, byte[]> file : states.get(0).entrySet()) {
            cut();
            Files.write(disk.resolve(Manifest.FILE_NAME), manifest);
            Path path = disk.resolve("log").resolve(file.getKey());
            FileLayout forced = FileLayout.of(Files.write(path, file.getValue()));
            for (int page = forced.start & -PAGE_BYTES; page < forced.end; page += PAGE_BYTES) {
                byte[] content = file.getValue().clone();
                Arrays.fill(content, Math.max(page, forced.start), Math.min(page + PAGE_BYTES, forced.end), (byte) 0);
                Files.write(path, content);
                JournalDamagedException e = assertThrows(JournalDamagedException.class, this::replay);
                assertTrue(e.sequence() <= FORCED, e::getMessage);
            }
        }
    }

    @Test
    void shouldBelieveNoHoleWhenTheMarkIsLost() throws IOException {
        Map<String, byte[]> all = states.get(states.size() - 1);
        for (Map.Entry<String, byte[]> file : all.entrySet()) {
            Path path = disk.resolve("log").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            byte[] content = file.getValue().clone();
            if (path.toString().contains("000002T")) {
                FileLayout layout = FileLayout.of(Files.write(path, content));
                int hole = (layout.start + 2 * PAGE_BYTES) & -PAGE_BYTES;
                Arrays.fill(content, hole, hole + PAGE_BYTES, (byte) 0);
            }
            Files.write(path, content);
        }
        Path mark = disk.resolve(SyncMark.FILE_NAME);
        byte[] sound = Files.readAllBytes(mark);
        Files.delete(mark);
        assertThrows(JournalDamagedException.class, this::replay);
        byte[] flipped = sound.clone();
        flipped[20] ^= 1;
        flipped[PAGE_BYTES + 20] ^= 1;
        Files.write(mark, flipped);
        assertThrows(JournalDamagedException.class, this::replay);
        // One of the two is enough.
        flipped = sound.clone();
        flipped[random.nextInt(28)] ^= 1;
        Files.write(mark, flipped);
        int found = replay().size();
        assertTrue(found > 2 * RECORDS_PER_CYCLE && found < 3 * RECORDS_PER_CYCLE, "ends at " + found);
    }

    @Test
    void shouldRefuseALogThatEndsBeforeWhatWasForcedUntilThatIsGivenUp() throws IOException {
        for (Map.Entry<String, byte[]> file : states.get(0).entrySet()) {
            Path path = disk.resolve("log").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        Files.delete(last());
        JournalDamagedException e = assertThrows(JournalDamagedException.class, this::replay);
        assertTrue(e.getMessage().contains("records 101..130 are lost"), e::getMessage);
        assertThrows(JournalDamagedException.class, () -> JournalFiles.of(disk).scan(new ScanListener() {}));
        try (ChronicleJournal journal =
                ChronicleJournal.open(context(disk).acceptLoss(RECORDS_PER_CYCLE + 1, FORCED))) {
            assertEquals(RECORDS_PER_CYCLE, journal.lastSequence());
            append(journal, RECORDS_PER_CYCLE + 1, RECORDS_PER_CYCLE + 10);
        }
        assertEquals(RECORDS_PER_CYCLE + 10, replay().size());
    }

    @Test
    void shouldRefuseATailThatIsTornWithinWhatWasForcedAndKeepTheFile() throws IOException {
        for (Map.Entry<String, byte[]> file : states.get(0).entrySet()) {
            Path path = disk.resolve("log").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
        Path torn = last();
        FileLayout layout = FileLayout.of(torn);
        byte[] content = Files.readAllBytes(torn);
        int document = layout.documents.get(layout.documents.size() - 1);
        Arrays.fill(content, document, document + SegmentCursor.DOCUMENT_HEADER_LENGTH, (byte) 0);
        Files.write(torn, content);
        JournalDamagedException e = assertThrows(JournalDamagedException.class, this::replay);
        assertTrue(e.getMessage().contains("which was forced up to record " + FORCED), e::getMessage);
        long first = e.sequence();
        assertFalse(Files.exists(disk.resolve("quarantine")));
        try (ChronicleJournal journal = ChronicleJournal.open(context(disk).acceptLoss(first, FORCED))) {
            assertEquals(first - 1, journal.lastSequence());
        }
        assertTrue(Files.exists(disk.resolve("quarantine/run-0000000000000000001-" + torn.getFileName())));
        assertEquals(first - 1, replay().size());
    }
}
