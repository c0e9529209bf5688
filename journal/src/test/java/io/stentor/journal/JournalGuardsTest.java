package io.stentor.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a journal on a disk refuses, detects and survives. */
class JournalGuardsTest {
    private static final int KILLS = 8;

    @TempDir
    Path directory;

    private JournalContext context() {
        return new JournalContext().directory(directory).errorHandler(e -> {});
    }

    private String refusal() {
        return assertThrows(
                        JournalException.class,
                        () -> ChronicleJournal.open(context()).close())
                .getMessage();
    }

    @Test
    void shouldRefuseASecondOpenInThisProcess() {
        try (ChronicleJournal journal = ChronicleJournal.open(context())) {
            String message = refusal();
            assertTrue(message.contains(directory.toString()), message);
            assertTrue(
                    message.contains(
                            "in use by this process (" + ProcessHandle.current().pid()),
                    message);
            // The refusal must not have released the lock.
            assertTrue(refusal().contains("in use"));
            assertEquals(0, journal.lastSequence());
        }
        ChronicleJournal.open(context()).close();
    }

    @Test
    void shouldRefuseASecondProcess() throws Exception {
        Process owner = ChildJvm.start(CrashingAppenderMain.class, directory.toString());
        try (BufferedReader output = new BufferedReader(new InputStreamReader(owner.getInputStream(), US_ASCII))) {
            assertEquals("0", output.readLine());
            assertEquals("journal directory " + directory + " is in use by process " + owner.pid(), refusal());
        } finally {
            owner.destroyForcibly();
        }
        assertTrue(owner.waitFor(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldLoseNothingAcknowledgedWhenKilled() throws Exception {
        long acknowledged = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            acknowledged = killAfter(acknowledged + 40 + 3_700L * kill);
            try (ChronicleJournal journal = ChronicleJournal.open(context());
                    JournalReader reader = journal.newReader()) {
                long last = journal.lastSequence();
                assertTrue(last >= acknowledged, last + " is less than " + acknowledged);
                assertEquals(last, journal.syncedSequence());
                assertEquals(ReadBack.range(1, last), ReadBack.all(reader));
                // Shorter than what the killed process may have left behind the end.
                Records.appendEach(journal.appender(), last + 1, last + 2);
                journal.appender().commit();
                assertEquals(ReadBack.range(last + 1, last + 2), ReadBack.all(reader));
                acknowledged = last + 2;
            }
        }
    }

    /** Runs an appender until it has acknowledged a sequence, kills it and returns the last that it acknowledged. */
    private long killAfter(long sequence) throws IOException, InterruptedException {
        Process appender = ChildJvm.start(CrashingAppenderMain.class, directory.toString());
        long acknowledged = -1;
        try (BufferedReader output = new BufferedReader(new InputStreamReader(appender.getInputStream(), US_ASCII))) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                acknowledged = Long.parseLong(line);
                if (acknowledged >= sequence) {
                    // Through the handle: the process itself would close its output before the rest is read.
                    appender.toHandle().destroyForcibly();
                }
            }
        } catch (NumberFormatException e) {
            // The kill cut the last line; what was before it counts.
            assertTrue(acknowledged >= sequence);
        } finally {
            appender.destroyForcibly();
        }
        assertTrue(appender.waitFor(10, TimeUnit.SECONDS));
        assertTrue(acknowledged >= sequence, "the appender ended by itself at " + acknowledged);
        return acknowledged;
    }

    @Test
    void shouldCloseInSilenceWhenItsDiskIsGoneUnderAnOpenBatch() throws Exception {
        Process process = ChildJvm.start(LostDiskMain.class, directory.toString());
        String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
        assertTrue(process.waitFor(10, TimeUnit.SECONDS));
        assertTrue(output.matches("the disk is gone\\R\\[java.lang.InternalError: .*\\]\\R"), output);
        assertEquals(0, process.exitValue());
    }

    @Test
    void shouldRefuseAForeignDirectory() throws IOException {
        Files.writeString(directory.resolve("photos.txt"), "mine");
        String message = refusal();
        assertTrue(message.contains("is not a journal and not empty: it holds photos.txt"), message);
        assertFalse(Files.exists(directory.resolve(DirectoryLock.FILE_NAME)), "a foreign directory was written to");
    }

