package io.stentor.perf.result;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one rate gave.
 *
 * @param label what tells it from the others of its file, for a person.
 * @param offeredPerSecond the rate that was asked for; null in a closed loop.
 * @param sentPerSecond the rate that was reached.
 * @param deliveredPerSecond messages that came to all of their subscribers, from the first offer to the last callback.
 * @param deliveriesPerSecond what all subscribers were given together.
 * @param sent messages that count.
 * @param verdict of this point.
 * @param reasons why it is not {@link Result.Verdict#PASS}.
 * @param counts what became of the messages, warm-up included.
 * @param receipts what the publisher was told; null if it asked for none.
 * @param inFlight how many were under way; null in a closed loop.
 * @param stages where the time went, by the stage's tag, in the order of a message's way; {@code end-to-end} is the whole.
 * @param seconds how it went over time.
 * @param cost what the processes took.
 */
public record Point(
        String label,
        Double offeredPerSecond,
        double sentPerSecond,
        double deliveredPerSecond,
        double deliveriesPerSecond,
        long sent,
        Result.Verdict verdict,
        List<String> reasons,
        Counts counts,
        Receipts receipts,
        InFlight inFlight,
        Map<String, Latency> stages,
        List<Second> seconds,
        List<ProcessCost> cost) {

    /** Tag of the stage that is the whole way. */
    public static final String END_TO_END = "end-to-end";

    /**
     * What became of the messages of all subscribers, warm-up included.
     *
     * @param expected messages sent, each times the subscribers of its topic.
     * @param delivered whole messages that came, repeated ones included.
     * @param lost messages that never came.
     * @param duplicated messages that came again.
     * @param outOfOrder messages that came after one sent later.
     * @param misplaced messages under an offset or topic that is not theirs.
     * @param corrupt messages whose bytes are not those that were sent.
     */
    public record Counts(
            long expected, long delivered, long lost, long duplicated, long outOfOrder, long misplaced, long corrupt) {}

    /**
     * What the publisher was told.
     *
     * @param expected messages that were to be acknowledged.
     * @param received receipts that came.
     * @param refused receipts of them that said that the level was not reached.
     * @param outOfOrder receipts that came before one of an earlier message.
     */
    public record Receipts(long expected, long received, long refused, long outOfOrder) {}

    /**
     * How many messages were under way, counted, and as Little's law has it.
     *
     * @param counted the mean of what was sent and not yet delivered.
     * @param byLittlesLaw rate times mean latency.
     */
    public record InFlight(double counted, double byLittlesLaw) {}

    /**
     * One second.
     *
     * @param second since the measuring began, from 1.
     * @param sentPerSecond messages that the path took in it.
     * @param p50Ns end to end, of messages that came in it.
     * @param p99Ns the same.
     * @param p999Ns the same.
     * @param inFlight messages that some subscriber still waits for at its end.
     * @param backlog messages that were due at its end and not yet taken.
     */
    public record Second(
            int second, double sentPerSecond, long p50Ns, long p99Ns, long p999Ns, long inFlight, long backlog) {}

    /** Takes an absent list or map for an empty one. */
    public Point {
        reasons = reasons == null ? List.of() : List.copyOf(reasons);
        stages = stages == null ? Map.of() : new LinkedHashMap<>(stages);
        seconds = seconds == null ? List.of() : List.copyOf(seconds);
        cost = cost == null ? List.of() : List.copyOf(cost);
    }

    /** The latency of the whole way; null where it means nothing. */
    public Latency endToEnd() {
        return stages.get(END_TO_END);
    }
}
