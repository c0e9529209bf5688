package io.stentor.perf.plan.profile;

/**
 * Numbers that look random and are a function of what they are for, so that message n is the same in every run and on every
 * thread. The finaliser is that of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). Stateless.
 */
final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final double UNIT = 0x1.0p-53;

    private SplitMix() {}

    /** Bits for the n-th thing of a seed. */
    static long bits(final long seed, final long n) {
        long z = seed + (n + 1) * GOLDEN_GAMMA;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From 0 to below 1. */
    static double unit(final long bits) {
        return (bits >>> 11) * UNIT;
    }
}
