package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client that does not read costs a bounded outbox, and nobody else anything. */
@ExtendWith(LeakWatch.class)
final class SlowReaderTest {

    /** More than the sockets' buffers and the outbox hold together: 4,000 messages of 8 KiB. */
    private static final int MESSAGES = 4_000;

    private static final byte[] PAYLOAD = ("\"" + "x".repeat(8 * 1024 - 2) + "\"").getBytes(StandardCharsets.US_ASCII);
    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"flood\"}}";

    private final FakeShard shard = new FakeShard();
    private Gateway gateway;

    @BeforeEach
    void launch() {
        gateway = Gateway.launch(new GatewayContext()
                .port(0)
                .sessionPort(shard)
                .dev(true)
                .outboxMessagesMax(256)
                .outboxBytesMax(256 * 1024)
                .closeTimeoutMs(500));
    }

    @AfterEach
    void close() {
        gateway.close();
        shard.close();
    }

    @Test
    void shouldRefuseForSlowReaderAndServeTheOther() throws Exception {
        try (TestSocket deaf = TestSocket.openDeaf(gateway.port());
                TestSocket other = TestSocket.open(gateway.port())) {
            deaf.send(CONNECT, SUBSCRIBE);
            other.send(CONNECT, "{\"id\":2,\"subscribe\":{\"channel\":\"calm\"}}")
                    .line(1);
            Await.until("both sessions", () -> shard.sessions() == 2);
            flood();
            shard.publish("calm", "1");

            assertEquals("{\"push\":{\"channel\":\"calm\",\"pub\":{\"data\":1,\"offset\":1}}}", other.line(2));
            assertTrue(shard.refused.get() > 0, "the outbox took everything");
        }
    }

    @Test
    void shouldCutSlowReaderWhenDisconnected() throws Exception {
        try (TestSocket deaf = TestSocket.openDeaf(gateway.port())) {
            deaf.send(CONNECT, SUBSCRIBE);
            Await.until("the session", () -> shard.sessions() == 1);
            flood();
            shard.disconnect(Disconnect.SLOW);

            Await.until("the socket is closed", () -> gateway.connections() == 0);
        }
    }

    @Test
    void shouldDeliverInOrderWhenManyMessagesShareFrames() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            for (int i = 1; i <= 200; i++) {
                shard.publish("flood", "" + i);
            }

            client.line(201);
            for (int i = 1; i <= 200; i++) {
                assertEquals(
                        "{\"push\":{\"channel\":\"flood\",\"pub\":{\"data\":" + i + ",\"offset\":" + i + "}}}",
                        client.line(i + 1));
            }
        }
    }

    private void flood() {
        for (int i = 0; i < MESSAGES; i++) {
            shard.publish("flood", PAYLOAD, true, Map.of());
        }
    }
}
