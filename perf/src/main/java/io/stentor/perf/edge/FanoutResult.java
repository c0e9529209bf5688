package io.stentor.perf.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What came of the rounds. Each ratio is of one round, so that both servers met the same machine.
 *
 * @param rounds of a turn of each server.
 */
record FanoutResult(List<Round> rounds) {

    /** At least so much of the bare server's rate. */
    static final double RATE_MIN = 0.75;

    /** At most so many times its p99 at the pace. */
    static final double P99_MAX = 3.0;

    private static final int SCHEMA = 1;
    private static final double NS_PER_US = 1e3;

    /** A turn of the bare server and one of ours. */
    record Round(FanoutTurn bare, FanoutTurn ours) {

        double rateRatio() {
            return ours.unpaced().deliveriesPerSecond() / bare.unpaced().deliveriesPerSecond();
        }

        double p99Ratio() {
            return p99Us(ours) / p99Us(bare);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "deliveries/s: bare %,9.0f ours %,9.0f (%.1f and %.1f a frame, %.2f and %.2f us of cpu each), ratio %.2f; p50/p99 us: bare %,.0f/%,.0f"
                            + " ours %,.0f/%,.0f, ratio of p99 %.2f",
                    bare.unpaced().deliveriesPerSecond(),
                    ours.unpaced().deliveriesPerSecond(),
                    bare.unpaced().messagesPerFrame(),
                    ours.unpaced().messagesPerFrame(),
                    bare.deliveryCpuNs() / NS_PER_US,
                    ours.deliveryCpuNs() / NS_PER_US,
                    rateRatio(),
                    p50Us(bare),
                    p99Us(bare),
                    p50Us(ours),
                    p99Us(ours),
                    p99Ratio());
        }
    }

    double rateRatio() {
        return median(Round::rateRatio);
    }

    double p99Ratio() {
        return median(Round::p99Ratio);
    }

    boolean isHeld() {
        return rateRatio() >= RATE_MIN && p99Ratio() <= P99_MAX;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "deliveries/s: bare %,.0f, ours %,.0f (medians); ratio %s, at least %.2f: %s%n"
                        + "p99: bare %,.0f us, ours %,.0f us (medians); ratio %s, at most %.2f: %s",
                median(round -> round.bare().unpaced().deliveriesPerSecond()),
                median(round -> round.ours().unpaced().deliveriesPerSecond()),
                spread(Round::rateRatio),
                RATE_MIN,
                rateRatio() >= RATE_MIN ? "held" : "MISSED",
                median(round -> p99Us(round.bare())),
                median(round -> p99Us(round.ours())),
                spread(Round::p99Ratio),
                P99_MAX,
                p99Ratio() <= P99_MAX ? "held" : "MISSED");
    }

    /** Writes it for other programs. */
    void write(final Path file, final List<String> commandLine) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(stream).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("verdict", isHeld() ? "PASS" : "FAIL");
            json.writeStringField("build", Build.current().toString());
            json.writeStringField("machine", Machine.current().toString());
            json.writeStringField("commandLine", "stentor-perf " + String.join(" ", commandLine));
            json.writeNumberField("rateRatio", rateRatio());
            json.writeNumberField("p99Ratio", p99Ratio());
            json.writeArrayFieldStart("rounds");
            for (final Round round : rounds) {
                json.writeStartObject();
                turn(json, "bare", round.bare());
                turn(json, "ours", round.ours());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void turn(final JsonGenerator json, final String name, final FanoutTurn turn) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("deliveriesPerSecond", turn.unpaced().deliveriesPerSecond());
        json.writeNumberField("messagesPerFrame", turn.unpaced().messagesPerFrame());
        json.writeNumberField("deliveryCpuNs", turn.deliveryCpuNs());
        json.writeNumberField("pacedDeliveriesPerSecond", turn.paced().deliveriesPerSecond());
        json.writeNumberField("p50Us", p50Us(turn));
        json.writeNumberField("p99Us", p99Us(turn));
        json.writeEndObject();
    }

    private String spread(final ToDoubleFunction<Round> figure) {
        final double[] all = rounds.stream().mapToDouble(figure).sorted().toArray();
        return String.format(Locale.ROOT, "%.2f [%.2f..%.2f]", median(figure), all[0], all[all.length - 1]);
    }

    private double median(final ToDoubleFunction<Round> figure) {
        final double[] all = rounds.stream().mapToDouble(figure).toArray();
        Arrays.sort(all);
        final int middle = all.length / 2;
        return all.length % 2 == 1 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
    }

    private static double p50Us(final FanoutTurn turn) {
        return turn.paced().latency().getValueAtPercentile(50) / NS_PER_US;
    }

    private static double p99Us(final FanoutTurn turn) {
        return turn.paced().latency().getValueAtPercentile(99) / NS_PER_US;
    }
}
