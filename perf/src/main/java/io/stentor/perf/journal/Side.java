package io.stentor.perf.journal;

import java.nio.file.Path;

/** One of two ways to do the same work. */
@FunctionalInterface
public interface Side {
    /**
     * Does the work once.
     *
     * @param directory an empty one, deleted afterwards.
     * @return the figure: records a second, or nanoseconds, as the duel says.
     */
    double measure(Path directory) throws Exception;
}
