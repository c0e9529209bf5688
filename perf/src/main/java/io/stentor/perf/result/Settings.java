package io.stentor.perf.result;

/**
 * What a run was asked for.
 *
 * @param target what was loaded: {@code engine}, {@code shards} or the address of a tier.
 * @param arrivals how messages were timed: {@code constant}, {@code poisson}, {@code ramp}, {@code trace} or {@code closed}.
 * @param ratePerSecond messages a second; null in a closed loop and where points have rates of their own.
 * @param profile name of the profile that made the load; null without one.
 * @param payloadLength bytes of a payload.
 * @param seconds that count.
 * @param warmupSeconds before them.
 * @param topics sent to.
 * @param subscribers sessions.
 * @param level that receipts were asked for, or {@code NONE}.
 * @param ack whether subscribers acknowledged.
 * @param threading of the pipeline.
 * @param journal where the journal was.
 */
public record Settings(
        String target,
        String arrivals,
        Double ratePerSecond,
        String profile,
        int payloadLength,
        int seconds,
        int warmupSeconds,
        int topics,
        int subscribers,
        String level,
        boolean ack,
        String threading,
        String journal) {}
