package io.stentor.perf.load;

import io.stentor.perf.result.Point;
import java.util.List;
import java.util.Locale;

/** Says whether what waits grows while a rate is held: then the rate is above what the path carries, however long it hides it. */
final class Backlog {
    /** Growth in a second from here on, as a share of the rate, is no chance. */
    private static final double GROWTH_MAX = 0.005;

    /** Two ends of a run, each of one second at least. */
    private static final int SECONDS_MIN = 3;

    private Backlog() {}

    /**
     * Compares the last third of a run with the first.
     *
     * @param ratePerSecond that was asked for.
     * @param seconds how the run went.
     * @return how much it grew, in words; null when it did not, or the run was too short to say.
     */
    static String growth(final long ratePerSecond, final List<Point.Second> seconds) {
        if (seconds.size() < SECONDS_MIN) {
            return null;
        }
        final int third = seconds.size() / 3;
        final double first = mean(seconds.subList(0, third));
        final double last = mean(seconds.subList(seconds.size() - third, seconds.size()));
        final double perSecond = (last - first) / (seconds.size() - third);
        if (perSecond <= GROWTH_MAX * ratePerSecond) {
            return null;
        }
        return String.format(Locale.ROOT, "the backlog grew from %,.0f to %,.0f messages", first, last);
    }

    private static double mean(final List<Point.Second> seconds) {
        return seconds.stream()
                .mapToLong(second -> second.inFlight() + second.backlog())
                .average()
                .orElseThrow();
    }
}
