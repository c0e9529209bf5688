package io.stentor.perf.result;

import java.util.List;

/**
 * The highest rate that kept its objective.
 *
 * @param objectiveP99Ns the most that p99 may be.
 * @param ratePerSecond the median of the repetitions.
 * @param lowest of the repetitions.
 * @param highest of the repetitions.
 * @param repetitions the rate that each found.
 * @param relative {@link #ratePerSecond} by the floor named {@link #relativeTo}: what may be set beside another day's.
 * @param relativeTo name of the floor.
 * @param closed throughput by how many messages were allowed under way: what the Universal Scalability Law is fitted to.
 */
public record Knee(
        long objectiveP99Ns,
        double ratePerSecond,
        double lowest,
        double highest,
        List<Double> repetitions,
        double relative,
        String relativeTo,
        List<Concurrency> closed) {

    /**
     * One point of the closed loop.
     *
     * @param inFlight messages that might be under way.
     * @param messagesPerSecond that the path took.
     */
    public record Concurrency(int inFlight, double messagesPerSecond) {}

    /** Takes an absent list for an empty one. */
    public Knee {
        repetitions = repetitions == null ? List.of() : List.copyOf(repetitions);
        closed = closed == null ? List.of() : List.copyOf(closed);
    }
}
