package io.stentor.perf.load;

/**
 * A pass of the bare append and one of the whole path, next to each other in time.
 *
 * @param pathFirst whether the whole path went first.
 * @param bare excerpts a second.
 * @param path messages a second, from the first offer to the last callback.
 */
record BaselinePair(boolean pathFirst, Pass bare, Pass path) {
    /**
     * One side of it.
     *
     * @param rate messages or excerpts a second.
     * @param forceNs time to force what was left in the page cache, afterwards; shows how fast the disk was just then.
     */
    record Pass(double rate, long forceNs) {}

    /** How much of the bare append's rate the whole path keeps. */
    double ratio() {
        return path.rate() / bare.rate();
    }
}
