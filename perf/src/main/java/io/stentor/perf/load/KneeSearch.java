package io.stentor.perf.load;

/**
 * Finds the highest rate that passes: steps that double the rate until one fails, then halvings of what is between, in
 * proportion, until both ends are within three per cent.
 *
 * <pre>
 *   RISING  -> RISING:  the rate passed; it is doubled
 *   RISING  -> HALVING: the rate failed twice
 *   HALVING -> HALVING: the middle passed, and is the new lower end; or failed twice, and is the new upper end
 *   HALVING -> end:     both ends are within three per cent
 * </pre>
 *
 * <p>A rate fails when it has failed twice: on a shared machine a neighbour's burst fails any rate once. One thread.
 */
final class KneeSearch {
    /** Both ends of what is left are no further apart. */
    private static final double PRECISION = 1.03;

    /** A rate fails when it has failed so often. */
    private static final int TRIALS = 2;

    private final Trial trial;
    private final long highest;

    /** Tries a rate. */
    @FunctionalInterface
    interface Trial {
        /**
         * Puts that load on a fresh path.
         *
         * @return whether it kept its objectives.
         */
        boolean passes(long ratePerSecond) throws Exception;
    }

    /**
     * A search.
     *
     * @param trial tries a rate.
     * @param highest rate that is tried.
     */
    KneeSearch(final Trial trial, final long highest) {
        this.trial = trial;
        this.highest = highest;
    }

    /**
     * Searches.
     *
     * @param from the first rate.
     * @return the highest rate that passed, within three per cent; 0 when not even the first one, nor a thousandth of it, did.
     */
    long search(final long from) throws Exception {
        long good = 0;
        long bad = 0;
        long rate = from;
        final long least = Math.max(1, from / 1000);
        while (bad == 0 && good < highest) {
            if (passes(rate)) {
                good = rate;
                rate = Math.min(highest, rate * 2);
            } else {
                bad = rate;
            }
        }
        while (good == 0 && bad > least) {
            final long lower = Math.max(least, bad / 2);
            if (passes(lower)) {
                good = lower;
            } else {
                bad = lower;
            }
        }
        while (good > 0 && bad > good + 1 && (double) bad / good > PRECISION) {
            final long middle = Math.max(good + 1, Math.min(bad - 1, (long) Math.sqrt((double) good * bad)));
            if (passes(middle)) {
                good = middle;
            } else {
                bad = middle;
            }
        }
        return good;
    }

    private boolean passes(final long rate) throws Exception {
        for (int i = 0; i < TRIALS; i++) {
            if (trial.passes(rate)) {
                return true;
            }
        }
        return false;
    }
}
