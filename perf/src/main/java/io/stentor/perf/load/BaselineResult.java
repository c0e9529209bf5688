package io.stentor.perf.load;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The whole path against the bare append.
 *
 * @param excerptLength bytes of an excerpt, and of a record of the path.
 * @param count excerpts, and messages, of each pass.
 * @param pairs in the order in which they ran.
 * @param passes each pass of the whole path, the one that did not count first.
 */
record BaselineResult(int excerptLength, long count, List<BaselinePair> pairs, List<PassResult> passes) {
    PassResult lastPass() {
        return passes.get(passes.size() - 1);
    }

    /** The figure to compare: of pairs, so that both sides saw the same machine, and the middle one of them. */
    double ratioMedian() {
        return median(BaselinePair::ratio);
    }

    double ratioMin() {
        return pairs.stream().mapToDouble(BaselinePair::ratio).min().orElseThrow();
    }

    double ratioMax() {
        return pairs.stream().mapToDouble(BaselinePair::ratio).max().orElseThrow();
    }

    double median(final ToDoubleFunction<BaselinePair> figure) {
        final double[] sorted = pairs.stream().mapToDouble(figure).sorted().toArray();
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
