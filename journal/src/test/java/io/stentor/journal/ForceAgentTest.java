package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Group commit over a device that the test holds in its hand. */
class ForceAgentTest {
    private static final class Device implements FileForcer {
        private final List<String> forced = new ArrayList<>();
        private Runnable duringForce = () -> {};
        private IOException failure;
        private boolean isGone;

        @Override
        public void requireAlive() throws IOException {
            if (isGone) {
                throw new IOException("gone");
            }
        }

        @Override
        public void forceFile(Path file) throws IOException {
            force(file);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            force(directory);
        }

        private void force(Path path) throws IOException {
            forced.add(path.getFileName().toString());
            duringForce.run();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public void close() {}
    }

    @TempDir
    Path directory;

    private final Device device = new Device();
    private final List<Throwable> errors = new ArrayList<>();
    private long nowNs;
    private ChronicleJournal journal;

    @BeforeEach
    void open() {
        JournalContext context = new JournalContext()
                .directory(directory)
                .rollCycle("TEST_SECONDLY")
                .nanoClock(() -> nowNs)
                .errorHandler(errors::add);
        journal = ChronicleJournal.open(context, device);
        device.forced.clear();
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private void append(long first, long last) {
        append(first, last, Records.START_NS);
    }

    private void append(long first, long last, long timestampNs) {
        MutableDirectBuffer buffer = Records.buffer();
        for (long sequence = first; sequence <= last; sequence++) {
            journal.appender().append(buffer, 0, Records.write(buffer, sequence, 50, timestampNs));
        }
        journal.appender().commit();
    }

    private void runForceAgent() throws Exception {
        journal.backgroundAgents().get(0).doWork();
    }

    @Test
    void shouldForceWithinTheIntervalUnasked() throws Exception {
        append(1, 10);
        runForceAgent();
        assertEquals(10, journal.syncedSequence());

        append(11, 20);
        nowNs += TimeUnit.MILLISECONDS.toNanos(49);
        runForceAgent();
        assertEquals(10, journal.syncedSequence());
        nowNs += TimeUnit.MILLISECONDS.toNanos(1);
        runForceAgent();
        assertEquals(20, journal.syncedSequence());
    }

    @Test
    void shouldForceAFileAgainThatGrewAndRolledWhileItWasForced() throws Exception {
        append(1, 10);
        device.duringForce = () -> {
            device.duringForce = () -> {};
            append(11, 15);
            append(16, 20, Records.START_NS + TimeUnit.SECONDS.toNanos(1));
        };
        runForceAgent();
        assertEquals(10, journal.syncedSequence());
        device.forced.clear();
        nowNs += TimeUnit.MILLISECONDS.toNanos(50);
        runForceAgent();

        assertEquals(20, journal.syncedSequence());
        assertEquals("20261101-000000T.cq4", device.forced.get(0), device.forced::toString);
        assertEquals("20261101-000001T.cq4", device.forced.get(1), device.forced::toString);
    }

    @Test
    void shouldTellWhatAPowerCutCouldTake() throws Exception {
        append(1, 10);
        assertEquals(10 * (RecordLayout.HEADER_LENGTH + 50), journal.unsyncedBytes());
        runForceAgent();
        assertEquals(0, journal.unsyncedBytes());
        assertEquals(0, journal.unsyncedAgeNs());

        append(11, 12);
        runForceAgent();
        nowNs += 7;
        assertEquals(2 * (RecordLayout.HEADER_LENGTH + 50), journal.unsyncedBytes());
        assertEquals(7, journal.unsyncedAgeNs());
        journal.requestForce(12);
        runForceAgent();
        assertEquals(0, journal.unsyncedAgeNs());
    }

    @Test
    void shouldForceAtOnceWhenAsked() throws Exception {
        append(1, 10);
        runForceAgent();
        append(11, 20);
        journal.requestForce(15);
        runForceAgent();
        assertEquals(20, journal.syncedSequence());
    }

    @Test
    void shouldNotForceWhatIsClean() throws Exception {
        append(1, 10);
        runForceAgent();
        device.forced.clear();
        nowNs += TimeUnit.SECONDS.toNanos(1);
        journal.requestForce(10);
        runForceAgent();
        assertEquals(List.of(), device.forced);
    }

    @Test
    void shouldSyncOnlyWhatWasJournaledWhenTheForceBegan() throws Exception {
        append(1, 10);
        device.duringForce = () -> {
            device.duringForce = () -> {};
            append(11, 20);
        };
        runForceAgent();
        assertEquals(10, journal.syncedSequence());
    }

    @Test
    void shouldForceTheOldFileTheNewOnesAndTheDirectoryAcrossRolls() throws Exception {
        append(1, 10);
        runForceAgent();
        String first = device.forced.get(0);
        device.forced.clear();

        append(11, 20);
        append(21, 30, Records.START_NS + TimeUnit.SECONDS.toNanos(1));
        append(31, 40, Records.START_NS + TimeUnit.SECONDS.toNanos(2));
        journal.requestForce(40);
        runForceAgent();
        assertEquals(40, journal.syncedSequence());
        assertEquals(4, device.forced.size(), device.forced.toString());
        assertEquals(first, device.forced.get(0));
        assertTrue(first.compareTo(device.forced.get(1)) < 0);
        assertTrue(device.forced.get(1).compareTo(device.forced.get(2)) < 0);
        assertEquals("run-0000000000000000001", device.forced.get(3));
    }

    @Test
    void shouldStopForGoodWhenAForceFails() throws Exception {
        append(1, 10);
        runForceAgent();
        append(11, 20);
        device.failure = new IOException("the disk is gone");
        journal.requestForce(20);
        runForceAgent();

        assertNotNull(journal.failure());
        assertSame(device.failure, journal.failure().getCause());
        assertEquals(List.of(journal.failure()), errors);
        assertEquals(10, journal.syncedSequence());

        device.failure = null;
        device.forced.clear();
        nowNs += TimeUnit.SECONDS.toNanos(1);
        runForceAgent();
        assertEquals(List.of(), device.forced);
        assertEquals(10, journal.syncedSequence());
        assertThrows(IllegalStateException.class, () -> append(21, 21));
        assertEquals(20, journal.lastSequence());
        assertEquals(1, errors.size());
    }

    @Test
    void shouldNotBelieveForceWhenTheDeviceHasFailedMeanwhile() throws Exception {
        append(1, 10);
        journal.requestForce(10);
        runForceAgent();
        append(11, 20);

        device.isGone = true;
        journal.requestForce(20);
        runForceAgent();

        assertNotNull(journal.failure());
        assertEquals(10, journal.syncedSequence());
    }

    @Test
    void shouldForceWhatIsLeftWhenClosed() {
        append(1, 10);
        journal.close();
        assertEquals(10, journal.syncedSequence());
        assertNull(journal.failure());
    }
}
