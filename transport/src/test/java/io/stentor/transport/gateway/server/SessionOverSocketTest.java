package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.FakeShard;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StreamPosition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakWatch.class)
final class SessionOverSocketTest {

    private static final String CONNECT = "{\"id\":1,\"connect\":{\"data\":{\"device\":\"phone\"}}}";
    private static final String SUBSCRIBE = "{\"id\":2,\"subscribe\":{\"channel\":\"chat\"}}";

    private final FakeShard shard = new FakeShard();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final GatewayContext context = new GatewayContext()
            .port(0)
            .sessionPort(shard)
            .dev(true)
            .payloadLengthMax(1000)
            .closeTimeoutMs(3000)
            .errorHandler(faults::add);
    private Gateway gateway;

    @BeforeEach
    void launch() {
        gateway = Gateway.launch(context);
    }

    @AfterEach
    void close() {
        gateway.close();
        shard.close();
        assertEquals(List.of(), faults);
    }

    @Test
    void shouldOpenSessionWhenClientConnects() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT);

            assertTrue(
                    client.line(0)
                            .matches("\\{\"id\":1,\"connect\":\\{\"client\":\"[0-9a-f-]{36}\",\"version\":\"0.1.0\","
                                    + "\"ping\":25,\"pong\":true}}"),
                    client.line(0));
            final ClientCommand.Connect connect = (ClientCommand.Connect) shard.commands.remove();
            assertEquals("", connect.user());
            assertEquals("phone", connect.device());
        }
    }

    @Test
    void shouldAnswerInOrderWhenCommandsComeInOneFrame() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(
                    CONNECT,
                    SUBSCRIBE,
                    "{\"id\":3,\"publish\":{\"channel\":\"chat\",\"data\":{\"a\": [1,2]}}}",
                    "{\"id\":4,\"history\":{\"channel\":\"chat\",\"limit\":10}}",
                    "{\"id\":5,\"presence_stats\":{\"channel\":\"chat\"}}",
                    "{\"id\":6,\"unsubscribe\":{\"channel\":\"chat\"}}",
                    "{\"id\":7,\"ping\":{}}");

            client.line(7);
            final String id = shard.commands.stream()
                    .filter(ClientCommand.Connect.class::isInstance)
                    .map(command -> ((ClientCommand.Connect) command).client())
                    .findFirst()
                    .orElseThrow();
            final String info = ",\"info\":{\"user\":\"\",\"client\":\"" + id + "\"}";
            // The gateway's own answer (to ping) is the only one that may overtake the shard's.
            assertEquals(
                    List.of(
                            "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"1.1\",\"offset\":0,"
                                    + "\"positioned\":true,\"publications\":[]}}",
                            "{\"push\":{\"channel\":\"chat\",\"pub\":{\"data\":{\"a\": [1,2]},\"offset\":1" + info
                                    + "}}}",
                            "{\"id\":3,\"publish\":{}}",
                            "{\"id\":4,\"history\":{\"publications\":[{\"data\":{\"a\": [1,2]},\"offset\":1" + info
                                    + "}],\"epoch\":\"1.1\",\"offset\":1}}",
                            "{\"id\":5,\"presence_stats\":{\"num_clients\":1,\"num_users\":1}}",
                            "{\"id\":6,\"unsubscribe\":{}}"),
                    client.lines.stream()
                            .filter(line -> !line.contains("connect") && !line.contains("ping"))
                            .toList());
        }
    }

    @Test
    void shouldTellPositionBeforeRecoveredPublications() throws Exception {
        IntStream.rangeClosed(1, 3).forEach(n -> shard.publish("chat", "" + n));
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(
                    CONNECT,
                    "{\"id\":2,\"subscribe\":{\"channel\":\"chat\",\"recover\":true,\"epoch\":\"1.1\",\"offset\":1}}");

            assertEquals(
                    "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"1.1\",\"offset\":1,\"positioned\":true,"
                            + "\"was_recovering\":true,\"recovered\":true,\"publications\":["
                            + "{\"data\":2,\"offset\":2},{\"data\":3,\"offset\":3}]}}",
                    client.line(1));
        }
    }

    @Test
    void shouldTellTopWhenRecoveryFails() throws Exception {
        IntStream.rangeClosed(1, 3).forEach(n -> shard.publish("chat", "" + n));
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(
                    CONNECT,
                    "{\"id\":2,\"subscribe\":{\"channel\":\"chat\",\"recover\":true,\"epoch\":\"0.9\",\"offset\":1}}");

            assertEquals(
                    "{\"id\":2,\"subscribe\":{\"recoverable\":true,\"epoch\":\"1.1\",\"offset\":3,\"positioned\":true,"
                            + "\"was_recovering\":true,\"publications\":[]}}",
                    client.line(1));
        }
    }

    @Test
    void shouldRefuseFailedRecoveryWhenClientWantsAllOrNothing() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(
                    CONNECT,
                    "{\"id\":2,\"subscribe\":{\"channel\":\"chat\",\"recover\":true,\"epoch\":\"0.9\",\"flag\":3}}");

            assertEquals("{\"id\":2,\"error\":{\"code\":112,\"message\":\"unrecoverable position\"}}", client.line(1));
            Await.until(
                    "the subscription is left",
                    () -> shard.commands.stream().anyMatch(new ClientCommand.Unsubscribe(0, "chat")::equals));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "rpc":{"method":"ack","data":{"topic":"t","offset":7}} | "rpc":{"data":{}}
            "rpc":{"method":"read","data":{"topic":"t","offset":7}} | "rpc":{"data":{}}
            "rpc":{"method":"typing","data":{"topic":"t"}} | "rpc":{"data":{}}
            "rpc":{"method":"publish","data":{"topic":"t","data":1,"id":"m"}} | "rpc":{"data":{"epoch":"1.1","offset":1,"level":"JOURNALED","repeated":false}}
            "rpc":{"method":"publish","data":{"topic":"t"}} | "error":{"code":107,"message":"bad request: field 'data' must be there, or b64data"}
            "rpc":{"method":"ack","data":{"topic":"t","offset":-7}} | "error":{"code":107,"message":"bad request: field 'offset' must be a whole number of 0 to 2^53 - 1, not -7"}
            "rpc":{"method":"ack","data":{"offset":7}} | "error":{"code":107,"message":"bad request: a topic's name is empty"}
            "rpc":{"method":"ack","data":[1]} | "error":{"code":107,"message":"bad request: not a JSON object"}
            "rpc":{"method":"fly"} | "error":{"code":104,"message":"method not found: no method 'fly'"}
            "levitate":{} | "error":{"code":104,"message":"method not found: this server does not know the command"}
            "publish":{"channel":"t"} | "error":{"code":107,"message":"bad request: data is missing"}
            "publish":{"channel":"a b","data":1} | "error":{"code":107,"message":"bad request: a topic's name has printable ASCII characters only, not U+0020 at 1"}
            "publish":{"channel":"$t","data":1} | "error":{"code":103,"message":"permission denied: $t is private: subscribe first"}
            "history":{"channel":"$t"} | "error":{"code":103,"message":"permission denied: $t is private: subscribe first"}
            "subscribe":{"channel":"attaching"} | "error":{"code":100,"message":"internal server error: the shard attaches","temporary":true}
            "subscribe":{"channel":"$t"} | "error":{"code":103,"message":"permission denied: $t is private and needs a subscription token"}
            """)
    void shouldAnswerAsDocumented(final String command, final String answer) throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, "{\"id\":2," + command + "}");

            assertEquals("{\"id\":2," + answer + "}", client.line(1));
        }
    }

    @Test
    void shouldTakeMethodFromDataWhenClientSends() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(
                    CONNECT,
                    "{\"send\":{\"data\":{\"method\":\"fly\"}}}",
                    "{\"send\":{\"data\":{\"method\":\"ack\",\"topic\":\"t\",\"offset\":5}}}");

            Await.until(
                    "the acknowledgement",
                    () -> shard.commands.stream().anyMatch(new ClientCommand.Ack(0, "t", 5)::equals));
        }
    }

    @Test
    void shouldRefuseLongMessage() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, "{\"id\":2,\"publish\":{\"channel\":\"t\",\"data\":\"" + "x".repeat(1000) + "\"}}");

            assertEquals(
                    "{\"id\":2,\"error\":{\"code\":4001,\"message\":\"message too large: 1002 bytes, the limit is"
                            + " 1000\"}}",
                    client.line(1));
            assertEquals(1, gateway.counters().refusedCommands(ClientError.MESSAGE_TOO_LARGE.code()));
        }
    }

    @Test
    void shouldCloseWhenFrameIsTooLong() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, "{\"id\":2,\"publish\":{\"channel\":\"t\",\"data\":\"" + "x".repeat(40_000) + "\"}}");

            assertTrue(client.end().startsWith("1009 "), client.end());
            Await.until("it is counted", () -> gateway.counters().ended(1009) == 1);
        }
    }

    @Test
    void shouldJoinFragments() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.sendFragmented("{\"id\":1,", "\"connect\":{}}");

            assertTrue(client.line(0).startsWith("{\"id\":1,\"connect\""));
        }
    }

    @Test
    void shouldCloseWhenFragmentsAreTooLongTogether() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.sendFragmented("x".repeat(15_000), "x".repeat(15_000));

            assertTrue(client.end().startsWith("1009 "), client.end());
            Await.until("it is counted", () -> gateway.counters().ended(1009) == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":1,\"subscribe\":{\"channel\":\"chat\"}}",
                "{}",
                "{\"connect\":{}}",
                "nonsense",
                "[]",
                "",
                "{\"id\":1,\"connect\":{}",
                "{\"id\":-1,\"connect\":{}}",
                "{\"id\":1,\"connect\":{\"token\":5}}",
                "{\"id\":1,\"connect\":5}",
                "{\"id\":1,\"connect\":{},\"ping\":{}}"
            })
    void shouldDisconnectWhenFirstFrameIsBad(final String frame) throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(frame);

            assertEquals("3501 bad request", client.end());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CONNECT, "{\"publish\":{\"channel\":\"t\",\"data\":1}}", "{\"id\":5,"})
    void shouldDisconnectWhenLaterFrameIsBad(final String frame) throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT).send(frame);

            assertEquals("3501 bad request", client.end());
            Await.until("the session is closed", () -> shard.sessions() == 0);
        }
    }

    @Test
    void shouldDisconnectWhenJsonClientSendsBytes() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT.getBytes(StandardCharsets.UTF_8));

            assertEquals("3501 bad request", client.end());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSpeakProtobufWhenAsked(final boolean bySubprotocol) throws Exception {
        try (TestSocket client = bySubprotocol
                ? TestSocket.openProtobuf(gateway.port())
                : TestSocket.openWithQuery(gateway.port(), "?format=protobuf")) {
            // Command{id=1, connect={}} and Command{id=2, subscribe={channel="chat"}}.
            client.send(HexFormat.of().parseHex("04" + "0801" + "2200" + "0a" + "0802" + "2a06" + "0a0463686174"));
            Await.until("both answers", () -> total(client) > 60);
            shard.publish("chat", new byte[] {(byte) 0xFF}, false, Map.of());

            // Reply{push={channel="chat", pub={offset=1, data=ff}}}.
            final byte[] expected =
                    HexFormat.of().parseHex("0f" + "220d" + "120463686174" + "2205" + "3001" + "2201ff");
            Await.until(
                    "the publication", () -> client.frames.stream().anyMatch(frame -> Arrays.equals(expected, frame)));
        }
    }

    @Test
    void shouldEncodeBytesForJsonClient() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            shard.publish("chat", new byte[] {1, 2, 3}, false, Map.of("k", "v"));
            shard.publish("chat", "{\n\"a\":\n1}".getBytes(StandardCharsets.UTF_8), true, Map.of());

            assertEquals(
                    "{\"push\":{\"channel\":\"chat\",\"pub\":{\"data\":\"AQID\",\"offset\":1,"
                            + "\"tags\":{\"k\":\"v\",\"encoding\":\"base64\"}}}}",
                    client.line(2));
            assertEquals(
                    "{\"push\":{\"channel\":\"chat\",\"pub\":{\"data\":{ \"a\": 1},\"offset\":2}}}", client.line(3));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 70, 200, 70_000, 140_000})
    void shouldDeliverPayloadsOfEveryLength(final int length) throws Exception {
        final String payload = '"' + "x".repeat(length) + '"';
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            shard.publish("chat", payload);

            assertEquals(
                    "{\"push\":{\"channel\":\"chat\",\"pub\":{\"data\":" + payload + ",\"offset\":1}}}",
                    client.line(2));
        }
    }

    @Test
    void shouldReportDefectAndGoOnWhenPublicationCannotBeEncoded() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            shard.publishBrokenTags("chat");
            shard.publish("chat", "2");

            assertEquals("{\"push\":{\"channel\":\"chat\",\"pub\":{\"data\":2,\"offset\":2}}}", client.line(2));
            assertEquals(1, faults.size());
            faults.clear();
        }
    }

    @Test
    void shouldDeliverEveryPush() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT).line(0);
            final ClientInfo who = new ClientInfo("c", "u", "{\"n\":1}".getBytes(StandardCharsets.UTF_8));
            shard.push(new Push.Join("t", who));
            shard.push(new Push.Leave("t", who));
            shard.push(new Push.Subscribed("t", new StreamPosition("1.1", 4)));
            shard.push(new Push.Unsubscribed("t", 2500, "behind"));
            shard.push(new Push.Typing("t", "u", 6));

            client.line(5);
            final String info = "{\"info\":{\"user\":\"u\",\"client\":\"c\",\"conn_info\":{\"n\":1}}}";
            assertEquals(
                    List.of(
                            "{\"push\":{\"channel\":\"t\",\"join\":" + info + "}}",
                            "{\"push\":{\"channel\":\"t\",\"leave\":" + info + "}}",
                            "{\"push\":{\"channel\":\"t\",\"subscribe\":{\"recoverable\":true,\"epoch\":\"1.1\","
                                    + "\"offset\":4,\"positioned\":true}}}",
                            "{\"push\":{\"channel\":\"t\",\"unsubscribe\":{\"code\":2500,\"reason\":\"behind\"}}}",
                            "{\"push\":{\"message\":{\"data\":{\"typing\":{\"topic\":\"t\",\"user\":\"u\",\"ttl\":6}}}}}"),
                    client.lines.subList(1, 6));
        }
    }

    @Test
    void shouldWriteWhatIsLeftBeforeDisconnecting() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            shard.publish("chat", "1");
            shard.disconnect(Disconnect.FORCE_RECONNECT);

            assertEquals("3011 force reconnect", client.end());
            assertEquals(3, client.lines.size());
            Await.until("the session is closed", () -> shard.sessions() == 0);
        }
    }

    @Test
    void shouldAnswerTooManyRequestsWhenShardIsFull() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT).line(0);
            shard.accepting = false;
            client.send("{\"id\":2,\"publish\":{\"channel\":\"t\",\"data\":1}}");

            assertEquals(
                    "{\"id\":2,\"error\":{\"code\":111,\"message\":\"too many requests\",\"temporary\":true}}",
                    client.line(1));
            client.send("{\"send\":{\"data\":{\"method\":\"publish\",\"topic\":\"t\",\"data\":1}}}");
            assertEquals("3013 too many requests", client.end());
        }
    }

    @Test
    void shouldDisconnectWhenShardIsFullAtConnect() throws Exception {
        shard.accepting = false;
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT);

            assertEquals("3013 too many requests", client.end());
        }
    }

    @Test
    void shouldLimitCommandsInFlight() throws Exception {
        shard.ignored = command -> command instanceof ClientCommand.Presence;
        try (TestSocket client = TestSocket.open(gateway.port())) {
            client.send(CONNECT).line(0);
            client.send(IntStream.rangeClosed(2, 130)
                    .mapToObj(id -> "{\"id\":" + id + ",\"presence\":{\"channel\":\"t\"}}")
                    .toArray(String[]::new));

            assertEquals(
                    "{\"id\":130,\"error\":{\"code\":111,\"message\":\"too many requests\",\"temporary\":true}}",
                    client.line(1));
        }
    }

    @Test
    void shouldDrainWhenClosed() throws Exception {
        try (TestSocket client = TestSocket.open(gateway.port());
                TestSocket silent = TestSocket.open(gateway.port())) {
            client.send(CONNECT, SUBSCRIBE).line(1);
            gateway.close();

            assertEquals("3001 shutdown", client.end());
            assertEquals("3001 shutdown", silent.end());
        }
    }

    @Test
    void shouldRefuseUpgradeWhenShardIsNotReady() throws Exception {
        shard.notReadyReason = "no engine";

        assertEquals(503, TestSocket.upgradeStatus(gateway.port(), "http://localhost:3000"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:3000, 101",
        "http://127.0.0.1, 101",
        "http://[::1]:8000, 101",
        "https://evil.example, 403",
        "http://localhost.evil.example, 403",
        "http://127.0.0.1.evil.example, 403",
        "null, 403"
    })
    void shouldLetOnlyPagesOfThisMachineInWhenDev(final String origin, final int status) throws Exception {
        assertEquals(status, TestSocket.upgradeStatus(gateway.port(), origin));
    }

    @Test
    void shouldNameAddressWhenPortIsInUse() {
        final IllegalStateException refused = assertThrows(
                IllegalStateException.class,
                () -> Gateway.launch(new GatewayContext()
                        .port(gateway.port())
                        .sessionPort(shard)
                        .dev(true)));

        assertEquals("cannot listen on 127.0.0.1:" + gateway.port() + ": address already in use", refused.getMessage());
    }

    private static int total(final TestSocket client) {
        return client.frames.stream().mapToInt(frame -> frame.length).sum();
    }
}
