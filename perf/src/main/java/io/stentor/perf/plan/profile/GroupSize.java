package io.stentor.perf.plan.profile;

/**
 * How many messages to groups go to groups of a size.
 *
 * @param members of such a group, the sender included; 2 to 10,000,000.
 * @param share of messages to groups; all shares sum to 1.
 */
public record GroupSize(double members, double share) {}
