package io.stentor.perf.edge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.stentor.perf.load.Build;
import io.stentor.perf.load.Machine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * What a session costs: the slope from the first step to the last, in which all that a server takes without sessions
 * cancels out.
 *
 * @param steps two or more, rising.
 * @param limitBytes of resident memory for a session.
 */
record ConnsResult(List<ConnsStep> steps, int limitBytes) {

    private static final int SCHEMA = 1;

    double liveHeapBytes() {
        return slope(ProcessMemory::liveHeapBytes);
    }

    double anonymousBytes() {
        return slope(ProcessMemory::anonymousBytes);
    }

    /** The figure that counts. */
    double residentBytes() {
        return slope(ProcessMemory::residentBytes);
    }

    boolean isHeld() {
        return residentBytes() <= limitBytes;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "a session takes %,.0f bytes of the process (%,.0f anonymous), %,.0f of them live heap; limit %,d",
                residentBytes(),
                anonymousBytes(),
                liveHeapBytes(),
                limitBytes);
    }

    /** Writes it for other programs. */
    void write(final Path file, final List<String> commandLine, final List<String> serverFlags) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file);
                JsonGenerator json = new JsonFactory().createGenerator(stream).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeNumberField("schema", SCHEMA);
            json.writeStringField("verdict", isHeld() ? "PASS" : "FAIL");
            json.writeStringField("build", Build.current().toString());
            json.writeStringField("machine", Machine.current().toString());
            json.writeStringField("commandLine", "stentor-perf " + String.join(" ", commandLine));
            json.writeStringField("serverFlags", String.join(" ", serverFlags));
            json.writeNumberField("residentBytesPerSession", residentBytes());
            json.writeNumberField("anonymousBytesPerSession", anonymousBytes());
            json.writeNumberField("liveHeapBytesPerSession", liveHeapBytes());
            json.writeNumberField("limitBytes", limitBytes);
            json.writeArrayFieldStart("steps");
            for (final ConnsStep step : steps) {
                json.writeStartObject();
                json.writeNumberField("connections", step.connections());
                json.writeNumberField("openedNs", step.openedNs());
                json.writeNumberField("liveHeapBytes", step.memory().liveHeapBytes());
                json.writeNumberField("anonymousBytes", step.memory().anonymousBytes());
                json.writeNumberField("residentBytes", step.memory().residentBytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }

    private double slope(final ToLongFunction<ProcessMemory> figure) {
        final ConnsStep first = steps.get(0);
        final ConnsStep last = steps.get(steps.size() - 1);
        return (figure.applyAsLong(last.memory()) - figure.applyAsLong(first.memory()))
                / (double) (last.connections() - first.connections());
    }
}
