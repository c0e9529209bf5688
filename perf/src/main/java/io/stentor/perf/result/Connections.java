package io.stentor.perf.result;

import java.util.List;

/**
 * What sessions take of the processes that hold them, by the slope from the first step to the last, so that what a process
 * takes anyway cancels out.
 *
 * @param shards processes that held them; 1 for a tier with its embedded shard.
 * @param residentBytesPerSession the figure that counts.
 * @param anonymousBytesPerSession of it, pages that are no file's.
 * @param liveHeapBytesPerSession of it, objects that a full collection leaves.
 * @param limitBytes that it was held against.
 * @param connectsPerSecond of the last step: handshake, token and subscription; null when it was too short to tell.
 * @param cpuNsPerConnect processor time of the servers for each; null when the system does not tell.
 * @param steps at which memory was read.
 */
public record Connections(
        int shards,
        double residentBytesPerSession,
        double anonymousBytesPerSession,
        double liveHeapBytesPerSession,
        int limitBytes,
        Double connectsPerSecond,
        Double cpuNsPerConnect,
        List<Step> steps) {

    /**
     * One number of connections; bytes are of all shards together.
     *
     * @param connections that were open.
     * @param openedNs time that opening the last of them took.
     * @param liveHeapBytes see {@link Connections}.
     * @param anonymousBytes see {@link Connections}.
     * @param residentBytes see {@link Connections}.
     */
    public record Step(int connections, long openedNs, long liveHeapBytes, long anonymousBytes, long residentBytes) {}

    /** Takes an absent list for an empty one. */
    public Connections {
        steps = steps == null ? List.of() : List.copyOf(steps);
    }
}
