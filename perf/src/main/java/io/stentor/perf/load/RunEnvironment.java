package io.stentor.perf.load;

import java.util.List;

/**
 * What must stand beside a figure.
 *
 * @param build that measured.
 * @param machine that it ran on.
 * @param disk under the data.
 * @param commandLine as it was given.
 * @param startedMs wall-clock time at which it began.
 */
record RunEnvironment(Build build, Machine machine, Disk disk, List<String> commandLine, long startedMs) {}
