package io.stentor.engine.cli.journal;

import io.stentor.transport.gateway.codec.JsonWriter;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Prints what tools found, for a person or as JSON. */
final class Lines {

    private final PrintWriter out;
    private final boolean json;

    Lines(final PrintWriter out, final boolean json) {
        this.out = out;
        this.json = json;
    }

    /** A line for a person, or the object that says the same. */
    void print(final String text, final Consumer<JsonWriter> fields) {
        out.println(json ? JsonWriter.text(fields) : text);
    }

    void flush() {
        out.flush();
    }

    static String count(final long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** Engine time as a person reads time, to the millisecond. */
    static String time(final long timestampNs) {
        return Instant.ofEpochSecond(0, timestampNs)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    static long milliseconds(final long timestampNs) {
        return TimeUnit.NANOSECONDS.toMillis(timestampNs);
    }
}
