package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class ReportCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Path result;

    @BeforeEach
    void write() throws IOException {
        result = directory.resolve("result.json");
        ResultFile.write(SampleResults.connections(), result);
    }

    @Test
    void shouldWritePageAndSummaryBesideIt() throws IOException {
        final Path page = directory.resolve("page.html");

        assertEquals(0, run(result, "--out", page, "--title", "How much a session takes"), err.toString());

        assertTrue(Files.readString(page).contains("<title>How much a session takes</title>"));
        final String summary = Files.readString(directory.resolve("page.md"));
        assertTrue(summary.startsWith("# How much a session takes\n"), summary);
        assertEquals("wrote " + page + " and " + directory.resolve("page.md") + System.lineSeparator(), out.toString());
    }

    @Test
    void shouldSayWhatIsWrongBeforeItWrites() {
        final Path missing = directory.resolve("missing.json");
        final Path page = directory.resolve("page.html");

        assertEquals(1, run(missing, "--out", page));
        assertTrue(err.toString().contains(missing + ": there is no such file"), err.toString());
        assertEquals(2, run(result, "--out", directory));
        assertTrue(err.toString().contains("--out=" + directory + " cannot be written"), err.toString());
        assertEquals(2, run(result, "--out", page, "--markdown", result));
        assertTrue(err.toString().contains("--markdown=" + result + " is one of the results"), err.toString());
        assertEquals(2, run(result, "--out", page, "--markdown", page));
        assertTrue(err.toString().contains("is the page's own file"), err.toString());
        assertEquals(2, run("--out", page));
        assertTrue(Files.notExists(page));
    }

    private int run(final Object... args) {
        final String[] words = new String[args.length];
        for (int i = 0; i < args.length; i++) {
            words[i] = args[i].toString();
        }
        return new CommandLine(new ReportCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
    }
}
