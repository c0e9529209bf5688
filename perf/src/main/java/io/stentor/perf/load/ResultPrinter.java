package io.stentor.perf.load;

import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Prints a run for a person. */
final class ResultPrinter {
    private final PrintWriter out;

    ResultPrinter(final PrintWriter out) {
        this.out = out;
    }

    /** What is about to be measured, and on what. */
    void header(final RunEnvironment environment, final RunOptions options) {
        out.println(environment.build());
        out.println(environment.machine());
        out.println("data on " + environment.disk());
        final String what = options.loop.max
                ? "closed loop, as fast as the path takes"
                : "open loop, " + Figures.rate(options.loop.rate);
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
        out.flush();
    }

    /** What came of a timed run. */
    void pass(final RunOptions options, final PassResult pass) {
        out.println();
        stages(options, pass);
        out.println();
        counts(pass);
        cost(pass);
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
        out.println(result.passed() ? "PASS" : "FAIL: " + String.join("; ", result.reasons()));
        out.flush();
    }

    private void stages(final RunOptions options, final PassResult pass) {
        out.printf(Locale.ROOT, "%-20s%12s", options.loop.max ? "us, not meaningful" : "us", "count");
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
                "delivered  %s to each subscriber; of all, warm-up included: %,d lost, %,d duplicated,"
                        + " %,d out of order, %,d misplaced, %,d corrupt%n",
                Figures.rate(pass.deliveredRate()),
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

    private void cost(final PassResult pass) {
        final ProcessCost cost = pass.cost();
        final double wallNs = Math.max(1, pass.deliveredNs());
        out.printf(
                Locale.ROOT,
                "process    %.2f cores, %.2f us of CPU and %.1f bytes allocated per message, %d collections in %d ms%n",
                cost.cpuTimeNs() / wallNs,
                cost.cpuTimeNs() / 1e3 / Math.max(1, pass.sends().measured()),
                (double) cost.allocatedBytes() / Math.max(1, pass.sends().measured()),
                cost.gcCount(),
                cost.gcTimeMs());
    }
}
