package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How connections are shared out, and what a swarm answers. */
final class ConnsSwarmsTest {

    @ParameterizedTest
    @CsvSource({"60000, 4", "81, 2", "3, 4", "100003, 7", "1, 1"})
    void shouldShareOutEvenlyAndNeverTakeBack(final int count, final int parts) {
        final int[] shares = IntStream.range(0, parts)
                .map(part -> ConnsSwarms.share(count, parts, part))
                .toArray();

        assertEquals(count, IntStream.of(shares).sum());
        final int spread = IntStream.of(shares).max().getAsInt()
                - IntStream.of(shares).min().getAsInt();
        assertEquals(count % parts == 0 ? 0 : 1, spread);
        for (int part = 0; part < parts; part++) {
            final int more = ConnsSwarms.share(count + 1, parts, part);
            assertEquals(Math.max(shares[part], more), more, "a share shrank, of part " + part);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 10000", "10000, 10000", "10001, 20000", "15000, 20000"})
    void shouldKeepNumbersOfSwarmsApartByWholeAddresses(final int clients, final int stride) {
        assertEquals(stride, ConnsSwarms.stride(clients));
    }

    @Test
    void shouldAnswerEveryLine() throws IOException {
        final ByteArrayOutputStream answers = new ByteArrayOutputStream();
        try (Swarm swarm = new Swarm(1, number -> "")) {
            SwarmMain.obey(
                    new BufferedReader(new StringReader("grow 0\nfly\ngrow many\ngrow 0\n")),
                    swarm,
                    new PrintStream(answers, true, StandardCharsets.UTF_8));
        }

        assertEquals(
                "open 0\nerror 'fly' is no command\nerror For input string: \"many\"\nopen 0\n",
                answers.toString(StandardCharsets.UTF_8));
    }
}
