package io.stentor.perf.report;

import io.stentor.perf.result.Result;

/**
 * A result and where it came from.
 *
 * @param name of its file, without directories.
 * @param result that was in it.
 */
record Source(String name, Result result) {}
