package io.stentor.perf.load;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Writes a run for other programs. A field, once written, keeps its name and meaning; {@link #SCHEMA} counts breaks. */
final class ResultJson {
    static final int SCHEMA = 1;

    private final JsonGenerator json;

    private ResultJson(final JsonGenerator json) {
        this.json = json;
    }

    /** Writes a run to a file, replacing it. */
    static void write(final RunResult result, final Path file) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(stream).useDefaultPrettyPrinter()) {
            new ResultJson(json).result(result);
            json.writeRaw('\n');
        }
    }

    private void result(final RunResult result) throws IOException {
        json.writeStartObject();
        json.writeNumberField("schema", SCHEMA);
        json.writeStringField("verdict", result.passed() ? "PASS" : "FAIL");
        json.writeArrayFieldStart("reasons");
        for (final String reason : result.reasons()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        environment(result.environment());
        settings(result.options());
        rates(result.options(), result.pass());
        deliveries(result.pass().deliveries());
        receipts(result.pass().receipts());
        cost(result.pass().cost());
        stages(result.options(), result.pass().stages());
        if (result.baseline() != null) {
            baseline(result.baseline());
        }
        json.writeEndObject();
    }

    private void environment(final RunEnvironment environment) throws IOException {
        json.writeObjectFieldStart("environment");
        json.writeStringField("version", environment.build().version());
        json.writeStringField("commit", environment.build().commit());
        json.writeStringField(
                "startedAt", Instant.ofEpochMilli(environment.startedMs()).toString());
        json.writeStringField("commandLine", "stentor-perf " + String.join(" ", environment.commandLine()));
        final Machine machine = environment.machine();
        json.writeStringField("cpu", machine.cpu());
        json.writeNumberField("cores", machine.cores());
        json.writeNumberField("memoryBytes", machine.memoryBytes());
        json.writeStringField("jdk", machine.jdk());
        json.writeStringField("os", machine.os());
        json.writeArrayFieldStart("jvmFlags");
        for (final String flag : machine.jvmFlags()) {
            json.writeString(flag);
        }
        json.writeEndArray();
        final Disk disk = environment.disk();
        json.writeStringField("fileSystem", disk.fileSystem());
        json.writeStringField("device", disk.device());
        json.writeNumberField("freeBytes", disk.freeBytes());
        if (disk.readAheadKib() != Disk.UNKNOWN) {
            json.writeNumberField("readAheadKib", disk.readAheadKib());
        }
        json.writeEndObject();
    }

    private void settings(final RunOptions options) throws IOException {
        json.writeObjectFieldStart("settings");
        json.writeStringField("loop", options.loop.max ? "closed" : "open");
        if (!options.loop.max) {
            json.writeNumberField("ratePerSecond", options.loop.rate);
        }
        json.writeNumberField("payloadLength", options.size);
        json.writeNumberField("seconds", options.seconds);
        json.writeNumberField("warmupSeconds", options.warmup);
        json.writeNumberField("topics", options.topics);
        json.writeNumberField("subscribers", options.subscribers);
        json.writeStringField("level", options.level == null ? "NONE" : options.level.name());
        json.writeBooleanField("ack", options.ack);
        json.writeStringField("threading", options.threading.name());
        json.writeStringField("journal", options.journal.name());
        json.writeEndObject();
    }

    private void rates(final RunOptions options, final PassResult pass) throws IOException {
        final Sends sends = pass.sends();
        json.writeObjectFieldStart("rates");
        json.writeNumberField("sent", sends.sent());
        json.writeNumberField("measured", sends.measured());
        json.writeNumberField("sentNs", sends.measuredNs());
        json.writeNumberField("sentPerSecond", pass.sentRate());
        json.writeNumberField("deliveredNs", pass.deliveredNs());
        json.writeNumberField("deliveredPerSecond", pass.deliveredRate());
        json.writeNumberField("refusals", sends.refusals());
        if (!options.loop.max) {
            json.writeNumberField("held", pass.sentRate() / options.loop.rate);
        }
        json.writeEndObject();
    }

    private void deliveries(final Deliveries deliveries) throws IOException {
        json.writeObjectFieldStart("deliveries");
        json.writeNumberField("expected", deliveries.expected());
        json.writeNumberField("delivered", deliveries.delivered());
        json.writeNumberField("lost", deliveries.lost());
        json.writeNumberField("duplicated", deliveries.duplicated());
        json.writeNumberField("outOfOrder", deliveries.outOfOrder());
        json.writeNumberField("misplaced", deliveries.misplaced());
        json.writeNumberField("corrupt", deliveries.corrupt());
        json.writeEndObject();
    }

    private void receipts(final Receipts receipts) throws IOException {
        if (receipts == null) {
            return;
        }
        json.writeObjectFieldStart("receipts");
        json.writeNumberField("expected", receipts.expected());
        json.writeNumberField("received", receipts.received());
        json.writeNumberField("refused", receipts.refused());
        json.writeNumberField("outOfOrder", receipts.outOfOrder());
        json.writeEndObject();
    }

    private void cost(final ProcessCost cost) throws IOException {
        json.writeObjectFieldStart("process");
        json.writeNumberField("cpuTimeNs", cost.cpuTimeNs());
        json.writeNumberField("allocatedBytes", cost.allocatedBytes());
        json.writeNumberField("gcCount", cost.gcCount());
        json.writeNumberField("gcTimeMs", cost.gcTimeMs());
        json.writeEndObject();
    }

    private void stages(final RunOptions options, final StageLog stages) throws IOException {
        json.writeObjectFieldStart("stages");
        json.writeBooleanField("meaningful", !options.loop.max);
        json.writeStringField("unit", "ns");
        for (final Map.Entry<Stage, Histogram> entry : stages.totals().entrySet()) {
            final Histogram histogram = entry.getValue();
            json.writeObjectFieldStart(entry.getKey().tag());
            json.writeNumberField("count", histogram.getTotalCount());
            json.writeNumberField("mean", histogram.getMean());
            for (final Percentiles.Point point : Percentiles.POINTS) {
                json.writeNumberField(point.name(), histogram.getValueAtPercentile(point.value()));
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void baseline(final BaselineResult baseline) throws IOException {
        json.writeNumberField("baselineRatio", baseline.ratioMedian());
        json.writeObjectFieldStart("baseline");
        json.writeNumberField("ratioMin", baseline.ratioMin());
        json.writeNumberField("ratioMax", baseline.ratioMax());
        json.writeNumberField("excerptLength", baseline.excerptLength());
        json.writeNumberField("count", baseline.count());
        json.writeArrayFieldStart("pairs");
        for (final BaselinePair pair : baseline.pairs()) {
            json.writeStartObject();
            json.writeStringField("first", pair.pathFirst() ? "path" : "bare");
            json.writeNumberField("barePerSecond", pair.bare().rate());
            json.writeNumberField("pathPerSecond", pair.path().rate());
            json.writeNumberField("ratio", pair.ratio());
            json.writeNumberField("bareForceNs", pair.bare().forceNs());
            json.writeNumberField("pathForceNs", pair.path().forceNs());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
