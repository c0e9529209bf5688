package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.CachedNanoClock;
import org.junit.jupiter.api.Test;

final class ErrorLogTest {

    private static final int FLOOD = 100_000;

    private final List<String> lines = new ArrayList<>();
    private final CachedNanoClock clock = new CachedNanoClock();
    private final ErrorLog log = new ErrorLog(lines::add, clock);

    @Test
    void shouldSayFewLinesAndCountTheOthersWhenOneKindFloods() {
        flood();
        assertEquals(ErrorLog.LINES_MAX, lines.size());
        assertEquals("flood 0", lines.get(0));
        assertTrue(lines.get(ErrorLog.LINES_MAX - 1).contains("only counted"), lines::toString);

        clock.advance(ErrorLog.SPAN_NS);
        flood();
        assertEquals(2 * ErrorLog.LINES_MAX + 1, lines.size());
        assertEquals(
                FLOOD - ErrorLog.LINES_MAX + " more like the next one were only counted",
                lines.get(ErrorLog.LINES_MAX));
    }

    @Test
    void shouldSayWhatElseIsWrongWhenOneKindFloods() {
        flood();
        log.onError(new IllegalStateException("the disk is full"));
        log.onError(new IllegalStateException());
        assertEquals("the disk is full", lines.get(ErrorLog.LINES_MAX));
        assertEquals("java.lang.IllegalStateException", lines.get(ErrorLog.LINES_MAX + 1));
    }

    private void flood() {
        for (int i = 0; i < FLOOD; i++) {
            log.onError(new IllegalArgumentException("flood " + i));
        }
    }
}
