package io.stentor.perf.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes duels for other programs. A field, once written, keeps its name and meaning; {@link #SCHEMA} counts breaks. */
public final class DuelReport {

    private static final int SCHEMA = 1;

    private DuelReport() {}

    /**
     * Writes a file, replacing it.
     *
     * @param file where to; null for nowhere.
     * @param commandLine what was asked for.
     * @param results of the duels.
     */
    public static void write(final Path file, final List<String> commandLine, final List<DuelResult> results)
            throws IOException {
        if (file == null) {
            return;
        }
        try (OutputStream stream = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(stream).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("verdict", results.stream().allMatch(DuelResult::isHeld) ? "PASS" : "FAIL");
            json.writeStringField("build", Build.current().toString());
            json.writeStringField("machine", Machine.current().toString());
            json.writeStringField("commandLine", "stentor-perf " + String.join(" ", commandLine));
            json.writeArrayFieldStart("duels");
            for (final DuelResult result : results) {
                json.writeStartObject();
                json.writeStringField("name", result.duel().name());
                json.writeStringField("unit", result.duel().unit() == Duel.Unit.TIME ? "ns" : "1/s");
                json.writeStringField("bareName", result.duel().bareName());
                figures(json, "bare", result.bare());
                json.writeStringField("oursName", result.duel().oursName());
                figures(json, "ours", result.ours());
                json.writeNumberField("ratio", result.ratio());
                json.writeStringField("goal", result.duel().goal().toString());
                json.writeBooleanField("held", result.isHeld());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private static void figures(final JsonGenerator json, final String name, final double[] values) throws IOException {
        json.writeFieldName(name);
        json.writeArray(values, 0, values.length);
    }
}
