package io.stentor.perf.load;

import io.stentor.perf.result.Floor;
import java.util.List;

/**
 * Everything that a run gave.
 *
 * @param environment what it ran on.
 * @param options what it was asked for.
 * @param pass the timed run, or the last pass of the whole path if there was none.
 * @param baseline the comparison, or null.
 * @param floors what parts alone reach.
 * @param judgement what may be said of it.
 */
record RunResult(
        RunEnvironment environment,
        RunOptions options,
        PassResult pass,
        BaselineResult baseline,
        List<Floor> floors,
        Judgement judgement) {}
