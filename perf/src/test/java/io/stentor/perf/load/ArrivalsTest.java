package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ArrivalsTest {
    private static final long SECOND_NS = 1_000_000_000;

    @TempDir
    private Path directory;

    @Test
    void shouldNeverGoBack() throws IOException {
        final Path trace = write("10", "10", "5000000", "5000001", "9000000");
        for (final Arrivals arrivals : List.of(
                new ConstantArrivals(3_333, 1, 2),
                new PoissonArrivals(3_333, 1, 2, 7),
                new RampArrivals(100, 5_000, 1, 2),
                new RampArrivals(5_000, 100, 1, 2),
                new RampArrivals(500, 500, 1, 2),
                TraceArrivals.read(trace, 1))) {
            final long[] offsets = LongStream.range(0, arrivals.count())
                    .map(arrivals::offsetNs)
                    .toArray();
            for (int i = 1; i < offsets.length; i++) {
                assertTrue(offsets[i] >= offsets[i - 1], arrivals.name() + " message " + i);
            }
        }
    }

    @Test
    void shouldSpreadPoissonAsIndependentUsersDo() {
        final int count = 200_000;
        final PoissonArrivals arrivals = new PoissonArrivals(1_000, 0, count / 1_000, 3);
        final long[] offsets =
                LongStream.range(0, count).map(arrivals::offsetNs).toArray();
        double sum = 0;
        double squares = 0;
        for (int i = 1; i < count; i++) {
            final double gap = (offsets[i] - offsets[i - 1]) / 1e6;
            sum += gap;
            squares += gap * gap;
        }
        final double mean = sum / (count - 1);
        final double deviation = Math.sqrt(squares / (count - 1) - mean * mean);

        // Mean and deviation of an exponential gap are the same: 1 ms here, each within four standard errors.
        assertEquals(1, mean, 0.009);
        assertEquals(1, deviation, 0.013);
    }

    @Test
    void shouldGiveTheSamePoissonTimesForTheSameSeed() {
        final PoissonArrivals one = new PoissonArrivals(1_000, 0, 1, 5);
        final PoissonArrivals same = new PoissonArrivals(1_000, 0, 1, 5);
        final PoissonArrivals other = new PoissonArrivals(1_000, 0, 1, 6);
        long differences = 0;
        for (long i = 0; i < 1_000; i++) {
            final long offset = one.offsetNs(i);
            assertEquals(offset, same.offsetNs(i));
            differences += offset == other.offsetNs(i) ? 0 : 1;
        }

        assertTrue(differences > 990, differences + " differ");
    }

    @ParameterizedTest
    @CsvSource({"1000, 3000", "3000, 1000"})
    void shouldMoveEvenlyFromOneRateToTheOther(final long from, final long to) {
        final RampArrivals ramp = new RampArrivals(from, to, 1, 4);
        long before = 0;
        final long[] inSecond = new long[5];
        for (long i = 0; i < ramp.count(); i++) {
            before = ramp.offsetNs(i);
            inSecond[(int) Math.min(4, before / SECOND_NS)]++;
        }

        final double step = (to - from) / 4.0;
        assertEquals(from, inSecond[0]);
        for (int second = 1; second <= 4; second++) {
            assertEquals(from + step * (second - 0.5), (double) inSecond[second], 2, "second " + second);
        }
        assertTrue(before < ramp.durationNs(), "the last is before the end");
        assertEquals((from + to) / 2.0, ramp.ratePerSecond());
    }

    @Test
    void shouldReadTraceFromItsOwnBeginning() throws IOException {
        final TraceArrivals trace =
                TraceArrivals.read(write("# ours", "1000000", "", "1000250", "3000000", "3000001"), 1);

        assertEquals(4, trace.count());
        assertEquals(2, trace.warmupCount());
        assertEquals(
                List.of(0L, 250_000L, 2_000_000_000L),
                List.of(trace.offsetNs(0), trace.offsetNs(1), trace.offsetNs(2)));
    }

    @ParameterizedTest
    @CsvSource({
        "'1,x', line 2: 'x' is not a number of microseconds",
        "'1,-2', line 2: '-2' is not a number of microseconds",
        "'5,9,7', line 3: earlier than the message before it",
        "'0,86400000001', line 2: more than a day after the first message",
        "'7', a trace has two or more",
        "'', a trace has two or more",
        "'1,2,3', no time is left that counts"
    })
    void shouldSayWhatIsWrongWithTrace(final String lines, final String problem) throws IOException {
        final Path file = write(lines.split(","));
        final IOException said = assertThrows(IOException.class, () -> TraceArrivals.read(file, 5));

        assertTrue(said.getMessage().contains(problem), said.getMessage());
        assertTrue(said.getMessage().startsWith(file.toString()), said.getMessage());
    }

    private Path write(final String... lines) throws IOException {
        return Files.write(directory.resolve("trace.txt"), List.of(lines));
    }
}
