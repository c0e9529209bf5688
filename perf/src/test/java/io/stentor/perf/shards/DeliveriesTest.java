package io.stentor.perf.shards;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What the rig must not pass over. */
final class DeliveriesTest {

    private final Deliveries deliveries = new Deliveries(2);

    private void deliver(final long number, final long offset) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[16]);
        payload.putLong(0, number, ByteOrder.LITTLE_ENDIAN);
        deliveries.onPublication(
                new Publication().reset("perf:0", 1, offset, 1, 0, 0).payload(payload, 0, payload.capacity()));
    }

    private String problem() {
        return assertThrows(IllegalStateException.class, () -> deliveries.await(4))
                .getMessage();
    }

    @Test
    void shouldPassWhatComesInItsTurn() {
        deliver(0, 1);
        deliver(1, 1);
        deliver(2, 2);
        deliver(3, 2);
        deliveries.await(4);
    }

    @Test
    void shouldFailWhenMessageIsMissing() {
        deliver(0, 1);
        deliver(2, 2);
        assertTrue(problem().contains("message 2 came as offset 2"), this::problem);
    }

    @Test
    void shouldFailWhenMessageIsRepeated() {
        deliver(0, 1);
        deliver(0, 1);
        assertTrue(problem().contains("message 0"), this::problem);
    }

    @Test
    void shouldFailWhenMessageHasAnotherOffset() {
        deliver(0, 2);
        assertTrue(problem().contains("offset 2"), this::problem);
    }

    @Test
    void shouldFailWhenSubscriptionEnds() {
        deliveries.onPush(new Push.Unsubscribed("perf:0", 2500, "insufficient state"));
        assertTrue(problem().contains("insufficient state"), this::problem);
    }
}
