package io.stentor.perf.edge;

import java.util.Locale;

/**
 * What the server took at one step.
 *
 * @param connections that were open.
 * @param openedNs time that opening the last of them took.
 * @param memory of the server's process.
 */
record ConnsStep(int connections, long openedNs, ProcessMemory memory) {

    static final String HEADER = String.format(
            Locale.ROOT, "%12s %14s %14s %14s %10s", "connections", "live heap", "anonymous", "resident", "opened in");

    private static final double KIB = 1024;

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
