package io.stentor.journal;

import java.nio.file.Path;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycle;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

/**
 * The Chronicle queue that one run of the process writes, in a directory that did not exist before: Chronicle never meets
 * what another process left, so none of it can hurt.
 */
final class ChronicleLog implements AutoCloseable {
    /** Chronicle's key for the cycle up to which it has ended the files. */
    private static final String ENDED_CYCLES_KEY = "normalisedEOFsTo";

    private final EngineTime time = new EngineTime();
    private final Path directory;
    private final SingleChronicleQueue queue;
    private final CycleBounds cycles;
    private final ExcerptAppender appender;

    /** Makes the queue; the directory holds nothing. */
    ChronicleLog(Path directory, RollCycle rollCycle) {
        this.directory = directory;
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(rollCycle)
                .timeProvider(time)
                .build();
        try {
            cycles = new CycleBounds(rollCycle, queue.epoch());
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
        } catch (Throwable e) {
            queue.close();
            throw e;
        }
    }

    /**
     * One of Chronicle's own cycles, and nothing else: the files must be readable by its tools.
     *
     * @throws IllegalArgumentException if there is none of this name.
     */
    static RollCycle rollCycle(String name) {
        for (RollCycle candidate : RollCycles.all()) {
            if (candidate.toString().equals(name)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("rollCycle=" + name + " is not one of Chronicle's, such as FAST_HOURLY");
    }

    Path directory() {
        return directory;
    }

    EngineTime time() {
        return time;
    }

    CycleBounds cycles() {
        return cycles;
    }

    ExcerptAppender appender() {
        return appender;
    }

    /**
     * Tells Chronicle, once it has begun a cycle, that all before are ended. At the next roll it would otherwise open the
     * last but one again and write to it, which is sealed by then.
     */
    void rolled() {
        queue.tableStorePut(ENDED_CYCLES_KEY, queue.cycle());
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }
}
