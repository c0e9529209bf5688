package io.stentor.perf.load;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** One line each second: rewritten in place on a terminal, one below the other elsewhere. Reporter's thread. */
final class Progress {
    /** For a pass that is too short to be watched. */
    static final Progress NONE = new Progress(new PrintWriter(Writer.nullWriter()), false, false);

    private static final String CLEAR_TO_END_OF_LINE = "\u001b[K";

    private final PrintWriter out;
    private final boolean terminal;
    private final boolean open;
    private boolean pending;

    /**
     * The progress of one pass.
     *
     * @param out where it is printed.
     * @param terminal whether a line there can be rewritten.
     * @param open whether latencies mean something.
     */
    Progress(final PrintWriter out, final boolean terminal, final boolean open) {
        this.out = out;
        this.terminal = terminal;
        this.open = open;
    }

    /**
     * A second has passed.
     *
     * @param measuring false during the warm-up.
     * @param rate messages that the path took in it.
     * @param latency end to end, of messages that came in it.
     * @param inFlight messages taken that some subscriber still waits for.
     * @param backlog messages that are due and not taken.
     * @param leftNs time until the last message is due; negative if that is not known.
     */
    void second(
            final boolean measuring,
            final double rate,
            final Histogram latency,
            final long inFlight,
            final long backlog,
            final long leftNs) {
        final StringBuilder line = new StringBuilder(measuring ? "  measure  " : "  warm up  ");
        line.append(String.format(Locale.ROOT, "%18s", Figures.rate(rate)));
        if (measuring && open) {
            line.append(String.format(
                    Locale.ROOT,
                    "   p50 %s  p99 %s  p99.9 %s us",
                    Figures.micros(latency.getValueAtPercentile(50)),
                    Figures.micros(latency.getValueAtPercentile(99)),
                    Figures.micros(latency.getValueAtPercentile(99.9))));
        }
        line.append("   ").append(Figures.count(inFlight)).append(" in flight");
        if (backlog > 0) {
            line.append("   ").append(Figures.count(backlog)).append(" behind");
        }
        if (leftNs >= 0) {
            line.append(String.format(Locale.ROOT, "   %.0f s left", leftNs / 1e9));
        }
        print(line);
    }

    /** Nothing more comes. */
    void end() {
        if (pending) {
            out.println();
            pending = false;
        }
        out.flush();
    }

    private void print(final CharSequence line) {
        if (terminal) {
            out.print('\r');
            out.print(line);
            out.print(CLEAR_TO_END_OF_LINE);
            pending = true;
        } else {
            out.println(line);
        }
        out.flush();
    }
}
