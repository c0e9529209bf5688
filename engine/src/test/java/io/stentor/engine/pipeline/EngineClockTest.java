package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EngineClockTest {

    private static final long SECOND_NS = 1_000_000_000L;

    private long wallMs = 1_000_000;
    private long nanoNs = 5;
    private final List<Long> steps = new ArrayList<>();

    @Test
    void shouldStartAtTheLastRecordWhenTheWallClockIsBehindIt() {
        final EngineClock clock = clock(wallMs * 1_000_000 + SECOND_NS);

        assertEquals(wallMs * 1_000_000 + SECOND_NS, clock.timeNs());
    }

    @Test
    void shouldStartAtTheWallClockWhenTheLastRecordIsOlder() {
        assertEquals(wallMs * 1_000_000, clock(17).timeNs());
    }

    @Test
    void shouldReportStepOfTheWallClockAndNotFollowIt() {
        final EngineClock clock = clock(0);
        final long before = clock.timeNs();

        wallMs -= 3_600_000;
        nanoNs += SECOND_NS;
        wallMs += 1_000;

        assertEquals(before + SECOND_NS, clock.advance());
        assertEquals(List.of(-3_600 * SECOND_NS), steps);
    }

    @Test
    void shouldSlewByAtMostOnePercentTowardsTheWallClock() {
        final EngineClock clock = clock(wallMs * 1_000_000 + 10 * SECOND_NS);
        long before = clock.timeNs();
        for (int i = 0; i < 100; i++) {
            nanoNs += SECOND_NS;
            wallMs += 1_000;
            final long after = clock.advance();
            assertEquals(before + SECOND_NS - SECOND_NS / 100, after);
            before = after;
        }
        assertTrue(steps.isEmpty());
    }

    @Test
    void shouldNeverGoBack() {
        final EngineClock clock = clock(0);
        long before = clock.timeNs();
        for (int i = 0; i < 1_000; i++) {
            nanoNs += i % 3 == 0 ? 0 : 1_000_000;
            wallMs += i % 7 == 0 ? -90_000 : 1;
            final long after = clock.advance();
            assertTrue(after >= before);
            before = after;
        }
    }

    private EngineClock clock(final long lastTimestampNs) {
        return new EngineClock(() -> wallMs, () -> nanoNs, lastTimestampNs, steps::add);
    }
}
