package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.Agent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealAgentTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    Path directory;

    private final List<Throwable> errors = new ArrayList<>();
    private long nowNs;
    private ChronicleJournal journal;
    private Agent forceAgent;
    private Agent touchAgent;
    private Agent sealAgent;

    @BeforeEach
    void open() {
        journal = ChronicleJournal.open(new JournalContext()
                .directory(directory)
                .rollCycle("TEST_SECONDLY")
                .nanoClock(() -> nowNs)
                .errorHandler(errors::add));
        forceAgent = journal.backgroundAgents().get(0);
        touchAgent = journal.backgroundAgents().get(1);
        sealAgent = journal.backgroundAgents().get(2);
    }

    @AfterEach
    void close() {
        journal.close();
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

    private boolean isSealed(int segment) {
        return journal.segments().get(segment).sealed();
    }

    private void sealWhatCanBe() throws Exception {
        // One call to come to the segment, one to walk and seal it.
        for (int duty = 0; duty < 4; duty++) {
            sealAgent.doWork();
        }
    }

    private void force() throws Exception {
        journal.requestForce(journal.lastSequence());
        forceAgent.doWork();
    }

    @Test
    void shouldSealOnlyWhatIsEndedSyncedAndPassedByTheToucher() throws Exception {
        append(0);
        force();
        touchAgent.doWork();
        sealWhatCanBe();
        assertFalse(isSealed(0), "it is still written");

        append(1);
        touchAgent.doWork();
        sealWhatCanBe();
        assertTrue(isSealed(0), "its records were synced before");
        append(2);
        touchAgent.doWork();
        sealWhatCanBe();
        assertFalse(isSealed(1), "it was not forced");
        force();
        sealWhatCanBe();
        assertTrue(isSealed(1));
        append(3);
        force();
        sealWhatCanBe();
        assertFalse(isSealed(2), "its pages are still touched");
    }

    @Test
    void shouldLeaveSealedFilesAloneWhenChronicleRollsOn() throws Exception {
        for (int second = 0; second < 5; second++) {
            append(second);
            force();
            touchAgent.doWork();
            sealWhatCanBe();
        }
        for (int segment = 0; segment < 4; segment++) {
            assertTrue(isSealed(segment), "segment " + segment);
            Path path = journal.segments().get(segment).path();
            assertTrue(Files.size(path) < 1 << 20, path + " has " + Files.size(path) + " bytes");
        }
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 500), ReadBack.all(reader));
        }
    }

    @Test
    void shouldReportDamageAtRestOnceAndGoOn() throws Exception {
        append(0);
        append(1);
        append(2);
        force();
        touchAgent.doWork();
        sealWhatCanBe();
        assertTrue(isSealed(1));
        Path damaged = journal.segments().get(0).path();
        flipLastByte(damaged);

        for (int second = 0; second < 20; second++) {
            nowNs += SECOND_NS;
            sealAgent.doWork();
        }
        assertEquals(1, errors.size(), errors.toString());
        JournalDamagedException damage = (JournalDamagedException) errors.get(0);
        assertEquals(damaged.toString(), damage.file());
        assertEquals(100, damage.sequence());
        assertEquals(null, journal.failure());
        append(3);
        assertEquals(400, journal.lastSequence());
    }

    /** As after a kill: the files while they are written, which nobody closed. */
    @Test
    void shouldSealBesideTheRunWhatAKilledRunLeft(@TempDir Path killed) throws Exception {
        append(0);
        force();
        copy(directory, killed);
        journal.close();
        directory = killed;
        open();
        assertEquals(100, journal.lastSequence());
        assertFalse(isSealed(0), "the open does not wait for its hash");
        touchAgent.doWork();
        sealWhatCanBe();
        assertFalse(isSealed(0), "the next segment has not begun");

        append(1);
        touchAgent.doWork();
        sealWhatCanBe();
        assertTrue(isSealed(0));
        journal.close();
        open();
        assertTrue(isSealed(0) && isSealed(1));
        try (JournalReader reader = journal.newReader()) {
            assertEquals(ReadBack.range(1, 200), ReadBack.all(reader));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** The last word of the last record, whose body ends within it. */
    private static void flipLastByte(Path file) throws IOException {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            long position = access.length() - 8;
            access.seek(position);
            int value = access.read();
            access.seek(position);
            access.write(value ^ 1);
        }
    }
}
