package io.stentor.transport.gateway.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.FakeEngine;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.server.Gateway;
import io.stentor.transport.gateway.server.GatewayContext;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Our own small clients against a real gateway. */
@ExtendWith(LeakWatch.class)
final class ClientsTest {

    private final FakeShard shard = new FakeShard();
    private final FakeEngine engine = new FakeEngine();
    private final Told told = new Told();
    private Gateway gateway;
    private TopicClient client;

    @BeforeEach
    void launch() {
        gateway = launch(0);
    }

    @AfterEach
    void close() {
        if (client != null) {
            client.close();
        }
        gateway.close();
        shard.close();
    }

    @Test
    void shouldFollowTopicFromItsBeginning() throws Exception {
        shard.publish("chat", "1");
        follow(new StreamPosition("", 0));
        Await.until("recovery", () -> told.events.contains("live 1"));
        shard.publish("chat", "{\"a\":2}");
        shard.publish("chat", new byte[] {1, 2, 3}, false, Map.of());

        Await.until("three messages", () -> told.events.size() == 4);
        assertEquals(List.of("1=1", "live 1", "2={\"a\":2}", "3=\u0001\u0002\u0003"), told.events);
    }

    @Test
    void shouldFollowLiveMessagesOnlyWithoutPosition() throws Exception {
        shard.publish("chat", "1");
        follow(null);
        Await.until("subscription", () -> told.events.contains("live 1"));
        shard.publish("chat", "2");

        Await.until("a message", () -> told.events.size() == 2);
        assertEquals(List.of("live 1", "2=2"), told.events);
    }

    @Test
    void shouldRecoverWhenServerRestarts() throws Exception {
        follow(new StreamPosition("", 0));
        Await.until("subscription", () -> told.events.contains("live 0"));
        final int port = gateway.port();
        gateway.close();
        shard.publish("chat", "1");
        // It was told to drain, and stands for its successor now.
        shard.notReadyReason = null;
        gateway = launch(port);
        shard.publish("chat", "2");

        Await.until("both messages", () -> told.events.contains("2=2"));
        assertEquals(
                List.of("1=1", "2=2"),
                told.events.stream().filter(event -> event.contains("=")).toList());
        assertTrue(told.events.contains("lost 3001 shutdown"), () -> told.events.toString());
    }

    @Test
    void shouldPageThroughHistoryWhenGapIsTooLong() throws Exception {
        shard.recoveryMax = 10;
        IntStream.rangeClosed(1, 1_234).forEach(n -> shard.publish("chat", "" + n));
        follow(new StreamPosition("", 0));
        Await.until("all messages", () -> told.events.contains("live 1234"));
        shard.publish("chat", "1235");

        Await.until("the live message", () -> told.events.contains("1235=1235"));
        assertEquals(
                IntStream.rangeClosed(1, 1_235).mapToObj(n -> n + "=" + n).toList(),
                told.events.stream().filter(event -> event.contains("=")).toList());
    }

    @Test
    void shouldResubscribeWhenFallenBehind() throws Exception {
        follow(null);
        Await.until("subscription", () -> told.events.contains("live 0"));
        shard.drop("chat");
        shard.push(new Push.Unsubscribed("chat", 2500, "behind"));
        shard.publish("chat", "1");

        Await.until("the message", () -> told.events.contains("1=1"));
    }

    @Test
    void shouldEndWhenSentAway() throws Exception {
        follow(null);
        Await.until("subscription", () -> told.events.contains("live 0"));
        shard.disconnect(Disconnect.FORCE_NO_RECONNECT);

        Await.until("the end", () -> told.events.contains("ended 3503 force disconnect"));
    }

    @Test
    void shouldTellWhyItCannotConnect() throws Exception {
        gateway.close();
        follow(null);
        Await.until("the failure", () -> !told.events.isEmpty());
        assertTrue(told.events.get(0).startsWith("lost 0 "), () -> told.events.toString());
    }

    @Test
    void shouldPublishOverApi() throws Exception {
        final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + gateway.port()), "dev");

        final ApiClient.Published json = api.publish("chat", bytes("{\"a\":1}"), "k1");
        api.publish("chat", new byte[] {(byte) 0xFF}, "");

        assertEquals(new ApiClient.Published("1.1", 1, "JOURNALED", false), json);
        final ApiPort.Publish first = engine.published.remove();
        assertEquals("k1", first.messageId());
        assertTrue(first.json());
        assertArrayEquals(new byte[] {(byte) 0xFF}, engine.published.remove().payload());
    }

    @Test
    void shouldGiveNumberOfRefusal() {
        final URI server = URI.create("http://127.0.0.1:" + gateway.port());
        final RefusedException full = assertThrows(
                RefusedException.class,
                () -> new ApiClient(server, "dev").publish(FakeEngine.FULL_TOPIC, bytes("1"), ""));
        final RefusedException stranger = assertThrows(
                RefusedException.class, () -> new ApiClient(server, "wrong").publish("chat", bytes("1"), ""));

        assertEquals(111, full.code());
        assertEquals("too many requests: the ring is full", full.getMessage());
        assertEquals(101, stranger.code());
    }

    @Test
    void shouldFailWhenServerIsGone() {
        gateway.close();
        final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + gateway.port()), "dev");

        assertThrows(IOException.class, () -> api.publish("chat", bytes("1"), ""));
    }

    private Gateway launch(final int port) {
        return Gateway.launch(new GatewayContext()
                .port(port)
                .sessionPort(shard)
                .apiPort(engine)
                .apiKey("dev", "dev")
                .dev(true)
                .closeTimeoutMs(2000));
    }

    private void follow(final StreamPosition since) {
        client = TopicClient.launch(
                URI.create("ws://127.0.0.1:" + gateway.port() + "/connection/websocket"),
                () -> "",
                "chat",
                since,
                told);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Remembers what it was told. */
    private static final class Told implements TopicListener {

        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(final StreamPosition position, final byte[] payload) {
            events.add(position.offset() + "=" + new String(payload, StandardCharsets.UTF_8));
        }

        @Override
        public void onSubscribed(final StreamPosition position) {
            events.add("live " + position.offset());
        }

        @Override
        public void onGap(final StreamPosition last, final StreamPosition next) {
            events.add("gap " + last.offset() + " " + next.offset());
        }

        @Override
        public void onDisconnected(final int code, final String reason) {
            events.add("lost " + code + " " + reason);
        }

        @Override
        public void onEnded(final int code, final String reason) {
            events.add("ended " + code + " " + reason);
        }
    }
}
