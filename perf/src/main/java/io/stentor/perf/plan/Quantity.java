package io.stentor.perf.plan;

import java.util.Locale;

/** Amounts with units that a person reads at a glance. Stateless. */
final class Quantity {
    private static final double THOUSAND = 1_000;
    private static final double EXACT_MAX = 100_000_000;
    private static final double TENTHS_MAX = 100;
    private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};

    private Quantity() {}

    /** A number of things: whole up to a hundred million, then in millions. */
    static String count(final double value) {
        if (Double.isInfinite(value)) {
            return "no limit";
        }
        if (Math.abs(value) >= EXACT_MAX) {
            return String.format(Locale.ROOT, "%,.1f M", value / 1e6);
        }
        final boolean isWhole = value == Math.rint(value) || Math.abs(value) >= TENTHS_MAX;
        return String.format(Locale.ROOT, isWhole ? "%,.0f" : "%.1f", value);
    }

    /** A whole number. */
    static String whole(final double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Bytes in powers of 1,000. */
    static String bytes(final double value) {
        return scaled(value) + "B";
    }

    /** Bytes in GiB. */
    static String binaryBytes(final double value) {
        return String.format(Locale.ROOT, "%.1f GiB", value / 0x1p30);
    }

    /** Bits a second. */
    static String bits(final double value) {
        return scaled(value) + "bit/s";
    }

    /** A share as per cent. */
    static String percent(final double share) {
        return String.format(Locale.ROOT, "%.0f %%", share * 100);
    }

    private static String scaled(final double value) {
        int power = 0;
        double rest = value;
        while (Math.abs(rest) >= THOUSAND && power < DECIMAL.length - 1) {
            rest /= THOUSAND;
            power++;
        }
        return String.format(Locale.ROOT, rest < TENTHS_MAX ? "%.1f %s" : "%,.0f %s", rest, DECIMAL[power]);
    }
}
