package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DiskReserveTest {
    @Test
    void shouldReserveTheGreatestOfItsThreeRules() {
        assertEquals(1L << 30, DiskReserve.automaticBytes(4L << 30));
        assertEquals(50L << 30, DiskReserve.automaticBytes(1_000L << 30));
    }
}
