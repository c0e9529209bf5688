package io.stentor.engine.simulation;

import java.util.SplittableRandom;

/** Runs the whole tier from seeds; of one that fails it says how to run it alone. */
public final class TierSimulation {

    /** The property that names one seed to run instead of many. */
    static final String SEED = "stentor.tier.seed";

    private TierSimulation() {}

    /** Runs one seed without a planted bug. */
    static SimulatedTier run(final long seed) {
        return run(seed, Flaw.NONE);
    }

    static SimulatedTier run(final long seed, final Flaw flaw) {
        final SimulatedTier tier = new SimulatedTier(seed, flaw);
        try {
            tier.run();
        } catch (final AssertionError | RuntimeException ex) {
            throw new AssertionError(
                    "seed " + seed + " in step " + tier.step() + ", rerun with -D" + SEED + "=" + seed + ": "
                            + ex.getMessage(),
                    ex);
        }
        return tier;
    }

    /** Runs the seed that {@code -Dstentor.tier.seed} names; false if it names none. */
    public static boolean runNamed() {
        final Long seed = Long.getLong(SEED);
        if (seed != null) {
            run(seed.longValue());
        }
        return seed != null;
    }

    /**
     * Runs as many seeds.
     *
     * @param seed from which the seeds come.
     */
    public static void run(final long seed, final int seeds) {
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < seeds; i++) {
            run(random.nextLong(Long.MAX_VALUE));
        }
    }
}
