package io.stentor.perf.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How large a fleet has to be. Where a limit is not known, the numbers are the least that the known ones need; a number of a
 * tier without any known limit is 0.
 *
 * @param groups replicated engine groups.
 * @param members of them, each on a machine of its own.
 * @param shardMachines machines with sessions, those that stand in for a failed zone included.
 * @param shardMachinesBusy machines that the sessions need while no zone has failed.
 * @param shards processes on them.
 * @param journalBytes on all disks, all copies.
 * @param frames a second from engines to shards, at the festival.
 * @param toShardsBytes a second, of those.
 * @param replicationBytes a second, from leaders to their followers, at the festival.
 * @param limits of both tiers.
 */
record Sizing(
        int groups,
        int members,
        int shardMachines,
        int shardMachinesBusy,
        int shards,
        double journalBytes,
        double frames,
        double toShardsBytes,
        double replicationBytes,
        List<Limit> limits) {

    /** A replicated group is an Aeron Cluster of three: one may fail, and two still agree. */
    static final int MEMBERS_PER_GROUP = 3;

    /** Engine's and shards'. */
    int machines() {
        return members + shardMachines;
    }

    /** Whether every limit of a tier is known. */
    boolean isWhole(final Limit.Tier tier) {
        return of(tier).stream().allMatch(Limit::isKnown);
    }

    /** The tier's limits, those that need the most first and the unknown last. */
    List<Limit> of(final Limit.Tier tier) {
        return limits.stream()
                .filter(limit -> limit.tier() == tier)
                .sorted(Comparator.comparing(Limit::units, Comparator.nullsLast(Comparator.<Double>reverseOrder())))
                .toList();
    }

    /** The limit that decides, and after it those that would. */
    Optional<Limit> binding(final Limit.Tier tier, final int place) {
        return of(tier).stream().filter(Limit::isKnown).skip(place).findFirst();
    }
}
