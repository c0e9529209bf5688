package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class JournalContextTest {
    private static JournalContext valid() {
        return new JournalContext().directory(Path.of("unused")).errorHandler(e -> {});
    }

    @Test
    void shouldNameTheBadSetting() {
        JournalContext context = valid().forceIntervalNs(50_000_001);
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, context::conclude);
        assertEquals("forceIntervalNs=50000001 ns is not within 1..50000000 ns", e.getMessage());
    }

    @Test
    void shouldRefuseSettingsOutOfTheirLimits() {
        assertThrows(
                IllegalArgumentException.class, () -> valid().batchRecordsMax(0).conclude());
        assertThrows(
                IllegalArgumentException.class,
                () -> valid().batchRecordsMax(257).conclude());
        assertThrows(
                IllegalArgumentException.class,
                () -> valid().batchBytesMax(65_537).conclude());
        assertThrows(
                IllegalArgumentException.class,
                () -> valid().diskReserveBytes(1).conclude());
        assertThrows(IllegalArgumentException.class, () -> new JournalContext().conclude());
    }

    @Test
    void shouldBeFixedOnceConcluded() {
        JournalContext context = valid().conclude();
        assertThrows(IllegalStateException.class, () -> context.groupId(1));
        assertThrows(IllegalStateException.class, context::conclude);
    }
}
