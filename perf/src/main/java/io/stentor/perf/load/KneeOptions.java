package io.stentor.perf.load;

import picocli.CommandLine.Option;

/** What a search for the knee is asked for. */
final class KneeOptions extends PathOptions {
    private static final double P99_DEFAULT_MS = 10;
    private static final int REPETITIONS_MAX = 99;
    private static final int SECONDS_LIMIT = 600;

    @Option(
            names = "--from",
            paramLabel = "R",
            defaultValue = "10000",
            description = "Messages a second of the first step; each step doubles them. Default: ${DEFAULT-VALUE}.")
    long from = 10_000;

    @Option(
            names = "--to",
            paramLabel = "R",
            defaultValue = "4000000",
            description = "The highest rate that is tried. Default: ${DEFAULT-VALUE}.")
    long to = 4_000_000;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "4",
            description = "Time of each step that counts. Default: ${DEFAULT-VALUE}.")
    int seconds = 4;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "2",
            description = "Time before it that does not. Default: ${DEFAULT-VALUE}.")
    int warmup = 2;

    @Option(
            names = "--repetitions",
            paramLabel = "N",
            defaultValue = "3",
            description = "Searches, of which the median counts. Default: ${DEFAULT-VALUE}.")
    int repetitions = 3;

    @Option(
            names = "--no-closed",
            negatable = true,
            description = "Leave out the closed loops with 1, 2, 4 and more messages under way, to which the Universal"
                    + " Scalability Law is fitted.")
    boolean closed = true;

    KneeOptions() {
        p99 = P99_DEFAULT_MS;
    }

    /** Checks every limit; what is wrong, or null. */
    String conclude() {
        if (p99 == null) {
            p99 = P99_DEFAULT_MS;
        }
        if (from < 1 || from > Pace.RATE_MAX) {
            return outside("--from", from, 1, Pace.RATE_MAX, "msg/s");
        }
        if (to < from || to > Pace.RATE_MAX) {
            return outside("--to", to, from, Pace.RATE_MAX, "msg/s");
        }
        if (seconds < 1 || seconds > SECONDS_LIMIT) {
            return outside("--seconds", seconds, 1, SECONDS_LIMIT, "s");
        }
        if (warmup < 0 || warmup > SECONDS_LIMIT) {
            return outside("--warmup", warmup, 0, SECONDS_LIMIT, "s");
        }
        if (repetitions < 1 || repetitions > REPETITIONS_MAX) {
            return outside("--repetitions", repetitions, 1, REPETITIONS_MAX, "searches");
        }
        return problem();
    }
}
