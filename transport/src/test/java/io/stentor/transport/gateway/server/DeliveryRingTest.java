package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class DeliveryRingTest {

    private final DeliveryRing ring = new DeliveryRing(4);

    @Test
    void shouldRefuseWhenFullAndTakeAgainWhenDrained() {
        for (int i = 0; i < 4; i++) {
            assertTrue(ring.offer(null, i));
        }
        assertFalse(ring.offer(null, 4));
        assertEquals(0, ring.take());
        assertTrue(ring.offer(null, 4));
        assertFalse(ring.offer(null, 5));
    }

    @Test
    void shouldForgetWhatWasTaken() {
        ring.offer(null, "x");
        ring.take();

        assertTrue(ring.isEmpty());
        assertNull(ring.first());
    }

    @Test
    void shouldKeepOrderBetweenTwoThreads() throws Exception {
        final int count = 200_000;
        final Thread producer = new Thread(() -> {
            for (int i = 0; i < count; i++) {
                while (!ring.offer(null, i)) {
                    Thread.onSpinWait();
                }
            }
        });
        producer.start();
        for (int i = 0; i < count; i++) {
            while (ring.isEmpty()) {
                Thread.onSpinWait();
            }
            assertEquals(i, ring.take());
        }
        producer.join();
    }
}
