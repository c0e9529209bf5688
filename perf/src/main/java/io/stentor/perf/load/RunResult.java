package io.stentor.perf.load;

import java.util.List;

/**
 * Everything that a run gave.
 *
 * @param environment what it ran on.
 * @param options what it was asked for.
 * @param pass the timed run, or the last pass of the whole path if there was none.
 * @param baseline the comparison, or null.
 * @param reasons why it must not be believed; empty when it may be.
 */
record RunResult(
        RunEnvironment environment,
        RunOptions options,
        PassResult pass,
        BaselineResult baseline,
        List<String> reasons) {
    boolean passed() {
        return reasons.isEmpty();
    }
}
