package io.stentor.perf.edge;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a run must not pass over. */
final class FanoutLoadTest {

    private final Swarm swarm = new Swarm(1, number -> "");
    private final FanoutLoad load = new FanoutLoad(swarm, null, SystemNanoClock.INSTANCE, "t", "1");
    private final SwarmSocket socket = new SwarmSocket(null, "");

    @AfterEach
    void close() {
        swarm.close();
    }

    @Test
    void shouldFailWhenAMessageComesThatWasNotPublished() {
        load.onPublication(socket, 1);

        final IOException failure = assertThrows(IOException.class, swarm::check);
        assertTrue(failure.getMessage().contains("came 1 of 0 published"), failure.getMessage());
    }

    @Test
    void shouldFailWhenAnOffsetIsMissing() {
        load.onPublication(socket, 2);

        final IOException failure = assertThrows(IOException.class, swarm::check);
        assertTrue(failure.getMessage().contains("after offset 0 came 2"), failure.getMessage());
    }

    @Test
    void shouldFailWhenAnOffsetComesAgain() {
        socket.offset = 5;

        load.onPublication(socket, 5);

        final IOException failure = assertThrows(IOException.class, swarm::check);
        assertTrue(failure.getMessage().contains("after offset 5 came 5"), failure.getMessage());
    }
}
