package io.stentor.perf.edge;

import io.stentor.perf.result.Connections;
import java.util.Locale;

/**
 * What the servers took at one step.
 *
 * @param connections that were open.
 * @param opened how many of them were opened in this step.
 * @param openedNs time that opening those took.
 * @param cpuNs processor time that opening those took the servers; 0 when the system does not say.
 * @param memory of the processes that hold the sessions, together.
 * @param engine memory of an engine that holds none.
 */
record ConnsStep(int connections, int opened, long openedNs, long cpuNs, ProcessMemory memory, ProcessMemory engine) {

    static final String HEADER = String.format(
            Locale.ROOT, "%12s %14s %14s %14s %10s", "connections", "live heap", "anonymous", "resident", "opened in");

    private static final double KIB = 1024;

    Connections.Step toStep() {
        return new Connections.Step(
                connections, openedNs, memory.liveHeapBytes(), memory.anonymousBytes(), memory.residentBytes());
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%,12d %,10.0f KiB %,10.0f KiB %,10.0f KiB %8.1f s",
                connections,
                memory.liveHeapBytes() / KIB,
                memory.anonymousBytes() / KIB,
                memory.residentBytes() / KIB,
                openedNs / 1e9);
    }
}
