package io.stentor.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoint files: written in turn and whole or not at all, and not believed when a bit of them is another. */
class CheckpointStoreTest {
    private static final int KIND = 7;
    private static final long LOG_ID = 0x0102030405060708L;
    private static final long LAST_SEQUENCE = 1_000_000;

    /** Some four blocks. */
    private static final int ENTRIES = 2_000;

    @TempDir
    Path directory;

    private final List<Throwable> passedOver = new ArrayList<>();

    private CheckpointStore store() {
        return new CheckpointStore(directory.resolve("checkpoints"), "test", KIND, LOG_ID, passedOver::add);
    }

    private Path file(String name) {
        return directory.resolve("checkpoints").resolve(name);
    }

    private static byte[] entry(long sequence, int number) {
        byte[] entry = new byte[(number * 37) % 251];
        for (int i = 0; i < entry.length; i++) {
            entry[i] = (byte) (sequence * 31 + number * 7L + i);
        }
        return entry;
    }

    private static void addEntries(CheckpointWriter writer, long sequence, int count) {
        for (int number = 0; number < count; number++) {
            byte[] entry = entry(sequence, number);
            writer.add(new UnsafeBuffer(entry), 0, entry.length);
        }
    }

    private static Checkpoint write(CheckpointStore store, long sequence, int count) {
        try (CheckpointWriter writer = store.create(sequence, (int) sequence * 3)) {
            addEntries(writer, sequence, count);
            return writer.commit();
        }
    }

    /** Reads a checkpoint; checks every entry against what was written, also those before a damage. */
    private static int read(CheckpointStore store, Checkpoint checkpoint) {
        int[] number = {0};
        try (CheckpointReader reader = store.open(checkpoint)) {
            int count;
            do {
                count = reader.poll((buffer, offset, length) -> {
                    byte[] bytes = new byte[length];
                    buffer.getBytes(offset, bytes);
                    assertArrayEquals(entry(checkpoint.sequence(), number[0]), bytes, "entry " + number[0]);
                    number[0]++;
                });
            } while (count > 0);
        }
        return number[0];
    }

    private static List<Long> sequences(List<Checkpoint> checkpoints) {
        return checkpoints.stream().map(Checkpoint::sequence).toList();
    }

    @Test
    void shouldReadBackWhatWasWritten() {
        Checkpoint written = write(store(), 41, ENTRIES);
        CheckpointStore store = store();
        assertEquals(List.of(written), store.newestFirst(LAST_SEQUENCE));
        assertEquals(41 * 3, written.recordChecksum());
        assertEquals(ENTRIES, written.entries());
        assertEquals(ENTRIES, read(store, written));
        assertEquals(0, read(store, write(store, 42, 0)));
        assertEquals(List.of(), passedOver);
    }

