package io.stentor.transport.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.TestTokens;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is turned away, how, and how that is counted. */
@ExtendWith(LeakWatch.class)
final class AdmissionOverSocketTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{}}";
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    private final FakeShard shard = new FakeShard();
    private final GatewayContext context =
            new GatewayContext().port(0).sessionPort(shard).dev(true).closeTimeoutMs(3000);
    private Gateway gateway;

    @AfterEach
    void close() {
        gateway.close();
        shard.close();
    }

    @Test
    void shouldLetClientsBeyondTheRateWaitForTheirTurn() throws Exception {
        launch(context.connectsPerSecondMax(2));
        final List<TestSocket> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(TestSocket.open(gateway.port()));
        }
        for (final TestSocket client : clients) {
            client.send(CONNECT, "{\"id\":2,\"subscribe\":{\"channel\":\"t\"}}");
        }

        for (final TestSocket client : clients) {
            assertTrue(client.line(0).contains("\"connect\":{\"client\""), client.line(0));
            assertTrue(client.line(1).contains("\"id\":2"), client.line(1));
        }
        assertEquals(0, gateway.counters().refusedByRate());
        clients.forEach(TestSocket::close);
    }

    @Test
    void shouldAskClientsBeyondTheRateToTryAgain() throws Exception {
        // One a second: the second client comes within the first one's second, or the machine was very slow.
        launch(context.connectsPerSecondMax(1));
        try (TestSocket first = TestSocket.open(gateway.port())) {
            first.send(CONNECT);
            final List<TestSocket> others = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                others.add(TestSocket.open(gateway.port()));
            }
            for (final TestSocket other : others) {
                other.send(CONNECT);
            }
            Await.until("some are refused", () -> gateway.counters().refusedByRate() > 0);

            final TestSocket refused = refused(others);
            assertTrue(
                    refused.line(0)
                            .matches(
                                    "\\{\"id\":1,\"error\":\\{\"code\":111,\"message\":\"too many requests: try again in"
                                            + " [0-3]\\.[0-9] s\",\"temporary\":true}}"),
                    refused.line(0));
            final String hint = refused.line(0).replaceAll(".*(try again in [0-9.]+ s).*", "$1");
            assertEquals("3013 too many requests: " + hint, refused.end());
            assertTrue(first.line(0).contains("\"connect\":{\"client\""), first.line(0));
            others.forEach(TestSocket::close);
        }
    }

    @Test
    void shouldRefuseBeforeItLooksAtTheToken() throws Exception {
        launch(context.connectsPerSecondMax(1).tokenKey(TestTokens.KEY));
        final List<TestSocket> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(TestSocket.open(gateway.port()).send("{\"id\":1,\"connect\":{\"token\":\"forged\"}}"));
        }

        assertEquals(3013, Integer.parseInt(refused(clients).end().substring(0, 4)));
        clients.forEach(TestSocket::close);
    }

    @Test
    void shouldKeepPlacesForOthersThanClients() throws Exception {
        launch(context.connectionsMax(16));
        final List<TestSocket> clients = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            clients.add(TestSocket.open(gateway.port()));
        }

        final String refusal = raw(upgrade("Sec-WebSocket-Version: 13", KEY));
        assertTrue(refusal.startsWith("HTTP/1.1 503 "), refusal);
        assertTrue(refusal.endsWith("this process holds 14 clients, as many as it may; try later\n"), refusal);
        final String ready = raw("GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertTrue(ready.endsWith("ok\n"), ready);
        assertEquals(1, gateway.counters().refusedByLimit());
        clients.forEach(TestSocket::close);
    }

    @Test
    void shouldCloseSocketsBeyondTheLimitAtOnce() throws Exception {
        launch(context.connectionsMax(8));
        final List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            sockets.add(new Socket(InetAddress.getLoopbackAddress(), gateway.port()));
        }
        Await.until("they are accepted", () -> gateway.connections() == 8);

        try (Socket extra = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            extra.setSoTimeout(10_000);
            assertEquals(-1, extra.getInputStream().read());
        }
        assertEquals(1, gateway.counters().refusedByLimit());
        Await.until("it is forgotten", () -> gateway.connections() == 8);
        for (final Socket socket : sockets) {
            socket.close();
        }
        Await.until("there is room again", () -> gateway.connections() == 0);
        try (TestSocket client = TestSocket.open(gateway.port())) {
            assertTrue(client.send(CONNECT).line(0).contains("\"connect\""), client.line(0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13,Sec-WebSocket-Key: short"})
    void shouldRefuseUpgradeThatLacksSomething(final String headers) throws Exception {
        launch(context);

        final String answer = raw(upgrade(headers.split(",")));
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertEquals(1, gateway.counters().badHandshakes());
    }

    @Test
    void shouldRefuseWhatIsNoRequest() throws Exception {
        launch(context);

        final String answer = raw("\u0001\u0002 nonsense\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
        assertEquals(1, gateway.counters().badHandshakes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Sec-WebSocket-Version: 99", "X: none"})
    void shouldNameItsVersionToClientsOfAnother(final String version) throws Exception {
        launch(context);

        final String answer = raw(upgrade(version, KEY));
        assertTrue(answer.startsWith("HTTP/1.1 426 "), answer);
        assertTrue(answer.contains("sec-websocket-version: 13"), answer);
        assertEquals(1, gateway.counters().badHandshakes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /connection/websocket HTT", "GET /connection/websocket HTTP/1.1\r\nHost: a\r\nUpgr"})
    void shouldGiveUpOnHalfAHandshakeAndCountItOnce(final String half) throws Exception {
        launch(context.connectTimeoutMs(50));

        assertEquals("", raw(half));
        // Its event loop has ended when this returns, so that nothing is counted any more.
        gateway.close();
        assertEquals(1, gateway.counters().badHandshakes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"garbage", "{\"id\":1,\"subscribe\":{\"channel\":\"t\"}}", "{\"connect\":{}}", "{}"})
    void shouldCountMalformedFirstFrame(final String frame) throws Exception {
        launch(context);
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(frame);

            assertEquals("3501 bad request", client.end());
        }
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT).line(0);
            client.send("garbage");

            assertEquals("3501 bad request", client.end());
        }
        assertEquals(1, gateway.counters().malformedFirstFrames());
    }

    /** A frame without a mask, one with a reserved bit, and a text that is no UTF-8. */
    @ParameterizedTest
    @CsvSource({"1002, 81 01 78", "1002, C1 81 00 00 00 00 78", "1007, 81 81 00 00 00 00 FF"})
    void shouldCountFramesThatAreNone(final int code, final String frame) throws Exception {
        launch(context);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            final OutputStream out = socket.getOutputStream();
            out.write(upgrade("Sec-WebSocket-Version: 13", KEY).getBytes(ISO_8859_1));
            final InputStream in = socket.getInputStream();
            final StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.read());
            }
            assertTrue(head.toString().startsWith("HTTP/1.1 101 "), head::toString);

            out.write(HexFormat.ofDelimiter(" ").parseHex(frame));
            final byte[] close = in.readAllBytes();
            assertEquals(
                    code,
                    ((close[2] & 0xFF) << 8) | (close[3] & 0xFF),
                    () -> HexFormat.of().formatHex(close));
        }
        Await.until("it is counted", () -> gateway.counters().ended(code) == 1);
    }

    @Test
    void shouldCountClientsThatNeverConnect() throws Exception {
        launch(context.connectTimeoutMs(50));
        try (TestSocket client = TestSocket.open(gateway.port())) {
            assertEquals("3502 stale", client.end());
        }

        assertEquals(1, gateway.counters().ended(Disconnect.STALE.code()));
    }

    @Test
    void shouldTellEveryClientToLeaveAndTakeNobodyNewWhenItCloses() throws Exception {
        launch(context);
        final List<TestSocket> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(TestSocket.open(gateway.port()).send(CONNECT));
        }
        for (final TestSocket client : clients) {
            client.line(0);
        }
        gateway.close();

        for (final TestSocket client : clients) {
            assertEquals("3001 shutdown", client.end());
        }
        assertEquals("draining", shard.notReadyReason);
    }

    @Test
    void shouldSpreadFarewellsWithinHalfOfItsTime() {
        launch(context);

        assertEquals(0, Gateway.leavingMs(3, 5_000));
        assertEquals(1_000, Gateway.leavingMs(4_000, 5_000));
        assertEquals(2_500, Gateway.leavingMs(60_000, 5_000));
        assertEquals(0, Gateway.leavingMs(60_000, 0));
    }

    private void launch(final GatewayContext settings) {
        gateway = Gateway.launch(settings);
    }

    /** A client that was told to try again. */
    private static TestSocket refused(final List<TestSocket> clients) throws Exception {
        Await.until("somebody is refused by the rate", () -> find(clients) != null);
        return find(clients);
    }

    private static TestSocket find(final List<TestSocket> clients) {
        return clients.stream()
                .filter(client -> client.end.isDone() && client.end.join().startsWith("3013"))
                .findFirst()
                .orElse(null);
    }

    private static String upgrade(final String... headers) {
        return "GET /connection/websocket HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    private String raw(final String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
