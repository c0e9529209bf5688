package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.stentor.perf.result.Point;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BacklogTest {

    @Test
    void shouldSayThatBacklogGrows() {
        assertEquals("the backlog grew from 150 to 450 messages", growth(1_000, 100, 200, 300, 400, 400, 500));
    }

    @Test
    void shouldPassOverOneThatComesAndGoes() {
        assertNull(growth(1_000, 10, 10, 900, 900, 10, 10));
        assertNull(growth(1_000, 10, 12, 10, 14, 12, 15));
    }

    @Test
    void shouldNotJudgeWhatIsTooShort() {
        assertNull(growth(1_000, 0, 100_000));
    }

    private static String growth(final long rate, final int... waiting) {
        return Backlog.growth(
                rate,
                IntStream.range(0, waiting.length)
                        .mapToObj(i ->
                                new Point.Second(i + 1, rate, 0, 0, 0, waiting[i] / 2, waiting[i] - waiting[i] / 2))
                        .toList());
    }
}