    @Test
    void shouldRefuseAnotherMagicVersionOrGroup() throws IOException {
        ChronicleJournal.open(context()).close();
        assertTrue(assertThrows(
                        JournalException.class,
                        () -> ChronicleJournal.open(context().groupId(7)))
                .getMessage()
                .contains("belongs to groupId=0, not to groupId=7"));

        Path identity = directory.resolve(JournalIdentity.FILE_NAME);
        byte[] original = Files.readAllBytes(identity);
        byte[] changed = original.clone();
        changed[20] ^= 1;
        Files.write(identity, changed);
        assertTrue(refusal().contains("is damaged"));
        changed = original.clone();
        changed[8] = 2;
        Files.write(identity, changed);
        assertTrue(refusal().contains("has format version 2, this software reads 1"));
        changed = original.clone();
        changed[0] = 'X';
        Files.write(identity, changed);
        assertTrue(refusal().contains("another magic"));
    }

    @Test
    void shouldRefuseAFileInPlaceOfADirectory() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        JournalContext context = context().directory(file);
        String message = assertThrows(JournalException.class, () -> ChronicleJournal.open(context))
                .getMessage();
        assertTrue(message.contains(file.toString()), message);
    }

    @Test
    void shouldRefuseAnUnknownRollCycle() {
        JournalContext unknown = context().rollCycle("HOURLYISH");
        assertThrows(IllegalArgumentException.class, () -> ChronicleJournal.open(unknown));
        ChronicleJournal.open(context()).close();
    }

    @Test
    void shouldReadRunsOfAnyRollCycle() {
        long last = 0;
        for (String rollCycle : new String[] {"FAST_DAILY", "TEST_SECONDLY", "FAST_HOURLY"}) {
            try (ChronicleJournal journal = ChronicleJournal.open(context().rollCycle(rollCycle));
                    JournalReader reader = journal.newReader()) {
                Records.appendEach(journal.appender(), last + 1, last + 100);
                journal.appender().commit();
                last += 100;
                assertEquals(ReadBack.range(1, last), ReadBack.all(reader));
            }
        }
    }

    @Test
    void shouldRefuseALogThatHoldsWhatIsNotOurs() throws IOException {
        ChronicleJournal.open(context()).close();
        Files.createFile(directory.resolve("log/20261101-00F.cq4"));
        assertTrue(refusal().contains("20261101-00F.cq4, which is not of this journal"));
    }

    @Test
    void shouldKnowNetworkFileSystems() {
        assertTrue(JournalDirectory.isNetwork("nfs4"));
        assertTrue(JournalDirectory.isNetwork("9p"));
        assertFalse(JournalDirectory.isNetwork("ext4"));
        assertFalse(JournalDirectory.isNetwork("xfs"));
    }

    @Test
    void shouldDetectAFlippedBit() throws IOException {
        long damaged = 300;
        try (ChronicleJournal journal = ChronicleJournal.open(context());
                JournalReader reader = journal.newReader()) {
            Records.appendEach(journal.appender(), 1, 1_000);
            journal.appender().commit();
            Path file = onlyCycleFile();
            long position = positionOf(file, damaged);
            flipBit(file, position + RecordLayout.BODY_OFFSET + 10);

            JournalDamagedException e = assertThrows(JournalDamagedException.class, () -> ReadBack.all(reader));
            assertEquals(damaged, e.sequence());
            assertEquals(file.toString(), e.file());
            assertEquals(position, e.position());
            assertEquals(damaged, reader.nextSequence());
            assertThrows(JournalDamagedException.class, () -> reader.poll((buffer, offset, length) -> {}, 1));
            // What lies behind can still be read: the rest of the journal is not lost with it.
            assertEquals(301, reader.seek(301));
            assertEquals(ReadBack.range(301, 1_000), ReadBack.all(reader));
        }
    }

    private Path onlyCycleFile() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(file -> file.toString().endsWith(".cq4"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Finds a record by its bytes, without any help of the code under test but the layout. */
    private static long positionOf(Path file, long sequence) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 << 20).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(file)) {
            channel.read(bytes, 0);
        }
        for (int i = 0; i < bytes.position() - RecordLayout.HEADER_LENGTH; i++) {
            if (bytes.getShort(i + 4) == RecordLayout.MAGIC && bytes.getLong(i + 8) == sequence) {
                return i;
            }
        }
        throw new AssertionError("record " + sequence + " is not in " + file);
    }

    private static void flipBit(Path file, long position) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ 4));
            channel.write(one.flip(), position);
        }
    }
}
