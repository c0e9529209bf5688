package io.stentor.perf.load;

import java.util.List;

/** The percentiles that are printed and stored. */
final class Percentiles {
    /**
     * One of them.
     *
     * @param name as it is stored.
     * @param value from 0 to 100.
     */
    record Point(String name, double value) {}

    static final List<Point> POINTS = List.of(
            new Point("p50", 50),
            new Point("p90", 90),
            new Point("p99", 99),
            new Point("p99.9", 99.9),
            new Point("p99.99", 99.99),
            new Point("max", 100));

    private Percentiles() {}
}
