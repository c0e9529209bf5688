package io.stentor.perf.load;

import io.stentor.perf.result.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Says why a pass must not be believed, and which objective it missed; silent when all is well. */
final class PassJudge {
    /** The rate counts as held from here. */
    private static final double RATE_HELD_MIN = 0.999;

    /**
     * How long the generator must have been behind without a break for a missed rate. One stall that happens to hit the
     * last messages makes them late, which the latencies show, but a path that cannot hold the rate never catches up.
     */
    private static final long BEHIND_ALLOWED_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Share of the time in which the generator itself may be late: what a machine with other work takes now and then. */
    private static final double STALLED_SHARE_MAX = 0.05;

    /** The longest that the generator itself may stand still. */
    private static final long STALL_ALLOWED_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** How far the count of messages under way may be from rate times latency. */
    private static final double LITTLES_LAW_MAX = 0.10;

    /** Fewer messages under way are the rounding of clocks: at 100,000 a second, half a microsecond. */
    private static final double IN_FLIGHT_NOTICED = 0.05;

    private PassJudge() {}

    /**
     * Judges a pass.
     *
     * @param options what was asked for.
     * @param pass what came of it.
     */
    static Judgement judge(final RunOptions options, final PassResult pass) {
        final List<String> invalid = new ArrayList<>();
        if (pass.failure() != null) {
            invalid.add("the engine failed: " + pass.failure());
        }
        if (pass.sends().problem() != null) {
            invalid.add("the path took nothing more after message "
                    + Figures.count(pass.sends().sent()) + ": " + pass.sends().problem());
        }
        if (!options.isClosed()) {
            checkRate(options, pass, invalid);
            checkGenerator(pass, invalid);
        } else if (pass.sends().measured() == 0) {
            invalid.add("nothing was sent in the time that counts");
        }
        addLosses(pass, invalid);
        if (pass.receipts() != null) {
            final Receipts receipts = pass.receipts();
            addCount(invalid, receipts.expected() - receipts.received(), "without a receipt");
            addCount(invalid, receipts.refused(), "refused the level " + options.level);
            addCount(invalid, receipts.outOfOrder(), "with receipts out of order");
        }
        if (invalid.isEmpty()) {
            checkLittlesLaw(pass, invalid);
        }
        return new Judgement(List.copyOf(invalid), missed(options, pass));
    }

    /** Judges only whether the path stopped, and whether each message came once, whole and in its place. */
    static Judgement integrity(final PassResult pass) {
        final List<String> invalid = new ArrayList<>();
        if (pass.failure() != null) {
            invalid.add("the engine failed: " + pass.failure());
        }
        addLosses(pass, invalid);
        return new Judgement(List.copyOf(invalid), List.of());
    }

    private static void addLosses(final PassResult pass, final List<String> invalid) {
        final Deliveries deliveries = pass.deliveries();
        addCount(invalid, deliveries.lost(), "lost");
        addCount(invalid, deliveries.duplicated(), "duplicated");
        addCount(invalid, deliveries.outOfOrder(), "out of order");
        addCount(invalid, deliveries.misplaced(), "under an offset or topic not theirs");
        addCount(invalid, deliveries.corrupt(), "corrupt");
    }

    private static void checkRate(final RunOptions options, final PassResult pass, final List<String> invalid) {
        final Sends sends = pass.sends();
        final Arrivals arrivals = options.arrivals();
        final long planned = arrivals.count() - arrivals.warmupCount();
        final double held = pass.sentRate() / arrivals.ratePerSecond();
        if (sends.measured() < planned || (held < RATE_HELD_MIN && sends.behindNs() > BEHIND_ALLOWED_NS)) {
            invalid.add(String.format(
                    Locale.ROOT,
                    "the rate was missed: %s of %s (%.1f %%)",
                    Figures.rate(pass.sentRate()),
                    Figures.rate(arrivals.ratePerSecond()),
                    held * 100));
        }
    }

    private static void checkGenerator(final PassResult pass, final List<String> invalid) {
        final Sends sends = pass.sends();
        final double share = (double) sends.stalledNs() / Math.max(1, sends.measuredNs());
        if (share > STALLED_SHARE_MAX || sends.stallMaxNs() > STALL_ALLOWED_NS) {
            invalid.add(String.format(
                    Locale.ROOT,
                    "the generator itself was late for %.1f %% of the time, once for %s",
                    share * 100,
                    Figures.seconds(sends.stallMaxNs())));
        }
    }

    private static void checkLittlesLaw(final PassResult pass, final List<String> invalid) {
        final Point.InFlight inFlight = pass.inFlight();
        if (inFlight == null) {
            return;
        }
        final double off = Math.abs(inFlight.counted() - inFlight.byLittlesLaw());
        // So written that a figure that is no number does not pass.
        if (!(off <= LITTLES_LAW_MAX * inFlight.byLittlesLaw() + IN_FLIGHT_NOTICED)) {
            invalid.add(String.format(
                    Locale.ROOT,
                    "Little's law: %.2f messages were under way on average, and rate times latency is %.2f",
                    inFlight.counted(),
                    inFlight.byLittlesLaw()));
        }
    }

    private static List<String> missed(final RunOptions options, final PassResult pass) {
        final List<String> missed = new ArrayList<>();
        addMissed(missed, options, pass, Stage.END_TO_END, "p99");
        // Whoever asks for a level waits for it: a message may be with its subscribers long before it is forced.
        addMissed(missed, options, pass, Stage.INTENDED_TO_RECEIPT, "p99 of receipts");
        return List.copyOf(missed);
    }

    private static void addMissed(
            final List<String> missed,
            final RunOptions options,
            final PassResult pass,
            final Stage stage,
            final String what) {
        final Histogram histogram = pass.stages().totals().get(stage);
        if (options.p99 == null || histogram == null) {
            return;
        }
        final long p99Ns = histogram.getValueAtPercentile(99);
        if (p99Ns > options.p99Ns()) {
            missed.add(what + " is " + Figures.millis(p99Ns) + ", the objective is " + Figures.millis(options.p99Ns()));
        }
    }

    private static void addCount(final List<String> reasons, final long count, final String what) {
        if (count != 0) {
            reasons.add(Figures.count(count) + " messages " + what);
        }
    }
}
