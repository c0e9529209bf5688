package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.TestTokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sessions and subscriptions begin with a token and end with time. */
@ExtendWith(LeakWatch.class)
final class LifetimeOverSocketTest {

    private final FakeShard shard = new FakeShard();
    private final GatewayContext context = new GatewayContext()
            .port(0)
            .sessionPort(shard)
            .tokenKey(TestTokens.KEY)
            .expiryGraceMs(0)
            .closeTimeoutMs(3000);
    private Gateway gateway;

    @AfterEach
    void close() {
        gateway.close();
        shard.close();
    }

    @Test
    void shouldTakeUserAndDeviceFromToken() throws Exception {
        try (TestSocket client = open()) {
            final String token = TestTokens.sign(
                    TestTokens.KEY,
                    JWSAlgorithm.HS256,
                    "{\"sub\":\"alice\",\"dev\":\"tablet\",\"info\":{\"a\":1},\"exp\":" + (now() + 600) + "}");
            client.send("{\"id\":1,\"connect\":{\"token\":\"" + token + "\",\"data\":{\"device\":\"phone\"}}}");

            assertTrue(client.line(0).contains("\"expires\":true,\"ttl\":"), client.line(0));
            final ClientCommand.Connect connect = (ClientCommand.Connect) shard.commands.remove();
            assertEquals("alice", connect.user());
            assertEquals("tablet", connect.device());
            assertEquals("{\"a\":1}", new String(connect.info(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldRefuseConnectWithoutToken() throws Exception {
        try (TestSocket client = open()) {
            client.send("{\"id\":1,\"connect\":{}}", "{\"id\":2,\"subscribe\":{\"channel\":\"t\"}}");

            assertEquals(
                    "{\"id\":1,\"error\":{\"code\":101,\"message\":\"unauthorized: connect without a token\"}}",
                    client.line(0));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDisconnectWhenTokenIsForged(final boolean forTopic) throws Exception {
        final String token = forTopic
                ? TestTokens.subscribe("alice", "$a", now() + 600)
                : TestTokens.sign(
                        "x".repeat(32).getBytes(StandardCharsets.US_ASCII),
                        JWSAlgorithm.HS256,
                        "{\"sub\":\"alice\",\"exp\":" + (now() + 600) + "}");
        try (TestSocket client = open()) {
            client.send(connect(token));

            assertEquals("3500 invalid token", client.end());
            assertEquals(1, gateway.counters().ended(Disconnect.INVALID_TOKEN.code()));
        }
    }

    @Test
    void shouldAskForNewTokenWhenTokenHasExpired() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() - 1)));

            assertEquals("{\"id\":1,\"error\":{\"code\":109,\"message\":\"token expired\"}}", client.line(0));
        }
    }

    @Test
    void shouldDisconnectWhenTokenIsNotRefreshed() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 1))).line(0);

            assertEquals("3005 connection expired", client.end());
        }
    }

    @Test
    void shouldExtendSessionWhenTokenIsRefreshed() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600))).line(0);
            client.send(refresh(2, TestTokens.connect("alice", now() - 1)));
            client.send(refresh(3, TestTokens.connect("alice", now() + 900)));

            assertEquals("{\"id\":2,\"error\":{\"code\":109,\"message\":\"token expired\"}}", client.line(1));
            assertTrue(client.line(2).matches("\\{\"id\":3,\"refresh\":\\{.*\"expires\":true,\"ttl\":(900|899)}}"));
            client.send(refresh(4, TestTokens.connect("mallory", now() + 900)));
            assertEquals("3500 invalid token", client.end());
        }
    }

    @Test
    void shouldOpenPrivateTopicToHolderOfSubscriptionToken() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600))).line(0);
            client.send(subscribe(2, TestTokens.subscribe("bob", "$vip", now() + 600)));
            client.send(subscribe(3, TestTokens.subscribe("alice", "$other", now() + 600)));
            client.send(subscribe(4, TestTokens.subscribe("alice", "$vip", now() - 1)));
            client.send(subscribe(5, TestTokens.subscribe("alice", "$vip", now() + 600)));
            client.line(4);
            client.send("{\"id\":6,\"publish\":{\"channel\":\"$vip\",\"data\":1}}");

            assertEquals(
                    "{\"id\":2,\"error\":{\"code\":103,\"message\":\"permission denied: the token is another user's\"}}",
                    client.line(1));
            assertEquals(
                    "{\"id\":3,\"error\":{\"code\":103,\"message\":\"permission denied: the token is for something"
                            + " else\"}}",
                    client.line(2));
            assertEquals("{\"id\":4,\"error\":{\"code\":109,\"message\":\"token expired\"}}", client.line(3));
            assertTrue(
                    client.line(4).matches("\\{\"id\":5,\"subscribe\":\\{\"expires\":true,\"ttl\":(600|599),.*"),
                    client.line(4));
            assertEquals("{\"id\":6,\"publish\":{}}", client.line(6));
        }
    }

    @Test
    void shouldEndSubscriptionWhenItsTokenExpires() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600))).line(0);
            client.send(subscribe(2, TestTokens.subscribe("alice", "$vip", now() + 1)));
            client.line(1);

            assertEquals(
                    "{\"push\":{\"channel\":\"$vip\",\"unsubscribe\":{\"code\":2501,\"reason\":\"subscription"
                            + " expired\"}}}",
                    client.line(2));
            Await.until(
                    "the shard knows",
                    () -> shard.commands.stream().anyMatch(new ClientCommand.Unsubscribe(0, "$vip")::equals));
            client.send("{\"id\":3,\"history\":{\"channel\":\"$vip\"}}");
            assertTrue(client.line(3).contains("\"code\":103"), client.line(3));
        }
    }

    @Test
    void shouldExtendSubscriptionWhenItsTokenIsRefreshed() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600))).line(0);
            client.send(subscribe(2, TestTokens.subscribe("alice", "$vip", now() + 600)));
            client.line(1);
            client.send("{\"id\":3,\"sub_refresh\":{\"channel\":\"$vip\",\"token\":\""
                    + TestTokens.subscribe("alice", "$vip", now() + 900) + "\"}}");

            assertTrue(
                    client.line(2).matches("\\{\"id\":3,\"sub_refresh\":\\{\"expires\":true,\"ttl\":(900|899)}}"),
                    client.line(2));
        }
    }

    @Test
    void shouldCloseTopicWhenServerEndsSubscription() throws Exception {
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600))).line(0);
            shard.push(new Push.Subscribed("$vip", new io.stentor.transport.gateway.StreamPosition("1.1", 0)));
            client.line(1);
            client.send("{\"id\":2,\"history\":{\"channel\":\"$vip\"}}");
            assertTrue(client.line(2).startsWith("{\"id\":2,\"history\""), client.line(2));
            shard.push(new Push.Unsubscribed("$vip", 2000, "unsubscribed"));
            client.line(3);
            client.send("{\"id\":3,\"history\":{\"channel\":\"$vip\"}}");

            assertTrue(client.line(4).contains("\"code\":103"), client.line(4));
        }
    }

    @Test
    void shouldDisconnectWhenNobodyConnectsInTime() throws Exception {
        context.connectTimeoutMs(200);
        try (TestSocket client = open()) {
            assertEquals("3502 stale", client.end());
        }
    }

    @Test
    void shouldCloseWhenHandshakeComesByteByByteAndNeverEnds() throws Exception {
        context.connectTimeoutMs(200);
        gateway = Gateway.launch(context);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.setSoTimeout(10);
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
            Await.until("the end of a handshake that goes on for ever", () -> hasEndedAfterOneByteMore(client));
        }
    }

    @Test
    void shouldCloseWhenLaterRequestComesByteByByteAndNeverEnds() throws Exception {
        context.connectTimeoutMs(200).idleTimeoutMs(200);
        gateway = Gateway.launch(context);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            client.getOutputStream()
                    .write("GET /livez HTTP/1.1\r\nHost: a\r\n\r\nGET /".getBytes(StandardCharsets.US_ASCII));
            assertEquals('H', client.getInputStream().read());
            client.setSoTimeout(10);
            Await.until("the end of a request that goes on for ever", () -> hasEndedAfterOneByteMore(client));
        }
    }

    private static boolean hasEndedAfterOneByteMore(final Socket client) {
        try {
            client.getOutputStream().write('x');
            return client.getInputStream().read() < 0;
        } catch (final SocketTimeoutException ex) {
            return false;
        } catch (final IOException ex) {
            return true;
        }
    }

    @Test
    void shouldDisconnectWhenPingIsNotAnswered() throws Exception {
        context.pingIntervalMs(1000).pongTimeoutMs(100);
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600)));

            client.awaitPings(1);
            assertEquals("3012 no pong", client.end());
        }
    }

    @Test
    void shouldKeepSessionWhenPingsAreAnswered() throws Exception {
        context.pingIntervalMs(1000).pongTimeoutMs(500);
        try (TestSocket client = open()) {
            client.send(connect(TestTokens.connect("alice", now() + 600)));
            for (int ping = 1; ping <= 2; ping++) {
                client.awaitPings(ping);
                client.send("{}");
            }
            client.awaitPings(3);

            assertTrue(!client.end.isDone());
        }
    }

    private TestSocket open() throws Exception {
        gateway = Gateway.launch(context);
        return TestSocket.open(gateway.port());
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    private static String connect(final String token) {
        return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}";
    }

    private static String refresh(final int id, final String token) {
        return "{\"id\":" + id + ",\"refresh\":{\"token\":\"" + token + "\"}}";
    }

    private static String subscribe(final int id, final String token) {
        return "{\"id\":" + id + ",\"subscribe\":{\"channel\":\"$vip\",\"token\":\"" + token + "\"}}";
    }
}
