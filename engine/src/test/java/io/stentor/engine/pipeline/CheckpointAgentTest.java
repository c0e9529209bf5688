package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.fanout.directory.WatermarkDirectory;
import io.stentor.journal.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When the next checkpoint is made, and that trouble with one costs no more than it. */
final class CheckpointAgentTest {

    private static final long RECORDS = 1_000;
    private static final long INTERVAL_NS = 1_000_000_000_000L;

    /** Calls that are more than enough for a checkpoint of both states. */
    private static final int CALLS = 2_000;

    @TempDir
    Path directory;

    private final List<String> reports = new ArrayList<>();
    private final RecordedLog log = new RecordedLog(1);
    private long nowNs;
    private StateCheckpoints<SequencingCheckpoint> sequencing;
    private StateCheckpoints<DirectoriesCheckpoint> directories;
    private CheckpointAgent agent;

    private void launch(final Path place) {
        sequencing = new StateCheckpoints<>(
                RecordedLog::newCheckpoint, store(place, "sequencing", SequencingCheckpoint.KIND), log.journal);
        directories = new StateCheckpoints<>(
                () -> new DirectoriesCheckpoint(new CursorDirectory(), new WatermarkDirectory()),
                store(place, "directories", DirectoriesCheckpoint.KIND),
                log.journal);
        agent = new CheckpointAgent(
                List.of(sequencing, directories),
                log.journal,
                () -> nowNs += 100_000,
                RECORDS,
                INTERVAL_NS,
                failure -> reports.add(failure.getMessage()));
    }

    private CheckpointStore store(final Path place, final String name, final int kind) {
        return new CheckpointStore(
                place, name, kind, log.journal.logId(), failure -> reports.add(failure.getMessage()));
    }

    private void work() {
        for (int i = 0; i < CALLS; i++) {
            assertEquals(0, agent.doWork(), "the thread must rest between pieces");
        }
    }

    @Test
    void shouldCheckpointBothStatesAfterSoManyRecords() {
        launch(directory);
        log.run(500);
        work();
        assertEquals(0, sequencing.sequence());

        log.run(1_500);
        work();

        assertEquals(log.journal.lastSequence(), sequencing.sequence());
        assertEquals(log.journal.lastSequence(), directories.sequence());
        assertEquals(List.of(), reports);
    }

    @Test
    void shouldCheckpointFewerRecordsAfterTheIntervalAndNoneTwice() throws IOException {
        launch(directory);
        log.run(100);
        work();
        assertEquals(0, sequencing.sequence());

        nowNs += INTERVAL_NS;
        work();
        assertEquals(log.journal.lastSequence(), sequencing.sequence());
        assertEquals(log.journal.lastSequence(), directories.sequence());

        nowNs += INTERVAL_NS;
        work();
        assertEquals(2, files().size(), files().toString());
    }

    @Test
    void shouldWaitForAsManyRecordsAsTheLastCheckpointHadEntries() {
        launch(directory);
        log.openTopics(5_000);
        work();
        final long first = sequencing.sequence();
        assertTrue(sequencing.entries() > 5_000, sequencing.entries() + " entries");

        log.run(3_000);
        work();
        assertEquals(first, sequencing.sequence());
        assertEquals(log.journal.lastSequence(), directories.sequence());

        log.run(4_000);
        work();
        assertEquals(log.journal.lastSequence(), sequencing.sequence());
    }

    @Test
    void shouldCheckpointBothStatesSoonWhenWanted() {
        launch(directory);
        log.run(100);
        agent.want();
        nowNs += TimeUnit.SECONDS.toNanos(10);
        work();
        final long first = log.journal.lastSequence();
        assertEquals(first, sequencing.sequence());
        assertEquals(first, directories.sequence());

        log.run(100);
        work();
        assertEquals(first, sequencing.sequence(), "nobody wants another one");
        assertTrue(sequencing.lengthBytes() > 0);
    }

    @Test
    void shouldReportTroubleOnceForEachIntervalAndGoOn() throws IOException {
        final Path taken = directory.resolve("taken");
        Files.writeString(taken, "a file where the directory should be");
        launch(taken);
        log.run(2_000);
        work();
        work();
        assertEquals(
                List.of(
                        "checkpoint " + taken.resolve("sequencing-a.ckpt") + " cannot be written: " + taken,
                        "checkpoint " + taken.resolve("directories-a.ckpt") + " cannot be written: " + taken),
                reports.stream().filter(report -> report.contains("written")).toList());

        Files.delete(taken);
        reports.clear();
        nowNs += INTERVAL_NS;
        work();
        assertEquals(List.of(), reports);
        assertEquals(log.journal.lastSequence(), sequencing.sequence());
        assertEquals(log.journal.lastSequence(), directories.sequence());
    }

    @Test
    void shouldLeaveNothingHalfWrittenWhenStopped() throws IOException {
        launch(directory);
        log.openTopics(20_000);
        for (int i = 0; i < CALLS && files().isEmpty(); i++) {
            agent.doWork();
        }
        assertEquals(List.of("sequencing-a.ckpt.new"), files());

        agent.onClose();

        assertEquals(List.of(), files());
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
