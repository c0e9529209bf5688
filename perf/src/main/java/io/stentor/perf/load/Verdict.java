package io.stentor.perf.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Says why a pass must not be believed; silent when it may be. */
final class Verdict {
    /** The rate counts as held from here. */
    private static final double RATE_HELD_MIN = 0.999;

    /**
     * How long the generator must have been behind without a break for a missed rate. One stall that happens to hit the
     * last messages makes them late, which the latencies show, but a path that cannot hold the rate never catches up.
     */
    private static final long BEHIND_ALLOWED_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private Verdict() {}

    /**
     * Judges a pass.
     *
     * @param options what was asked for.
     * @param pass what came of it.
     * @return each thing that is wrong, in words; empty when nothing is.
     */
    static List<String> reasons(final RunOptions options, final PassResult pass) {
        final List<String> reasons = new ArrayList<>();
        if (pass.failure() != null) {
            reasons.add("the engine failed: " + pass.failure());
        }
        if (pass.sends().problem() != null) {
            reasons.add("the path took nothing more after message "
                    + Figures.count(pass.sends().sent()) + ": " + pass.sends().problem());
        }
        if (!options.loop.max) {
            checkRate(options, pass, reasons);
        } else if (pass.sends().measured() == 0) {
            reasons.add("nothing was sent in the time that counts");
        }
        final Deliveries deliveries = pass.deliveries();
        addCount(reasons, deliveries.lost(), "lost");
        addCount(reasons, deliveries.duplicated(), "duplicated");
        addCount(reasons, deliveries.outOfOrder(), "out of order");
        addCount(reasons, deliveries.misplaced(), "under an offset or topic not theirs");
        addCount(reasons, deliveries.corrupt(), "corrupt");
        if (pass.receipts() != null) {
            final Receipts receipts = pass.receipts();
            addCount(reasons, receipts.expected() - receipts.received(), "without a receipt");
            addCount(reasons, receipts.refused(), "refused the level " + options.level);
            addCount(reasons, receipts.outOfOrder(), "with receipts out of order");
        }
        return reasons;
    }

    private static void checkRate(final RunOptions options, final PassResult pass, final List<String> reasons) {
        final Sends sends = pass.sends();
        final long planned = options.loop.rate * options.seconds;
        final double held = pass.sentRate() / options.loop.rate;
        if (sends.measured() < planned || (held < RATE_HELD_MIN && sends.behindNs() > BEHIND_ALLOWED_NS)) {
            reasons.add(String.format(
                    Locale.ROOT,
                    "the rate was missed: %s of %s (%.1f %%)",
                    Figures.rate(pass.sentRate()),
                    Figures.rate(options.loop.rate),
                    held * 100));
        }
    }

    private static void addCount(final List<String> reasons, final long count, final String what) {
        if (count != 0) {
            reasons.add(Figures.count(count) + " messages " + what);
        }
    }
}
