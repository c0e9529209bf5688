package io.stentor.perf.journal;

import java.util.Locale;

/**
 * What a ratio must keep to.
 *
 * @param limit the ratio.
 * @param atLeast true when it must not be below the limit, false when not above.
 * @param exemptBelowNs figures of the bare side from which on it counts, in nanoseconds; 0 for always.
 */
record Goal(double limit, boolean atLeast, double exemptBelowNs) {

    static Goal atLeast(final double limit) {
        return new Goal(limit, true, 0);
    }

    static Goal atMost(final double limit) {
        return new Goal(limit, false, 0);
    }

    /** At most the limit where the bare side takes longer than so many nanoseconds; elsewhere not worse than it. */
    static Goal atMostWhereBareExceeds(final double limit, final double bareNs) {
        return new Goal(limit, false, bareNs);
    }

    boolean isHeld(final double ratio, final double bare) {
        if (atLeast) {
            return ratio >= limit;
        }
        return ratio <= (bare > exemptBelowNs ? limit : Math.max(1, limit));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.2f", atLeast ? "at least" : "at most", limit);
    }
}
