package io.stentor.perf.load;

import java.io.FileNotFoundException;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;

/** Writes each interval of each stage, tagged with the stage, as a log that HdrHistogram's own tools open. */
final class HdrLog implements AutoCloseable {
    private final HistogramLogWriter writer;

    HdrLog(final Path file, final List<String> commandLine, final long startMs) throws FileNotFoundException {
        writer = new HistogramLogWriter(file.toFile());
        writer.outputComment("[stentor-perf " + String.join(" ", commandLine) + "]");
        writer.outputComment("[values are in nanoseconds, maxima in milliseconds]");
        writer.outputLogFormatVersion();
        writer.outputStartTime(startMs);
        writer.setBaseTime(startMs);
        writer.outputBaseTime(startMs);
        writer.outputLegend();
    }

    void write(final Stage stage, final Histogram interval) {
        interval.setTag(stage.tag());
        writer.outputIntervalHistogram(interval);
    }

    @Override
    public void close() {
        writer.close();
    }
}
