package io.stentor.perf.plan.profile;

/**
 * Messages that all reach as many sessions: a row, or of a row to groups those to groups of one size.
 *
 * @param row that it is of.
 * @param groupSize members of the group; 0 for a row that does not go to groups.
 * @param share of all sends.
 * @param deliveries sessions that a message reaches when it is sent.
 */
public record Stratum(MixRow row, double groupSize, double share, double deliveries) {

    /**
     * Shards that have one of the sessions, if these are spread at random: on average no more than there are sessions, or
     * shards.
     *
     * @param shards that there are, from 1.
     */
    public double frames(final double shards) {
        final double missed = shards <= 1 ? 0 : Math.pow(1 - 1 / shards, deliveries);
        return Math.min(deliveries, shards * (1 - missed));
    }
}
