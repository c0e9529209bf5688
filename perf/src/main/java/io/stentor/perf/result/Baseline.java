package io.stentor.perf.result;

import java.util.List;

/**
 * The whole path beside a bare append, in turn.
 *
 * @param ratio of path to bare: the median of the pairs'.
 * @param ratioMin the least.
 * @param ratioMax the greatest.
 * @param excerptLength bytes of an excerpt.
 * @param count messages of each pass.
 * @param pairs each pair.
 */
public record Baseline(
        double ratio, double ratioMin, double ratioMax, int excerptLength, long count, List<Pair> pairs) {

    /**
     * One of each.
     *
     * @param first {@code path} or {@code bare}.
     * @param barePerSecond messages a second of the bare append.
     * @param pathPerSecond messages a second of the whole path.
     * @param ratio of the two.
     * @param bareForceNs time of the force after it.
     * @param pathForceNs time of the force after it.
     */
    public record Pair(
            String first,
            double barePerSecond,
            double pathPerSecond,
            double ratio,
            long bareForceNs,
            long pathForceNs) {}

    /** Takes an absent list for an empty one. */
    public Baseline {
        pairs = pairs == null ? List.of() : List.copyOf(pairs);
    }
}
