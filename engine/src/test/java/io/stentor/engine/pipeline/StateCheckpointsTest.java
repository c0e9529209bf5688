package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.fanout.directory.WatermarkDirectory;
import io.stentor.journal.CheckpointStore;
import io.stentor.journal.CheckpointWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a start from a checkpoint and the journal after it makes, byte for byte, what the whole journal makes. */
final class StateCheckpointsTest {

    private static final int KIND = 1;

    @TempDir
    Path directory;

    private final List<String> reports = new ArrayList<>();

    @Test
    void shouldRestoreFromAnyCheckpointTheStateThatTheWholeJournalMakes() throws IOException {
        for (long seed = 1; seed <= 40; seed++) {
            final SplittableRandom random = new SplittableRandom(~seed);
            final RecordedLog log = new RecordedLog(seed);
            final CheckpointStore store = store("sequencing-" + seed, log);
            for (int round = 0; round < 4; round++) {
                log.run(1 + random.nextInt(800));
                checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.journal));
            }
            log.run(random.nextInt(800));

            final byte[] replayed =
                    bytesOf(new StateCheckpoints<>(RecordedLog::newCheckpoint, null, log.journal).rebuildAll());
            final StateCheckpoints<SequencingCheckpoint> checkpoints =
                    new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.journal);
            final byte[] restored = bytesOf(checkpoints.rebuildAll());

            assertTrue(checkpoints.sequence() > 0, "seed " + seed + " used no checkpoint");
            assertArrayEquals(replayed, restored, "seed " + seed);
            assertArrayEquals(replayed, bytesOf(new SequencingCheckpoint(log.live)), "seed " + seed + ", live");
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldRestoreTheDirectoriesThatTheWholeJournalMakes() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            final RecordedLog log = new RecordedLog(seed);
            final CheckpointStore store = store("directories-" + seed, log);
            for (int round = 0; round < 3; round++) {
                log.run(500);
                checkpoint(new StateCheckpoints<>(StateCheckpointsTest::newDirectories, store, log.journal));
            }
            log.run(500);

            final StateCheckpoints<DirectoriesCheckpoint> none =
                    new StateCheckpoints<>(StateCheckpointsTest::newDirectories, null, log.journal);
            final StateCheckpoints<DirectoriesCheckpoint> some =
                    new StateCheckpoints<>(StateCheckpointsTest::newDirectories, store, log.journal);
            final byte[] replayed = bytesOf(none.rebuildAll());

            assertTrue(replayed.length > 1_000, "seed " + seed + " made only " + replayed.length + " bytes");
            assertArrayEquals(replayed, bytesOf(some.rebuildAll()), "seed " + seed);
            assertTrue(some.sequence() > 0, "seed " + seed + " used no checkpoint");
        }
    }

    @Test
    void shouldReplayNothingButWhatFollowsTheCheckpoint() {
        final RecordedLog log = new RecordedLog(1).run(2_000);
        final CheckpointStore store = store("s", log);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.journal));
        final long before = log.journal.lastSequence();
        log.run(100);
        final List<Long> replayed = new ArrayList<>();

        new StateCheckpoints<>(() -> new Counting(RecordedLog.newCheckpoint(), replayed), store, log.journal)
                .rebuildAll();

        assertEquals(log.journal.lastSequence() - before, replayed.size());
        assertEquals(before + 1, replayed.get(0));
    }

    @Test
    void shouldKeepTheSecondStateFromCheckpointToCheckpoint() throws IOException {
        for (long seed = 1; seed <= 20; seed++) {
            final SplittableRandom random = new SplittableRandom(~seed);
            final RecordedLog log = new RecordedLog(seed);
            final CheckpointStore store = store("sequencing-" + seed, log);
            final List<Long> replayed = new ArrayList<>();
            final AtomicInteger made = new AtomicInteger();
            final StateCheckpoints<Counting> checkpoints = new StateCheckpoints<>(
                    () -> {
                        made.incrementAndGet();
                        return new Counting(RecordedLog.newCheckpoint(), replayed);
                    },
                    store,
                    log.journal);
            for (int round = 0; round < 6; round++) {
                log.run(1 + random.nextInt(800));
                checkpoint(checkpoints);
            }

            assertEquals(1, made.get(), "seed " + seed);
            assertEquals(log.journal.lastSequence(), replayed.size(), "seed " + seed + ": a record was replayed twice");
            assertArrayEquals(
                    bytesOf(new SequencingCheckpoint(log.live)),
                    bytesOf(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.journal).load()),
                    "seed " + seed);
            assertTrue(checkpoints.safeSequence() > 0);
        }
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldReportTheLastCheckpointThatIsDamagedMeanwhileAndWriteOverIt() throws IOException {
        for (final boolean lost : new boolean[] {false, true}) {
            final RecordedLog log = new RecordedLog(1);
            final String name = "s-" + lost;
            final StateCheckpoints<SequencingCheckpoint> checkpoints =
                    new StateCheckpoints<>(RecordedLog::newCheckpoint, store(name, log), log.journal);
            log.run(2_000);
            checkpoint(checkpoints);
            final long first = checkpoints.sequence();
            log.run(2_000);
            checkpoint(checkpoints);
            final byte[] good = Files.readAllBytes(directory.resolve(name + "-a.ckpt"));
            reports.clear();

            if (lost) {
                Files.delete(directory.resolve(name + "-b.ckpt"));
            } else {
                damageLastByte(directory.resolve(name + "-b.ckpt"));
            }
            log.run(100);
            checkpoint(checkpoints);

            assertEquals(lost ? 0 : 1, reports.size(), reports.toString());
            assertArrayEquals(good, Files.readAllBytes(directory.resolve(name + "-a.ckpt")));
            assertEquals(first, checkpoints.safeSequence());
            final StateCheckpoints<SequencingCheckpoint> after =
                    new StateCheckpoints<>(RecordedLog::newCheckpoint, store(name, log), log.journal);
            assertArrayEquals(bytesOf(new SequencingCheckpoint(log.live)), bytesOf(after.rebuildAll()));
            assertEquals(log.journal.lastSequence(), after.sequence());
        }
    }

    @Test
    void shouldUseTheOlderCheckpointWhenTheNewestIsDamagedAndTheJournalWhenBothAre() throws IOException {
        final RecordedLog log = new RecordedLog(1);
        final CheckpointStore store = store("s", log);
        final List<Long> sequences = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            log.run(2_000);
            final StateCheckpoints<SequencingCheckpoint> checkpoints =
                    new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.journal);
            checkpoint(checkpoints);
            sequences.add(checkpoints.sequence());
        }
        log.run(100);
        final byte[] replayed =
                bytesOf(new StateCheckpoints<>(RecordedLog::newCheckpoint, null, log.journal).rebuildAll());

        damageLastByte(directory.resolve("s-b.ckpt"));
        final StateCheckpoints<SequencingCheckpoint> older =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);
        assertArrayEquals(replayed, bytesOf(older.rebuildAll()));
        assertEquals(sequences.get(0), older.sequence());
        assertReported("s-b.ckpt is passed over because it is damaged at byte ");

        damageLastByte(directory.resolve("s-a.ckpt"));
        final StateCheckpoints<SequencingCheckpoint> none =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);
        assertArrayEquals(replayed, bytesOf(none.rebuildAll()));
        assertEquals(0, none.sequence());
    }

    @Test
    void shouldReplaceTheDamagedCheckpointAndKeepTheGoodOne() throws IOException {
        final RecordedLog log = new RecordedLog(1);
        final CheckpointStore store = store("s", log);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.run(2_000).journal));
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.run(2_000).journal));
        final byte[] good = Files.readAllBytes(directory.resolve("s-a.ckpt"));
        damageLastByte(directory.resolve("s-b.ckpt"));

        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.run(100).journal));
        reports.clear();
        final StateCheckpoints<SequencingCheckpoint> after =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);
        after.rebuildAll();

        assertArrayEquals(good, Files.readAllBytes(directory.resolve("s-a.ckpt")));
        assertEquals(log.journal.lastSequence(), after.sequence());
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldPassOverCheckpointBeyondTheJournalsEnd() throws IOException {
        final RecordedLog whole = new RecordedLog(1).run(2_000);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", whole), whole.journal));
        final RecordedLog cut = new RecordedLog(1).run(1_000);

        assertReplaysAll(cut);
        assertReported("the journal ends at record " + cut.journal.lastSequence());
    }

    @Test
    void shouldPassOverCheckpointOfRecordsThatWereLostAndReplaced() throws IOException {
        final RecordedLog whole = new RecordedLog(1).run(2_000);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", whole), whole.journal));
        // The same log with another history, which has grown beyond the checkpoint.
        final RecordedLog other = new RecordedLog(2, whole.journal.logId()).run(4_000);

        assertReplaysAll(other);
        assertReported("the journal holds no such record");
    }

    @Test
    void shouldPassOverCheckpointOfAnotherLog() throws IOException {
        final RecordedLog other = new RecordedLog(1, 77).run(2_000);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", other), other.journal));

        assertReplaysAll(new RecordedLog(1).run(4_000));
        assertReported("it belongs to another log");
    }

    @Test
    void shouldPassOverCheckpointWhoseEntriesMakeNoSense() throws IOException {
        final RecordedLog log = new RecordedLog(1).run(2_000);
        final List<byte[]> entries = List.of(
                new byte[0],
                new byte[] {9},
                new byte[] {1},
                new byte[25],
                new byte[] {2, 0},
                new byte[] {3, 0},
                new byte[] {4, 0},
                // Where the records stood, but not at the checkpoint's.
                positionEntry(7),
                // A topic of a class that does not exist, and one whose id is not the next.
                topicEntry(1, (byte) 99),
                topicEntry(5, (byte) 1));
        for (final byte[] entry : entries) {
            final long last = log.journal.lastSequence();
            final StateCheckpoints<Planted> planted = new StateCheckpoints<>(
                    () -> new Planted(RecordedLog.newCheckpoint(), entry), store("planted", log), log.journal);
            planted.begin();
            runToItsEnd(planted);
            assertEquals(last, planted.sequence());
            Files.move(
                    directory.resolve("planted-a.ckpt"),
                    directory.resolve("s-a.ckpt"),
                    StandardCopyOption.REPLACE_EXISTING);
            assertReplaysAll(log);
            assertReported("s-a.ckpt is passed over because");
        }
    }

    @Test
    void shouldRestoreTheSameStateWhateverBitOfTheNewestIsFlipped() throws IOException {
        final long seed = 0xF11BL;
        final SplittableRandom random = new SplittableRandom(seed);
        final RecordedLog log = new RecordedLog(1);
        final CheckpointStore store = store("s", log);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.run(500).journal));
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store, log.run(500).journal));
        final byte[] replayed =
                bytesOf(new StateCheckpoints<>(RecordedLog::newCheckpoint, null, log.journal).rebuildAll());
        final Path newest = directory.resolve("s-b.ckpt");
        final byte[] sound = Files.readAllBytes(newest);
        for (int i = 0; i < 250; i++) {
            final int bit = random.nextInt(sound.length * Byte.SIZE);
            final byte[] damaged = sound.clone();
            damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            Files.write(newest, damaged);
            reports.clear();

            final SequencingCheckpoint restored =
                    new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal).rebuildAll();

            assertArrayEquals(replayed, bytesOf(restored), "seed " + seed + ", bit " + bit);
            assertEquals(1, reports.size(), "seed " + seed + ", bit " + bit + ": " + reports);
        }
    }

    @Test
    void shouldCheckpointNoRecordThatWasNotForced() {
        final RecordedLog log = new RecordedLog(1).run(500);
        final long forced = log.journal.syncedSequence();
        log.runUnforced();
        final StateCheckpoints<SequencingCheckpoint> checkpoints =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);

        assertFalse(checkpoints.write(new SequencingCheckpoint(log.live), log.live.lastSequence()));
        assertEquals(0, checkpoints.sequence());
        checkpoint(checkpoints);
        assertEquals(forced, checkpoints.sequence());
        log.force();
        assertTrue(checkpoints.write(new SequencingCheckpoint(log.live), log.live.lastSequence()));
        assertEquals(log.journal.lastSequence(), checkpoints.sequence());
        assertReplaysNothing(log);
    }

    @Test
    void shouldWorkInPieces() {
        final RecordedLog log = new RecordedLog(1).run(2_000);
        final StateCheckpoints<SequencingCheckpoint> checkpoints =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);
        checkpoints.begin();

        // 64 records at most in each.
        assertTrue(runToItsEnd(checkpoints) >= log.journal.lastSequence() / 64);
    }

    @Test
    void shouldKeepTheFormatOfVersionOne() throws IOException {
        final RecordedLog log = new RecordedLog(1).run(150);
        checkpoint(new StateCheckpoints<>(RecordedLog::newCheckpoint, store("sequencing", log), log.journal));
        checkpoint(new StateCheckpoints<>(
                StateCheckpointsTest::newDirectories,
                new CheckpointStore(
                        directory, "directories", DirectoriesCheckpoint.KIND, log.journal.logId(), this::report),
                log.journal));

        assertArrayEquals(golden("sequencing-v1.bin"), Files.readAllBytes(directory.resolve("sequencing-a.ckpt")));
        assertArrayEquals(golden("directories-v1.bin"), Files.readAllBytes(directory.resolve("directories-a.ckpt")));
    }

    private void assertReplaysAll(final RecordedLog log) throws IOException {
        reports.clear();
        final StateCheckpoints<SequencingCheckpoint> checkpoints =
                new StateCheckpoints<>(RecordedLog::newCheckpoint, store("s", log), log.journal);
        assertArrayEquals(bytesOf(new SequencingCheckpoint(log.live)), bytesOf(checkpoints.rebuildAll()));
        assertEquals(0, checkpoints.sequence());
    }

    private void assertReplaysNothing(final RecordedLog log) {
        final List<Long> replayed = new ArrayList<>();
        new StateCheckpoints<>(() -> new Counting(RecordedLog.newCheckpoint(), replayed), store("s", log), log.journal)
                .rebuildAll();
        assertEquals(List.of(), replayed);
    }

    private void assertReported(final String text) {
        assertEquals(1, reports.size(), reports.toString());
        assertTrue(reports.get(0).contains(text), reports.get(0));
    }

    private CheckpointStore store(final String name, final RecordedLog log) {
        return new CheckpointStore(directory, name, KIND, log.journal.logId(), this::report);
    }

    private void report(final Throwable report) {
        reports.add(report.getMessage());
    }

    private static <S extends ReplayedState> void checkpoint(final StateCheckpoints<S> checkpoints) {
        checkpoints.begin();
        runToItsEnd(checkpoints);
    }

    private static int runToItsEnd(final StateCheckpoints<?> checkpoints) {
        int pieces = 1;
        while (checkpoints.doWork()) {
            pieces++;
        }
        return pieces;
    }

    private byte[] bytesOf(final ReplayedState state) throws IOException {
        try (CheckpointWriter writer = new CheckpointStore(directory, "bytes", KIND, 1, this::report).create(1, 0)) {
            while (state.write(writer)) {
                // Goes on until all is written.
            }
            return Files.readAllBytes(writer.commit().path());
        }
    }

    private byte[] golden(final String name) throws IOException {
        try (InputStream in = getClass().getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private static void damageLastByte(final Path file) throws IOException {
        final byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
    }

    private static byte[] positionEntry(final long sequence) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[25]);
        entry.putByte(0, (byte) 1);
        entry.putLong(1, sequence, ByteOrder.LITTLE_ENDIAN);
        return entry.byteArray();
    }

    private static byte[] topicEntry(final long id, final byte deliveryClass) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[19]);
        entry.putByte(0, (byte) 2);
        entry.putLong(1, id, ByteOrder.LITTLE_ENDIAN);
        entry.putByte(17, deliveryClass);
        entry.putByte(18, (byte) 'x');
        return entry.byteArray();
    }

    private static DirectoriesCheckpoint newDirectories() {
        return new DirectoriesCheckpoint(new CursorDirectory(), new WatermarkDirectory());
    }

    /** Writes down which records it was given. */
    private record Counting(SequencingCheckpoint state, List<Long> replayed) implements ReplayedState {

        @Override
        public void onEntry(final DirectBuffer buffer, final int offset, final int length) {
            state.onEntry(buffer, offset, length);
        }

        @Override
        public void onLoaded(final long sequence) {
            state.onLoaded(sequence);
        }

        @Override
        public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
            state.onRecord(buffer, offset, length);
            replayed.add(state.state().lastSequence());
        }

        @Override
        public boolean write(final CheckpointWriter writer) {
            return state.write(writer);
        }
    }

    /** Writes an entry of its own instead of the state's. */
    private record Planted(SequencingCheckpoint state, byte[] entry) implements ReplayedState {

        @Override
        public void onEntry(final DirectBuffer buffer, final int offset, final int length) {
            throw new IllegalArgumentException("not to be loaded here");
        }

        @Override
        public void onLoaded(final long sequence) {
            state.onLoaded(sequence);
        }

        @Override
        public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
            state.onRecord(buffer, offset, length);
        }

        @Override
        public boolean write(final CheckpointWriter writer) {
            writer.add(new UnsafeBuffer(entry), 0, entry.length);
            return false;
        }
    }
}
