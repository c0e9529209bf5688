package io.stentor.perf.report;

import java.util.List;

/**
 * What a plot shows, down to its points: the page's script gets it as JSON and adds only the size and the theme's colours.
 *
 * @param title says in words what is shown.
 * @param note a sentence beneath it; empty if there is nothing to say.
 * @param x axis.
 * @param y axis.
 * @param lines in the order in which they are drawn and listed.
 * @param marks values that the lines are to be held against.
 */
record Plot(String title, String note, Axis x, Axis y, List<Line> lines, List<Mark> marks) {

    /** What values are, which decides how they are written. */
    enum Unit {
        NS,
        RATE,
        BYTES,
        COUNT,
        SECONDS,
        NINES
    }

    /** How values become places. */
    enum Scale {
        /** From zero. */
        LINEAR,
        /** By powers of ten; values that are not positive cannot be shown. */
        LOG,
        /** Places are the indexes of the axis's categories. */
        CATEGORIES,
        /** Of what is stacked at a place, as shares of the sum, which is written above it. */
        SHARES
    }

    /** How a line is drawn. */
    enum Style {
        LINE,
        DASHED,
        /** A line with a dot at each point. */
        DOTTED,
        /** Dots alone. */
        DOTS,
        /** Rings alone: points that must not be believed. */
        RINGS,
        /** Bars, each upon that of the line before; with {@link Scale#SHARES} only. */
        STACK,
        /** The upper edge of a filled band; its lower edge follows. */
        UPPER,
        /** The lower edge of the band whose upper edge came before. */
        LOWER
    }

    /**
     * An axis.
     *
     * @param label what runs along it.
     * @param unit of its values.
     * @param scale of its values.
     * @param categories names of the places, for {@link Scale#CATEGORIES}; else empty.
     */
    record Axis(String label, Unit unit, Scale scale, List<String> categories) {
        Axis(final String label, final Unit unit, final Scale scale) {
            this(label, unit, scale, List.of());
        }
    }

    /**
     * A line.
     *
     * @param label for the legend.
     * @param colour {@code c1} to {@code c7} for things that differ, {@code r0} to {@code r100} for steps of one scale.
     * @param style how it is drawn.
     * @param x places, rising.
     * @param y value at each; null for a gap.
     */
    record Line(String label, String colour, Style style, List<Double> x, List<Double> y) {}

    /**
     * A straight line across the plot.
     *
     * @param vertical whether the value is one of the x axis.
     * @param value where.
     * @param label beside it.
     */
    record Mark(boolean vertical, double value, String label) {}
}
