package io.stentor.perf.load;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * As it once was: a file with one line for each message, its time in microseconds from any beginning, never less than the line
 * before it. Empty lines and lines that begin with {@code #} are passed over.
 */
final class TraceArrivals implements Arrivals {
    /** 400 MB of memory. */
    static final int COUNT_MAX = 50_000_000;

    private static final long MICROS_MAX = TimeUnit.DAYS.toMicros(1);

    private final long[] micros;
    private final int warmupCount;

    private TraceArrivals(final long[] micros, final int warmupCount) {
        this.micros = micros;
        this.warmupCount = warmupCount;
    }

    /**
     * Reads a trace.
     *
     * @param file one line for each message.
     * @param warmupSeconds of it that do not count.
     * @throws IOException when it cannot be read or is no trace; the message names file and line.
     */
    static TraceArrivals read(final Path file, final int warmupSeconds) throws IOException {
        long[] micros = new long[1024];
        int count = 0;
        int lineNumber = 0;
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": there is no such file");
        }
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String line;
            while ((line = reader.readLine()) != null) {
                lineNumber++;
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                if (count == COUNT_MAX) {
                    throw problem(file, lineNumber, "more than " + COUNT_MAX + " messages");
                }
                if (count == micros.length) {
                    micros = Arrays.copyOf(micros, Math.min(COUNT_MAX, count * 2));
                }
                final long time = time(file, lineNumber, line.strip()) - (count == 0 ? 0 : micros[0]);
                if (count > 0 && time < (count == 1 ? 0 : micros[count - 1])) {
                    throw problem(file, lineNumber, "earlier than the message before it");
                }
                if (count > 0 && time > MICROS_MAX) {
                    throw problem(file, lineNumber, "more than a day after the first message");
                }
                micros[count++] = time;
            }
        }
        if (count < 2) {
            throw new IOException(file + ": " + count + " messages: a trace has two or more");
        }
        micros[0] = 0;
        final long[] all = Arrays.copyOf(micros, count);
        final int warmupCount = first(all, TimeUnit.SECONDS.toMicros(warmupSeconds));
        if (all[count - 1] == 0 || warmupCount >= count - 1) {
            throw new IOException(file + ": no time is left that counts, " + all[count - 1] / 1e6
                    + " s in all and --warmup=" + warmupSeconds + " s of it do not");
        }
        return new TraceArrivals(all, warmupCount);
    }

    @Override
    public long offsetNs(final long number) {
        return TimeUnit.MICROSECONDS.toNanos(micros[(int) number]);
    }

    @Override
    public long warmupCount() {
        return warmupCount;
    }

    @Override
    public long count() {
        return micros.length;
    }

    @Override
    public long durationNs() {
        return TimeUnit.MICROSECONDS.toNanos(micros[micros.length - 1]);
    }

    @Override
    public long measuredNs() {
        return Math.max(1, TimeUnit.MICROSECONDS.toNanos(micros[micros.length - 1] - micros[warmupCount]));
    }

    @Override
    public String name() {
        return "trace";
    }

    private static int first(final long[] micros, final long from) {
        int i = 0;
        while (i < micros.length && micros[i] < from) {
            i++;
        }
        return i;
    }

    private static long time(final Path file, final int lineNumber, final String text) throws IOException {
        try {
            final long time = Long.parseLong(text);
            if (time >= 0) {
                return time;
            }
        } catch (final NumberFormatException ex) {
            // Said below.
        }
        throw problem(file, lineNumber, "'" + text + "' is not a number of microseconds");
    }

    private static IOException problem(final Path file, final int lineNumber, final String what) {
        return new IOException(file + " line " + lineNumber + ": " + what);
    }
}
