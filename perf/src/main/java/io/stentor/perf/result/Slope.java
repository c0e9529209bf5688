package io.stentor.perf.result;

/**
 * How a figure of a soak moved, by the line through its points that is the median of all pairs' slopes.
 *
 * @param name what grew: {@code residentBytes}, {@code openFiles}, {@code threads}, {@code sharedMemoryBytes}, {@code p99Ns}.
 * @param unit of it.
 * @param perHour how much it grew in an hour.
 * @param limitPerHour the most that it may; null where it is only told.
 * @param first its value at the beginning.
 * @param last its value at the end.
 */
public record Slope(String name, String unit, double perHour, Double limitPerHour, double first, double last) {}
