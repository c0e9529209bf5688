package io.stentor.perf.plan;

import io.stentor.perf.result.Result;
import java.nio.file.Path;

/**
 * A result that a plan may rest on.
 *
 * @param file that it was read from.
 * @param result what stands in it.
 */
record Curve(Path file, Result result) {

    /** The file, for a person. */
    String label() {
        return String.valueOf(file.getFileName());
    }

    int cores() {
        return result.environment().cores();
    }
}
