package io.stentor.perf.report;

/** Names of colours; what they are is the theme's. */
final class Colours {

    /** Colours for things that differ. */
    static final int COUNT = 7;

    private static final int STEP_MAX = 100;

    private Colours() {}

    /** The colour of a thing among others, from 0. */
    static String of(final int index) {
        return "c" + (index % COUNT + 1);
    }

    /** The colour of a step of a scale, from 0; a scale of one step is a thing by itself. */
    static String step(final int index, final int count) {
        return count == 1 ? of(0) : "r" + Math.round((float) STEP_MAX * index / (count - 1));
    }
}