    @Test
    void shouldTakeEntriesUpToTheirLimit() {
        CheckpointStore store = store();
        UnsafeBuffer longest = new UnsafeBuffer(new byte[CheckpointWriter.ENTRY_LENGTH_MAX + 1]);
        try (CheckpointWriter writer = store.create(1, 0)) {
            writer.add(longest, 0, CheckpointWriter.ENTRY_LENGTH_MAX);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> writer.add(longest, 0, CheckpointWriter.ENTRY_LENGTH_MAX + 1));
            writer.commit();
        }
        List<Integer> lengths = new ArrayList<>();
        try (CheckpointReader reader = store.open(store.newestFirst(1).get(0))) {
            assertEquals(1, reader.poll((buffer, offset, length) -> lengths.add(length)));
            assertEquals(0, reader.poll((buffer, offset, length) -> lengths.add(length)));
        }
        assertEquals(List.of(CheckpointWriter.ENTRY_LENGTH_MAX), lengths);
    }

    @Test
    void shouldWriteInTurnAndNeverOverTheNewest() {
        CheckpointStore store = store();
        for (long sequence = 1; sequence <= 5; sequence++) {
            write(store, sequence, 10);
            List<Long> expected = sequence == 1 ? List.of(1L) : List.of(sequence, sequence - 1);
            assertEquals(expected, sequences(store.newestFirst(LAST_SEQUENCE)));
        }
    }

    @Test
    void shouldNotWriteOverTheOneThatWasBelieved() throws IOException {
        CheckpointStore before = store();
        write(before, 1, 10);
        write(before, 2, 10);
        Files.write(file("test-b.ckpt"), new byte[10_000]);

        CheckpointStore store = store();
        store.believed(store.newestFirst(LAST_SEQUENCE).get(0));
        write(store, 3, 10);

        assertEquals(List.of(3L, 1L), sequences(store.newestFirst(LAST_SEQUENCE)));
    }

    @Test
    void shouldPassOverWhatIsNotOfThisJournal() {
        write(store(), 41, 10);
        write(new CheckpointStore(directory.resolve("checkpoints"), "other", KIND, LOG_ID + 1, e -> {}), 41, 10);
        write(new CheckpointStore(directory.resolve("checkpoints"), "kind", KIND + 1, LOG_ID, e -> {}), 41, 10);

        assertEquals(List.of(41L), sequences(store().newestFirst(41)));
        assertEquals(List.of(), passedOver);
        assertEquals(List.of(), store().newestFirst(40));
        assertTrue(lastReport().endsWith("it is of record 41, the journal ends at record 40"), lastReport());
        assertEquals(List.of(), named("other").newestFirst(LAST_SEQUENCE));
        assertTrue(lastReport().endsWith("it belongs to another log"), lastReport());
        assertEquals(List.of(), named("kind").newestFirst(LAST_SEQUENCE));
        assertTrue(lastReport().endsWith("it is of kind 8, not 7"), lastReport());
    }

    private CheckpointStore named(String name) {
        return new CheckpointStore(directory.resolve("checkpoints"), name, KIND, LOG_ID, passedOver::add);
    }

    private String lastReport() {
        return passedOver.get(passedOver.size() - 1).getMessage();
    }

    @Test
    void shouldKeepTheOldOneWhenKilledBetweenWriteAndRename() throws IOException {
        write(store(), 1, 10);
        CheckpointStore killed = store();
        killed.believed(killed.newestFirst(LAST_SEQUENCE).get(0));
        CheckpointWriter writer = killed.create(2, 0);
        addEntries(writer, 2, ENTRIES);
        writer.finish();

        CheckpointStore store = store();
        assertTrue(Files.exists(file("test-b.ckpt.new")));
        assertEquals(List.of(1L), sequences(store.newestFirst(LAST_SEQUENCE)));
        store.believed(store.newestFirst(LAST_SEQUENCE).get(0));
        assertEquals(10, read(store, write(store, 3, 10)));
        assertEquals(List.of(3L, 1L), sequences(store.newestFirst(LAST_SEQUENCE)));
        assertFalse(Files.exists(file("test-b.ckpt.new")));
        writer.close();
    }

    @Test
    void shouldLeaveNothingOfOneThatWasGivenUp() {
        CheckpointStore store = store();
        try (CheckpointWriter writer = store.create(2, 0)) {
            addEntries(writer, 2, ENTRIES);
        }
        assertEquals(List.of(), store.newestFirst(LAST_SEQUENCE));
        assertFalse(Files.exists(file("test-a.ckpt.new")));
    }

    @Test
    void shouldForceTheWholeFileThenTheNameBeforeItCounts() throws IOException {
        List<String> forced = new ArrayList<>();
        Path place = file("test-a.ckpt");
        write(forcing(forced, place), 1, ENTRIES);
        assertEquals(
                List.of(
                        "names of " + directory.getFileName(),
                        "test-a.ckpt.new of " + Files.size(place) + " bytes, its place is empty",
                        "names of checkpoints, its place is taken"),
                forced);
    }

    @Test
    void shouldForceLargeOnesAsTheyAreWritten() {
        List<String> forced = new ArrayList<>();
        Path place = file("test-a.ckpt");
        byte[] large = new byte[60_000];
        try (CheckpointWriter writer = forcing(forced, place).create(1, 0)) {
            for (int i = 0; i < 200; i++) {
                writer.add(new UnsafeBuffer(large), 0, large.length);
            }
            assertEquals(3, forced.size(), forced.toString());
        }
    }

    /** A store that writes down what is forced, and how the file and its place are then. */
    private CheckpointStore forcing(List<String> forced, Path place) {
        return new CheckpointStore(
                directory.resolve("checkpoints"), "test", KIND, LOG_ID, passedOver::add, () -> new FileForcer() {
                    @Override
                    public void forceFile(Path file) throws IOException {
                        forced.add(file.getFileName() + " of " + Files.size(file) + " bytes, its place is "
                                + (Files.exists(place) ? "taken" : "empty"));
                    }

                    @Override
                    public void forceDirectory(Path path) {
                        forced.add(
                                "names of " + path.getFileName() + (Files.exists(place) ? ", its place is taken" : ""));
                    }

                    @Override
                    public void requireAlive() {}

                    @Override
                    public void close() {}
                });
    }

    @Test
    void shouldStayAsItWasWhenTheForceFails() {
        write(store(), 1, 10);
        CheckpointStore failing = new CheckpointStore(
                directory.resolve("checkpoints"), "test", KIND, LOG_ID, passedOver::add, () -> new FileForcer() {
                    @Override
                    public void forceFile(Path file) throws IOException {
                        throw new IOException("planted");
                    }

                    @Override
                    public void forceDirectory(Path path) {}

                    @Override
                    public void requireAlive() {}

                    @Override
                    public void close() {}
                });
        failing.believed(failing.newestFirst(LAST_SEQUENCE).get(0));
        assertThrows(JournalException.class, () -> write(failing, 2, 10));
        assertEquals(List.of(1L), sequences(store().newestFirst(LAST_SEQUENCE)));
    }

    @Test
    void shouldDetectAnyFlippedBit() throws IOException {
        long seed = 0xC4EC4L;
        SplittableRandom random = new SplittableRandom(seed);
        Path file = write(store(), 41, ENTRIES).path();
        byte[] sound = Files.readAllBytes(file);
        assertTrue(sound.length > 3 * CheckpointLayout.BLOCK_LENGTH_MAX, "only " + sound.length + " bytes");
        for (int i = 0; i < 1_000; i++) {
            // Every bit of the header and of the first block's, then any.
            int bit = i < 80 * Byte.SIZE ? i : random.nextInt(sound.length * Byte.SIZE);
            byte[] damaged = sound.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertDetected(file, damaged, "seed " + seed + ", bit " + bit);
        }
    }

    @Test
    void shouldDetectMovedLostAndAddedBytes() throws IOException {
        long seed = 0xB10C5L;
        SplittableRandom random = new SplittableRandom(seed);
        Path file = write(store(), 41, ENTRIES).path();
        byte[] sound = Files.readAllBytes(file);
        byte[] older = Files.readAllBytes(write(store(), 40, ENTRIES).path());
        int page = 4096;
        for (int i = 0; i < 200; i++) {
            String what = "seed " + seed + ", round " + i;
            int at = random.nextInt(sound.length / page) * page;
            int other = (at + page * (1 + random.nextInt(sound.length / page - 1))) % (sound.length / page * page);
            assertDetected(file, Arrays.copyOf(sound, random.nextInt(sound.length)), what + " cut");
            assertDetected(file, Arrays.copyOf(sound, sound.length + 1 + random.nextInt(page)), what + " longer");
            byte[] zeroed = sound.clone();
            Arrays.fill(zeroed, at, at + page, (byte) 0);
            assertDetected(file, zeroed, what + " zeroed");
            byte[] repeated = sound.clone();
            System.arraycopy(sound, other, repeated, at, page);
            assertDetected(file, repeated, what + " repeated");
            byte[] stale = sound.clone();
            System.arraycopy(older, at, stale, at, page);
            assertDetected(file, stale, what + " stale");
        }
    }

    @Test
    void shouldDetectBlocksThatChangedPlacesOrAreOfAnother() throws IOException {
        // Blocks of one length, so that each fits the other's place.
        byte[] entry = new byte[CheckpointWriter.ENTRY_LENGTH_MAX];
        List<byte[]> files = new ArrayList<>();
        CheckpointStore store = store();
        for (long sequence = 41; sequence <= 42; sequence++) {
            try (CheckpointWriter writer = store.create(sequence, 0)) {
                for (int i = 0; i < 3; i++) {
                    writer.add(new UnsafeBuffer(entry), 0, entry.length);
                }
                files.add(Files.readAllBytes(writer.commit().path()));
            }
        }
        Path file = file("test-b.ckpt");
        byte[] sound = files.get(1);
        int block = CheckpointLayout.BLOCK_LENGTH_MAX;
        byte[] swapped = sound.clone();
        System.arraycopy(sound, CheckpointLayout.HEADER_LENGTH, swapped, CheckpointLayout.HEADER_LENGTH + block, block);
        System.arraycopy(sound, CheckpointLayout.HEADER_LENGTH + block, swapped, CheckpointLayout.HEADER_LENGTH, block);
        assertDetected(file, swapped, "swapped");
        byte[] ofAnother = files.get(0);
        System.arraycopy(sound, 0, ofAnother, 0, CheckpointLayout.HEADER_LENGTH);
        assertDetected(file, ofAnother, "blocks of another checkpoint");
    }

    /** The file is left out, or ends with an exception of ours before a wrong entry is handed out. */
    private void assertDetected(Path file, byte[] damaged, String what) throws IOException {
        Files.write(file, damaged);
        passedOver.clear();
        CheckpointStore store = store();
        for (Checkpoint checkpoint : store.newestFirst(LAST_SEQUENCE)) {
            if (checkpoint.path().equals(file)) {
                assertThrows(JournalException.class, () -> read(store, checkpoint), what);
                return;
            }
        }
        assertEquals(1, passedOver.size(), what);
    }

    @Test
    void shouldKeepTheFormatOfVersionOne() throws IOException {
        Path file;
        try (CheckpointWriter writer = store().create(0x1112131415161718L, 0x21222324)) {
            UnsafeBuffer entries = new UnsafeBuffer("onethree".getBytes(US_ASCII));
            writer.add(entries, 0, 3);
            writer.add(entries, 0, 0);
            writer.add(entries, 3, 5);
            file = writer.commit().path();
        }
        byte[] golden = golden();
        assertArrayEquals(golden, Files.readAllBytes(file));
    }

    @Test
    void shouldReadTheFormatOfVersionOne() throws IOException {
        Files.createDirectories(file("x").getParent());
        Files.write(file("test-a.ckpt"), golden());
        CheckpointStore store = store();
        List<Checkpoint> found = store.newestFirst(Long.MAX_VALUE);
        assertEquals(List.of(new Checkpoint(file("test-a.ckpt"), 0x1112131415161718L, 0x21222324, 94, 3)), found);
        List<String> entries = new ArrayList<>();
        try (CheckpointReader reader = store.open(found.get(0))) {
            reader.poll((buffer, offset, length) -> entries.add(buffer.getStringWithoutLengthAscii(offset, length)));
        }
        assertEquals(List.of("one", "", "three"), entries);
    }

    private byte[] golden() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("checkpoint-v1.bin")) {
            return in.readAllBytes();
        }
    }
}
