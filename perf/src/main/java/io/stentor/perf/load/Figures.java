package io.stentor.perf.load;

import java.util.Locale;

/** Writes figures for a person, the same in every locale. */
final class Figures {
    private Figures() {}

    /** A count with its thousands apart. */
    static String count(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Messages a second. */
    static String rate(final double perSecond) {
        return String.format(Locale.ROOT, "%,.0f msg/s", perSecond);
    }

    /** Nanoseconds as microseconds. */
    static String micros(final long ns) {
        return String.format(Locale.ROOT, "%,.1f", ns / 1e3);
    }

    /** Nanoseconds as milliseconds. */
    static String millis(final long ns) {
        return String.format(Locale.ROOT, "%,.2f ms", ns / 1e6);
    }

    /** Nanoseconds as seconds. */
    static String seconds(final long ns) {
        return String.format(Locale.ROOT, "%,.2f s", ns / 1e9);
    }

    /** A ratio of two rates. */
    static String ratio(final double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
