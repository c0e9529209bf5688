package io.stentor.perf.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultFileTest {

    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatItWrote() throws IOException {
        final Path file = directory.resolve("result.json");
        final Result result = sample();

        ResultFile.write(result, file);

        assertEquals(result, ResultFile.read(file));
    }

    @Test
    void shouldPassOverFieldsThatALaterBuildAdds() throws IOException {
        final Path file = directory.resolve("result.json");
        ResultFile.write(sample(), file);
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{ \"later\": {\"a\": 1},"));

        assertEquals(sample(), ResultFile.read(file));
    }

    @Test
    void shouldSayWhichFileIsWrongAndHow() throws IOException {
        final Path missing = directory.resolve("missing.json");
        assertEquals(missing + ": there is no such file", problem(missing));
        for (final String text : List.of("", "[1", "{}", "{\"schema\": \"2\"}", "[]", "\"text\"")) {
            final Path file = Files.writeString(directory.resolve("bad.json"), text);
            assertTrue(problem(file).startsWith(file + ": not a result of stentor-perf"), () -> problem(file));
        }
    }

    @Test
    void shouldRefuseAnotherSchema() throws IOException {
        final Path file = Files.writeString(directory.resolve("old.json"), "{\"schema\": 1, \"verdict\": \"PASS\"}");

        assertTrue(problem(file).startsWith(file + ": schema 1, and this build reads 2 only"), () -> problem(file));
    }

    @Test
    void shouldRefuseAFileThatIsNotWhole() throws IOException {
        final Path file = Files.writeString(directory.resolve("half.json"), "{\"schema\": 2, \"kind\": \"RUN\"}");

        assertEquals(file + ": no kind, environment or verdict, so it is not whole", problem(file));
    }

    private static String problem(final Path file) {
        return assertThrows(IOException.class, () -> ResultFile.read(file)).getMessage();
    }

    private static Result sample() {
        final Histogram histogram = new Histogram(3);
        for (int i = 1; i <= 1_000; i++) {
            histogram.recordValue(i * 1_000L);
        }
        final Point point = new Point(
                "10,000 msg/s",
                10_000.0,
                9_999.5,
                9_999.25,
                9_999.25,
                20_000,
                Result.Verdict.PASS,
                List.of(),
                new Point.Counts(20_000, 20_000, 0, 0, 0, 0, 0),
                null,
                new Point.InFlight(5.1, 5.0),
                Map.of(Point.END_TO_END, Latency.of(histogram)),
                List.of(new Point.Second(1, 10_000, 500_000, 990_000, 999_000, 5, 0)),
                List.of(new ProcessCost("rig", 1_000, 500, 0L, 0L, 0L, null, null, 3L, 4L, 0.01, 1L << 20)));
        return new Result(
                ResultFile.SCHEMA,
                Result.Kind.KNEE,
                Result.Verdict.PASS,
                List.of(),
                new Environment(
                        "0.1.0",
                        "abc",
                        "2026-11-30T00:00:00Z",
                        "stentor-perf knee",
                        "cpu",
                        2,
                        1L << 34,
                        "jdk",
                        "os",
                        List.of("-Xmx1g"),
                        "ext4",
                        "/dev/vda",
                        1L << 30),
                new Settings(
                        "engine", "constant", 10_000.0, null, 256, 2, 1, 1, 1, "NONE", false, "SHARED", "CHRONICLE"),
                List.of(point),
                List.of(new Floor(Floor.APPEND, 1e6, 9e5, 1.1e6, 3)),
                new Knee(
                        10_000_000,
                        1e5,
                        9e4,
                        1.1e5,
                        List.of(9e4, 1e5, 1.1e5),
                        0.1,
                        Floor.APPEND,
                        List.of(new Knee.Concurrency(1, 5_000), new Knee.Concurrency(2, 9_500))),
                null,
                List.of(),
                null);
    }
}
