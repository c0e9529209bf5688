package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.perf.result.Connections;
import io.stentor.perf.result.Result;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is concluded from the steps. */
final class ConnsResultTest {

    private static final ProcessMemory ENGINE = new ProcessMemory(1_000, 2_000, 3_000);
    private static final ProcessMemory LATER_ENGINE = new ProcessMemory(9_000, 9_000, 4_003_000);

    private final List<ConnsStep> steps = List.of(
            step(1_000, 0, new ProcessMemory(10_000_000, 100_000_000, 200_000_000), ENGINE),
            step(2_000, 0, new ProcessMemory(99_000_000, 199_000_000, 299_000_000), ENGINE),
            step(3_000, 500_000_000, new ProcessMemory(16_000_000, 108_000_000, 210_000_000), LATER_ENGINE));

    @Test
    void shouldTakeSlopeBetweenFirstAndLastStep() {
        final ConnsResult result = new ConnsResult(steps, 0, 5_000);

        assertEquals(3_000, result.liveHeapBytes());
        assertEquals(4_000, result.anonymousBytes());
        assertEquals(5_000, result.residentBytes());
        assertEquals(2_000, result.engineBytes());
        assertTrue(result.isHeld());
        assertFalse(new ConnsResult(steps, 0, 4_999).isHeld());
    }

    @Test
    void shouldTakeRateAndProcessorTimeOfTheLastStep() {
        final ConnsResult result = new ConnsResult(steps, 4, 5_000);

        assertEquals(2_000, result.connectsPerSecond());
        assertEquals(500_000, result.cpuNsPerConnect());
    }

    @Test
    void shouldNotTellRateWhenTheLastStepWasTooShort() {
        final ConnsStep small = new ConnsStep(3_010, 10, 1, 1, ProcessMemory.NONE, ProcessMemory.NONE);
        final ConnsResult result = new ConnsResult(List.of(steps.get(0), small), 4, 5_000);

        assertNull(result.connectsPerSecond());
        assertNull(result.cpuNsPerConnect());
    }

    @Test
    void shouldNotTellProcessorTimeThatTheSystemDoesNotTell() {
        assertNull(new ConnsResult(steps.subList(0, 2), 4, 5_000).cpuNsPerConnect());
    }

    @Test
    void shouldBecomeAResultThatSaysWhy() {
        final Result missed = new ConnsResult(steps, 4, 4_999).toResult(null);

        assertEquals(Result.Verdict.FAIL, missed.verdict());
        assertEquals(List.of("a session takes more than 4999 bytes"), missed.reasons());
        final Connections connections = missed.connections();
        assertEquals(4, connections.shards());
        assertEquals(5_000, connections.residentBytesPerSession());
        assertEquals(
                new Connections.Step(2_000, 500_000_000, 99_000_000, 199_000_000, 299_000_000),
                connections.steps().get(1));
        assertEquals(
                1, new ConnsResult(steps, 0, 5_000).toResult(null).connections().shards());
    }

    private static ConnsStep step(
            final int connections, final long cpuNs, final ProcessMemory memory, final ProcessMemory engine) {
        return new ConnsStep(connections, 1_000, 500_000_000, cpuNs, memory, engine);
    }
}
