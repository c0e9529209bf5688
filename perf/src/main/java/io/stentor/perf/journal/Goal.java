package io.stentor.perf.journal;

import java.util.Locale;

/**
 * What a ratio must keep to.
 *
 * @param kind how the limit is meant.
 * @param limit the ratio, or nanoseconds if it is about what is added.
 * @param exemptBelowNs figures of the bare side from which on it counts, in nanoseconds; 0 for always.
 */
public record Goal(Kind kind, double limit, double exemptBelowNs) {

    private static final double NS_PER_MICROSECOND = 1e3;

    /** How a limit is meant. */
    public enum Kind {
        /** The ratio must not be below the limit. */
        AT_LEAST,
        /** The ratio must not be above the limit. */
        AT_MOST,
        /** What is ours must not be longer than the bare figure by more than the limit, whatever the ratio. */
        ADDS_AT_MOST
    }

    public static Goal atLeast(final double limit) {
        return new Goal(Kind.AT_LEAST, limit, 0);
    }

    public static Goal atMost(final double limit) {
        return new Goal(Kind.AT_MOST, limit, 0);
    }

    /** At most the limit where the bare side takes longer than so many nanoseconds; elsewhere not worse than it. */
    static Goal atMostWhereBareExceeds(final double limit, final double bareNs) {
        return new Goal(Kind.AT_MOST, limit, bareNs);
    }

    /** So many nanoseconds more than the bare side at most. */
    static Goal addsAtMostNs(final double limitNs) {
        return new Goal(Kind.ADDS_AT_MOST, limitNs, 0);
    }

    public boolean isHeld(final double ratio, final double bare) {
        return switch (kind) {
            case AT_LEAST -> ratio >= limit;
            case AT_MOST -> ratio <= (bare > exemptBelowNs ? limit : Math.max(1, limit));
            case ADDS_AT_MOST -> (ratio - 1) * bare <= limit;
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case AT_LEAST -> String.format(Locale.ROOT, "at least %.2f", limit);
            case AT_MOST -> String.format(Locale.ROOT, "at most %.2f", limit);
            case ADDS_AT_MOST -> String.format(Locale.ROOT, "at most %,.0f us more", limit / NS_PER_MICROSECOND);
        };
    }
}
