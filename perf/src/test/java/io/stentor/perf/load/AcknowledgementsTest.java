package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

final class AcknowledgementsTest {
    private final VirtualTime time = new VirtualTime(1_000);
    private final Acknowledgements acknowledgements = new Acknowledgements(time, 1);

    @Test
    void shouldTimeEachReceiptFromIntendedTimeOfItsMessageOnceWarmedUp() {
        acknowledgements.expect(0, 0);
        acknowledgements.expect(1, 0);
        acknowledgements.expect(2, 1_000);
        time.idle();
        time.idle();
        acknowledgements.onReceipt(5, true);
        acknowledgements.onReceipt(6, true);
        acknowledgements.onReceipt(9, true);

        final StageLog stages = new StageLog(null);
        acknowledgements.drain(stages);
        final Histogram latency = stages.totals().get(Stage.INTENDED_TO_RECEIPT);
        assertEquals(3, acknowledgements.received());
        assertEquals(2, latency.getTotalCount());
        assertEquals(1, latency.getCountAtValue(1_000));
        assertEquals(1, latency.getCountAtValue(2_000));
    }

    @Test
    void shouldCountRefusalAndReceiptOutOfOrder() {
        acknowledgements.expect(0, 0);
        acknowledgements.expect(1, 0);
        acknowledgements.onReceipt(8, false);
        acknowledgements.onReceipt(7, true);

        assertEquals(1, acknowledgements.refused());
        assertEquals(1, acknowledgements.outOfOrder());
    }

    @Test
    void shouldHoldMessagesBackWhileWindowIsFull() {
        for (long number = 0; number < Acknowledgements.WINDOW; number++) {
            assertTrue(acknowledgements.expect(number, 0));
        }
        assertFalse(acknowledgements.expect(Acknowledgements.WINDOW, 0));

        acknowledgements.onReceipt(1, true);
        assertTrue(acknowledgements.expect(Acknowledgements.WINDOW, 0));
    }
}
