package io.stentor.perf.plan.profile;

/**
 * How many payloads of a row have a length.
 *
 * @param length in bytes, 1 to 65,536.
 * @param share of the row's messages; all shares sum to 1.
 */
public record PayloadSize(int length, double share) {}
