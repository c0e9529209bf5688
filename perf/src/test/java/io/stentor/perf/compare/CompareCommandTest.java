package io.stentor.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.report.SampleResults;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class CompareCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void shouldSayNoDifferenceOfEquals() throws IOException {
        write("a", 10, 800_000, 0.1, 1);
        write("b", 10, 800_000, 0.1, 101);

        assertEquals(0, run(directory.resolve("a"), directory.resolve("b")), out + err.toString());

        assertTrue(out.toString().endsWith("\nno difference" + System.lineSeparator()), out.toString());
        assertTrue(out.toString().contains(": no difference; these pairs tell one of "), out.toString());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldSayBySoMuchSlowerOfSlowed(final long seed) throws IOException {
        write("a", 10, 800_000, 0.1, seed);
        write("b", 10, 560_000, 0.1, seed + 100);

        assertEquals(3, run(directory.resolve("a"), directory.resolve("b")), out + err.toString());

        final String last = out.toString().strip().replaceFirst("(?s).*\n", "");
        assertTrue(last.matches("B is (2[5-9]|3[0-5]) % slower \\[\\d+\\.\\.\\d+](; .*)?"), last);
    }

    @Test
    void shouldPassWhatIsFaster() throws IOException {
        write("a", 12, 560_000, 0.02, 1);
        write("b", 12, 800_000, 0.02, 2);

        assertEquals(0, run(directory.resolve("a"), directory.resolve("b")), out + err.toString());

        assertTrue(out.toString().contains("\nB is 4"), out.toString());
        assertTrue(out.toString().contains(" % faster ["), out.toString());
    }

    @Test
    void shouldJudgeLatencyOfOpenLoopInOrderOfFiles() throws IOException {
        final List<String> words = new ArrayList<>(List.of("--a"));
        final List<String> files = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            final Path file = directory.resolve("r" + i + ".json");
            ResultFile.write(SampleResults.run(50_000 + i), file);
            files.add(file.toString());
        }
        words.addAll(files);
        words.add("--b");
        words.addAll(files);

        assertEquals(0, run(words.toArray()), err.toString());

        assertTrue(out.toString().contains("p99: A "), out.toString());
        assertTrue(out.toString().contains("; 1.000 [1.000..1.000]: no difference"), out.toString());
        assertTrue(
                err.toString().contains("warning: not all were asked for the same: rates of 50000.0"), err.toString());
    }

    @ParameterizedTest
    @CsvSource({"9, 9, 9 pairs are not within 10..200", "10, 11, 10 results of A and 11 of B do not make pairs"})
    void shouldRefuseTooFewOrUnequalResults(final int ofA, final int ofB, final String problem) throws IOException {
        write("a", ofA, 800_000, 0.1, 1);
        write("b", ofB, 800_000, 0.1, 2);

        assertEquals(2, run(directory.resolve("a"), directory.resolve("b")));
        assertTrue(err.toString().startsWith(problem), err.toString());
    }

    @Test
    void shouldRefuseResultThatIsInvalid() throws IOException {
        write("a", 10, 800_000, 0.1, 1);
        write("b", 10, 800_000, 0.1, 2);
        ResultFile.write(
                SampleResults.invalid(SampleResults.closedRun(1, 1)),
                directory.resolve("b").resolve("r004.json"));

        assertEquals(1, run(directory.resolve("a"), directory.resolve("b")));
        assertTrue(
                err.toString().contains("result 5 of B is INVALID, so nothing follows from it: 1 message lost"),
                err.toString());
    }

    @Test
    void shouldRefuseToCompareOpenWithClosedLoop() throws IOException {
        write("a", 10, 800_000, 0.1, 1);
        final Path b = Files.createDirectory(directory.resolve("b"));
        for (int i = 0; i < 10; i++) {
            ResultFile.write(SampleResults.run(10_000), b.resolve("r" + i + ".json"));
        }

        assertEquals(1, run(directory.resolve("a"), b));
        assertTrue(err.toString().contains("result 1 of B is an open loop, and the first of A is not"), err.toString());
    }

    @Test
    void shouldWarnOfDifferentMachines() throws IOException {
        write("a", 10, 800_000, 0.1, 1);
        write("b", 10, 800_000, 0.1, 2);
        final Path odd = directory.resolve("b").resolve("r009.json");
        ResultFile.write(SampleResults.elsewhere(ResultFile.read(odd)), odd);

        run(directory.resolve("a"), directory.resolve("b"));

        assertTrue(err.toString().contains("warning: not all were measured on one machine: AMD"), err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                        | 0 pairs are not within 10..200",
                "one                                     | give A and B",
                "--jar-b x -- run                        | --jar-b, --with-a and --with-b say",
                "--with-b --ack -- run                   | --jar-b, --with-a and --with-b say",
                "--jar-a x                               | say after -- what to run",
                "--jar-a x -- run                        | --jar-a=x: there is no such file",
                "--jar-a x --jar-b y                     | say after -- what to run",
                "--jar-a x --jar-b y --pairs 9 -- run    | --pairs=9 pairs are not within 10..200",
                "--jar-a x --jar-b y --rest 601 -- run   | --rest=601 s is not within 0..600",
                "--jar-a x --jar-b y -- run              | --jar-a=x: there is no such file",
                "--jar-a x --jar-b y --a z -- run        | --a and --b are results that are there",
                "--confidence 100 one two                | --confidence=100.0 % is not within 50.0..99.99",
                "--jar-a x --jar-b y --confidence 99.9 -- run | --confidence=99.9 % is more than 10 pairs can give",
            })
    void shouldExplainWrongUse(final String line, final String problem) {
        assertEquals(2, run((Object[]) (line == null ? new String[0] : line.split(" +"))));
        assertTrue(err.toString().startsWith(problem), err.toString());
    }

    private void write(final String side, final int count, final double rate, final double noise, final long seed)
            throws IOException {
        final Random random = new Random(seed);
        final Path results = Files.createDirectory(directory.resolve(side));
        for (int i = 0; i < count; i++) {
            final double factor = Math.exp(noise * random.nextGaussian());
            final Result result =
                    SampleResults.closedRun(rate * factor, 1_200 * Math.exp(noise * random.nextGaussian()));
            ResultFile.write(result, results.resolve(String.format("r%03d.json", i)));
        }
    }

    private int run(final Object... words) {
        return new CommandLine(new CompareCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
    }
}
