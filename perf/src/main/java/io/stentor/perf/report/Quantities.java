package io.stentor.perf.report;

import java.util.Locale;

/** Writes quantities for a person, with their units and three figures that count, the same in every locale. */
public final class Quantities {

    /** What stands where nothing is known. */
    static final String NONE = "\u2013";

    private Quantities() {}

    /** A time that is given in nanoseconds. */
    public static String time(final long ns) {
        return time((double) ns);
    }

    /** A time that is given in nanoseconds. */
    public static String time(final double ns) {
        if (ns < 1e3) {
            return significant(ns) + " ns";
        }
        if (ns < 1e6) {
            return significant(ns / 1e3) + " \u00b5s";
        }
        return ns < 1e9 ? significant(ns / 1e6) + " ms" : significant(ns / 1e9) + " s";
    }

    /** Messages a second. */
    public static String rate(final double perSecond) {
        return count(perSecond) + " msg/s";
    }

    /** A whole number with its thousands apart. */
    public static String count(final long value) {
        return count((double) value);
    }

    /** A whole number with its thousands apart. */
    public static String count(final double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** A number in as little room as it takes: {@code 1.5M}. */
    static String shortCount(final double value) {
        if (value < 1e3) {
            return significant(value);
        }
        final String text = value < 1e6 ? significant(value / 1e3) + "k" : significant(value / 1e6) + "M";
        return text.replaceFirst("(\\.\\d*?)0+(?=[kM])", "$1").replaceFirst("\\.(?=[kM])", "");
    }

    /** A count that may be unknown. */
    static String countOrNone(final Number value) {
        return value == null ? NONE : count(value.doubleValue());
    }

    /** A number of bytes, in powers of two. */
    public static String bytes(final long value) {
        return bytes((double) value);
    }

    /** A number of bytes, in powers of two. */
    public static String bytes(final double value) {
        final double size = Math.abs(value);
        if (size < 1 << 10) {
            return significant(value) + " B";
        }
        if (size < 1 << 20) {
            return significant(value / (1 << 10)) + " KiB";
        }
        return size < 1 << 30 ? significant(value / (1 << 20)) + " MiB" : significant(value / (1 << 30)) + " GiB";
    }

    /** A ratio. */
    public static String ratio(final double value) {
        return String.format(Locale.ROOT, value != 0 && Math.abs(value) < 0.1 ? "%.3f" : "%.2f", value);
    }

    /** Three figures that count. */
    public static String significant(final double value) {
        final double size = Math.abs(value);
        if (size >= 100 || value == 0) {
            return count(value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : "%.2f", value);
    }
}
