package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.TailerDirection;
import net.openhft.chronicle.queue.TailerState;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * The Chronicle queue of a journal, opened with its guards and walked to its end: what the appender, the readers and the
 * agents share.
 *
 * <p>The directory must be locked before and stale Chronicle locks released. Opening reads one excerpt of each cycle's
 * start and end, and all of the last stretch; it does not depend on the length of the journal otherwise.
 */
final class ChronicleLog implements AutoCloseable {
    private final EngineTime time = new EngineTime();
    private final SequenceMap sequences = new SequenceMap();
    private final Path directory;
    private final SingleChronicleQueue queue;
    private final CycleBounds cycles;
    private final ExcerptAppender appender;
    private long firstSequence = 1;
    private long lastSequence;

    ChronicleLog(Path directory, String rollCycleName) {
        this.directory = directory;
        RollCycle rollCycle = rollCycle(rollCycleName);
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(rollCycle)
                .timeProvider(time)
                .build();
        try {
            if (!queue.rollCycle().equals(rollCycle)) {
                throw new JournalException(directory + " was made with rollCycle=" + queue.rollCycle()
                        + ", which cannot be changed to " + rollCycleName);
            }
            cycles = new CycleBounds(rollCycle, queue.epoch());
            recover();
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            appender.normaliseEOFs();
        } catch (Throwable e) {
            queue.close();
            throw e;
        }
    }

    Path directory() {
        return directory;
    }

    EngineTime time() {
        return time;
    }

    SequenceMap sequences() {
        return sequences;
    }

    CycleBounds cycles() {
        return cycles;
    }

    ExcerptAppender appender() {
        return appender;
    }

    long firstSequence() {
        return firstSequence;
    }

    /** The last record that was found on open. */
    long lastSequence() {
        return lastSequence;
    }

    ExcerptTailer newTailer() {
        ExcerptTailer tailer = queue.createTailer();
        tailer.singleThreadedCheckDisabled(true);
        return tailer;
    }

    boolean isSameCycle(long index, long otherIndex) {
        return queue.rollCycle().toCycle(index) == queue.rollCycle().toCycle(otherIndex);
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }

    /** Names of Chronicle's own cycles, and nothing else: a journal must be readable by its tools. */
    private static RollCycle rollCycle(String name) {
        for (RollCycle candidate : RollCycles.all()) {
            if (candidate.toString().equals(name)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("rollCycle=" + name + " is not one of Chronicle's, such as FAST_HOURLY");
    }

    /** Finds where each cycle begins and where the log ends, and sets the time so that it never steps back. */
    private void recover() {
        if (!hasCycle()) {
            return;
        }
        ExcerptTailer tailer = newTailer();
        try (ExcerptCursor cursor = new ExcerptCursor(tailer, firstSequence)) {
            int lastCycle = queue.lastCycle();
            int cycle = queue.firstCycle();
            mapCycle(tailer, cursor, cycle);
            while (cycle < lastCycle) {
                cycle = queue.nextCycle(cycle, TailerDirection.FORWARD);
                mapCycle(tailer, cursor, cycle);
            }
            time.advanceToMs(cycles.startMs(lastCycle));
            readTail(cursor);
            if (tailer.state() == TailerState.END_OF_CYCLE) {
                // The last process ended this cycle and was killed before the next began: nothing may follow in it.
                time.advanceToMs(cycles.startMs(lastCycle + 1));
            }
        } catch (ParseException e) {
            throw new JournalException(directory + " holds a file that is not of its roll cycle", e);
        }
    }

    private boolean hasCycle() {
        try (var files = Files.newDirectoryStream(directory, "*" + SingleChronicleQueue.SUFFIX)) {
            return files.iterator().hasNext();
        } catch (IOException e) {
            throw new JournalException("cannot list " + directory, e);
        }
    }

    /** Maps the first excerpt of a cycle and one at its end, between which a search can interpolate. */
    private void mapCycle(ExcerptTailer tailer, ExcerptCursor cursor, int cycle) {
        long excerptCount = tailer.excerptsInCycle(cycle);
        if (excerptCount > 0) {
            mapExcerpt(cursor, queue.rollCycle().toIndex(cycle, 0));
        }
        if (excerptCount > 1) {
            mapExcerpt(cursor, queue.rollCycle().toIndex(cycle, excerptCount - 1));
        }
    }

    private void mapExcerpt(ExcerptCursor cursor, long index) {
        long sequence = cursor.moveTo(index);
        if (sequence == ExcerptCursor.NONE) {
            return;
        }
        if (sequences.isEmpty()) {
            firstSequence = sequence;
        }
        sequences.add(sequence, index);
    }

    /** Reads from the last mapped excerpt to the end, verifying each record, to learn the last one. */
    private void readTail(ExcerptCursor cursor) {
        if (sequences.isEmpty()) {
            return;
        }
        cursor.moveTo(sequences.indexAt(sequences.count() - 1));
        while (cursor.next()) {
            time.advanceTo(RecordLayout.timestampNs(cursor.buffer(), cursor.recordOffset()));
        }
        lastSequence = cursor.nextSequence() - 1;
    }
}
