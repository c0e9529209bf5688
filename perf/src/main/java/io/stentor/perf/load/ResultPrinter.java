package io.stentor.perf.load;

import io.stentor.perf.plan.profile.ProfileLoad;
import io.stentor.perf.result.Floor;
import io.stentor.perf.result.ProcessCost;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Prints a run for a person. */
final class ResultPrinter {
    private final PrintWriter out;

    ResultPrinter(final PrintWriter out) {
        this.out = out;
    }

    /** What measures, on what. */
    void environment(final RunEnvironment environment) {
        out.println(environment.build());
        out.println(environment.machine());
        out.println("data on " + environment.disk());
    }

    /** What is about to be measured, and on what. */
    void header(final RunEnvironment environment, final RunOptions options) {
        environment(environment);
        final String what = options.isClosed()
                ? "closed loop, as fast as the path takes"
                : "open loop, " + options.arrivals().name() + ", "
                        + Figures.rate(options.arrivals().ratePerSecond());
        out.printf(
                Locale.ROOT,
                "%s, payloads of %,d bytes, topics %,d, subscribers %,d, journal %s, threading %s%s%s%n",
                what,
                options.size,
                options.topics,
                options.subscribers,
                options.journal,
                options.threading,
                options.level == null ? "" : ", receipts at " + options.level,
                options.ack ? ", every message acknowledged" : "");
        if (options.profileLoad() != null) {
            profile(options.profileLoad());
        }
        out.flush();
    }

    private void profile(final ProfileLoad load) {
        out.printf(
                Locale.ROOT,
                "profile %s at %.3g of its mean rate: a message reaches %.2f sessions on average, and %.2f of the whole profile's%n",
                load.profile().name(),
                load.share(),
                load.deliveriesPerSend(),
                load.profile().deliveriesPerSend());
    }

    /** What parts alone reach. */
    void floors(final List<Floor> floors) {
        out.println("floors, messages/s (median of three)");
        for (final Floor floor : floors) {
            out.printf(
                    Locale.ROOT,
                    "  %-8s %,12.0f [%,.0f..%,.0f]%n",
                    floor.name(),
                    floor.messagesPerSecond(),
                    floor.lowest(),
                    floor.highest());
        }
        out.flush();
    }

    /** What came of a timed run. */
    void pass(final RunOptions options, final PassResult pass, final List<Floor> floors) {
        out.println();
        stages(options, pass);
        out.println();
        counts(pass);
        inFlight(pass);
        cost(pass);
        ratios(pass, floors);
    }

    /** What came of the comparison. */
    void baseline(final BaselineResult baseline) {
        out.printf(
                Locale.ROOT,
                "bare append %s, whole path %s (medians)%n",
                Figures.rate(baseline.median(pair -> pair.bare().rate())),
                Figures.rate(baseline.median(pair -> pair.path().rate())));
        out.printf(
                Locale.ROOT,
                "baselineRatio %s [%s..%s]%n",
                Figures.ratio(baseline.ratioMedian()),
                Figures.ratio(baseline.ratioMin()),
                Figures.ratio(baseline.ratioMax()));
    }

    /** The last line. */
    void verdict(final RunResult result) {
        out.println(result.judgement());
        out.flush();
    }

    private void stages(final RunOptions options, final PassResult pass) {
        out.printf(Locale.ROOT, "%-20s%12s", options.isClosed() ? "us, not meaningful" : "us", "count");
        for (final Percentiles.Point point : Percentiles.POINTS) {
            out.printf(Locale.ROOT, "%12s", point.name());
        }
        out.println();
        pass.stages().totals().forEach(this::stage);
    }

    private void stage(final Stage stage, final Histogram histogram) {
        out.printf(Locale.ROOT, "%-20s%12s", stage.label(), Figures.count(histogram.getTotalCount()));
        for (final Percentiles.Point point : Percentiles.POINTS) {
            out.printf(Locale.ROOT, "%12s", Figures.micros(histogram.getValueAtPercentile(point.value())));
        }
        out.println();
    }

    private void counts(final PassResult pass) {
        final Sends sends = pass.sends();
        final Deliveries deliveries = pass.deliveries();
        out.printf(
                Locale.ROOT,
                "sent       %s in %s: %s; the ring was full %,d times%n",
                Figures.count(sends.measured()),
                Figures.seconds(sends.measuredNs()),
                Figures.rate(pass.sentRate()),
                sends.refusals());
        out.printf(
                Locale.ROOT,
                "delivered  %s, in %,.0f deliveries/s; of all, warm-up included: %,d lost, %,d duplicated,"
                        + " %,d out of order, %,d misplaced, %,d corrupt%n",
                Figures.rate(pass.deliveredRate()),
                pass.deliveriesRate(),
                deliveries.lost(),
                deliveries.duplicated(),
                deliveries.outOfOrder(),
                deliveries.misplaced(),
                deliveries.corrupt());
        if (pass.receipts() != null) {
            final Receipts receipts = pass.receipts();
            out.printf(
                    Locale.ROOT,
                    "receipts   %,d of %,d, %,d of them refused%n",
                    receipts.received(),
                    receipts.expected(),
                    receipts.refused());
        }
    }

    private void inFlight(final PassResult pass) {
        if (pass.inFlight() != null) {
            out.printf(
                    Locale.ROOT,
                    "under way  %.2f messages on average, %.2f by Little's law%n",
                    pass.inFlight().counted(),
                    pass.inFlight().byLittlesLaw());
        }
    }

    private void ratios(final PassResult pass, final List<Floor> floors) {
        if (floors.isEmpty()) {
            return;
        }
        final StringBuilder line = new StringBuilder("of floors  ");
        for (final Floor floor : floors) {
            line.append(
                    String.format(Locale.ROOT, "%s %.3f  ", floor.name(), pass.sentRate() / floor.messagesPerSecond()));
        }
        out.println(line.toString().stripTrailing());
    }

    private void cost(final PassResult pass) {
        final ProcessCost cost = pass.cost().get(0);
        out.printf(
                Locale.ROOT,
                "process    %.2f cores, %.2f us of CPU and %.1f bytes allocated per message, %d collections in %d ms%n",
                cost.cores(),
                cost.cpuTimeNs() / 1e3 / Math.max(1, pass.sends().measured()),
                (double) cost.allocatedBytes() / Math.max(1, pass.sends().measured()),
                cost.gcCount(),
                cost.gcTimeMs());
        out.printf(
                Locale.ROOT,
                "           %s safepoints in %s ms; switches %s waiting, %s taken away; %s %% of the machine stolen%n",
                known(cost.safepoints()),
                known(cost.safepointTimeMs()),
                known(cost.voluntarySwitches()),
                known(cost.involuntarySwitches()),
                cost.stealShare() == null ? "?" : String.format(Locale.ROOT, "%.1f", cost.stealShare() * 100));
        for (final ProcessCost other : pass.cost().subList(1, pass.cost().size())) {
            out.printf(
                    Locale.ROOT,
                    "%-10s %.2f cores, %.2f us of CPU per message%n",
                    other.process(),
                    other.cores(),
                    other.cpuTimeNs() / 1e3 / Math.max(1, pass.sends().measured()));
        }
    }

    private static String known(final Long figure) {
        return figure == null ? "?" : Figures.count(figure);
    }
}
