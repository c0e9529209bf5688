package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What clients and backends get wrong, each answered by number; the tier serves on afterwards. For clients of the shard in
 * the engine's process, and for those of a shard in a process of its own.
 */
@ParameterizedClass
@EnumSource(BadClientIT.Edge.class)
final class BadClientIT {

    /** Where clients connect. */
    enum Edge {
        EMBEDDED,
        PROCESS
    }

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String TOPIC = "chat:good";
    private static final int MESSAGE_LENGTH_MAX = 64 * 1024;

    private static final int UNAUTHORIZED = 101;
    private static final int BAD_REQUEST = 107;
    private static final int TOKEN_EXPIRED = 109;
    private static final int MESSAGE_TOO_LARGE = 4001;
    private static final int DISCONNECT_INVALID_TOKEN = 3500;
    private static final int DISCONNECT_BAD_REQUEST = 3501;
    private static final int DISCONNECT_STALE = 3502;
    private static final int CLOSE_PROTOCOL_ERROR = 1002;
    private static final int CLOSE_INVALID_TEXT = 1007;
    private static final int CLOSE_TOO_BIG = 1009;

    private static Keys keys;
    private static Tier tier;
    private static Tier shard;
    private static ApiClient api;
    private static long published;

    /** Where this run's clients connect. */
    private final Tier edge;

    BadClientIT(final Edge where) {
        edge = where == Edge.EMBEDDED ? tier : shard;
    }

    @BeforeAll
    static void startTier() {
        keys = Keys.write(STENTOR.newDirectory());
        final String secret = keys.secretFile().toString();
        tier = STENTOR.serve(keys, STENTOR.newDirectory(), 0, "--shards", "127.0.0.1:0", "--secret-file", secret);
        shard = STENTOR.awaitReady(STENTOR.start(
                StentorProcesses.shardCommand(keys, tier.awaitShardsAddress(), "127.0.0.1:0", 2), Map.of()));
        api = tier.api(keys.apiKey());
        published = 0;
    }

    /** Nothing of what is wrong here stops the tier, and nothing of it was recorded. */
    @AfterEach
    void serveOn() {
        assertEquals(++published, api.publish(TOPIC, "still here"));
        for (final Tier each : List.of(tier, shard)) {
            assertEquals(200, each.api().status("/livez"));
            assertEquals(200, each.api().status("/readyz"));
            assertEquals(List.of(), each.process().err(), "a client's fault is nothing to print");
        }
    }

    @Test
    void shouldAnswer401WhenApiKeyIsWrong() {
        final ApiClient.Answer answer = tier.api("wrong").call("publish", Map.of("channel", TOPIC, "data", 1));
        assertEquals(401, answer.status());
        assertEquals(UNAUTHORIZED, answer.errorCode());
        assertTrue(message(answer).contains("X-API-Key"), answer::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[]", "{\"channel\": \"chat:good\", \"data\": }", "not json", "{} {}"})
    void shouldAnswer400WhenBodyIsNotOneObject(final String body) throws IOException {
        final ApiClient.Answer answer = api.post("/api/publish", body);
        assertEquals(400, answer.status(), answer::toString);
        assertEquals(BAD_REQUEST, answer.errorCode());
    }

    @ParameterizedTest
    @MethodSource("badPublishes")
    void shouldNameFieldWhenItIsWrong(final String field, final Map<String, ?> params) {
        final ApiClient.Answer answer = api.call("publish", params);
        assertEquals(BAD_REQUEST, answer.errorCode(), answer::toString);
        assertTrue(message(answer).contains("'" + field + "'"), answer::toString);
    }

    @Test
    void shouldRefuseWithNumberWhenMessageIsTooLarge() {
        final String largest = "x".repeat(MESSAGE_LENGTH_MAX - 2);
        assertEquals(++published, api.publish(TOPIC, largest));
        final ApiClient.Answer answer = api.call("publish", Map.of("channel", TOPIC, "data", largest + "x"));
        assertEquals(MESSAGE_TOO_LARGE, answer.errorCode(), answer::toString);
        assertTrue(message(answer).contains("65537"), answer::toString);
        try (SocketClient client = connect()) {
            final Map<String, ?> publish = Map.of("channel", TOPIC, "data", largest + "x");
            final JsonValue refused = client.ask("publish", publish);
            assertEquals(MESSAGE_TOO_LARGE, refused.at("error").at("code").number(), refused::toString);
            assertTrue(client.ask("publish", Map.of("channel", TOPIC, "data", 1))
                    .at("error")
                    .isAbsent());
            published++;
        }
    }

    @Test
    void shouldAnswer413WhenBodyIsTooLong() throws IOException {
        final ApiClient.Answer answer =
                api.post("/api/publish", "{\"channel\":\"" + "x".repeat(2 * 1024 * 1024) + "\"}");
        assertEquals(413, answer.status());
    }

    @Test
    void shouldRefuseWithNumberWhenClientNamesInvalidTopic() {
        try (SocketClient client = connect()) {
            for (final String topic : List.of("", "with blank", "caf\u00e9", "t\u0000", "x".repeat(256))) {
                for (final String command : List.of("subscribe", "publish", "history", "presence")) {
                    final JsonValue answer = client.ask(command, Map.of("channel", topic, "data", 1));
                    assertEquals(BAD_REQUEST, answer.at("error").at("code").number(), () -> command + " " + answer);
                }
            }
        }
    }

    @Test
    void shouldRefuseWithNumberWhenTokenIsExpired() {
        final Map<String, ?> claims = Map.of("sub", "alice", "exp", 1_000_000_000);
        try (SocketClient client = SocketClient.open(edge.webSocket(), push -> {})) {
            final JsonValue answer = client.ask("connect", Map.of("token", Keys.sign(claims, keys.tokenKey())));
            assertEquals(TOKEN_EXPIRED, answer.at("error").at("code").number());
        }
    }

    @ParameterizedTest
    @MethodSource("forgedTokens")
    void shouldEndSocketForGoodWhenTokenIsForged(final String token) {
        try (SocketClient client = SocketClient.open(edge.webSocket(), push -> {})) {
            client.send(JsonValue.write(Map.of("id", 1, "connect", Map.of("token", token))));
            assertEquals(DISCONNECT_INVALID_TOKEN, client.awaitEnd().code());
        }
    }

    @Test
    void shouldRefuseWithNumberWhenTokenIsMissing() {
        try (SocketClient client = SocketClient.open(edge.webSocket(), push -> {})) {
            assertEquals(
                    UNAUTHORIZED,
                    client.ask("connect", Map.of()).at("error").at("code").number());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "not json",
                "[]",
                "{\"id\":1",
                "{\"id\":\"x\",\"connect\":{}}",
                "{\"id\":1,\"subscribe\":{\"channel\":\"chat:good\"}}",
            })
    void shouldEndSocketForGoodWhenTextIsNotTheProtocol(final String text) {
        try (RawWebSocket socket = RawWebSocket.open(edge)) {
            socket.text(text);
            assertEquals(DISCONNECT_BAD_REQUEST, socket.readCloseCode());
        }
    }

    @Test
    void shouldEndSocketWithProtocolErrorWhenFrameIsMalformed() {
        try (RawWebSocket reserved = RawWebSocket.open(edge);
                RawWebSocket unmasked = RawWebSocket.open(edge);
                RawWebSocket invalid = RawWebSocket.open(edge)) {
            reserved.frame(0x83, new byte[] {1});
            assertEquals(CLOSE_PROTOCOL_ERROR, reserved.readCloseCode(), "an opcode that nobody has defined");
            unmasked.write(new byte[] {(byte) RawWebSocket.FINAL_TEXT, 2, '{', '}'});
            assertEquals(CLOSE_PROTOCOL_ERROR, unmasked.readCloseCode(), "a client's frame without a mask");
            invalid.frame(RawWebSocket.FINAL_TEXT, new byte[] {(byte) 0xC3, 0x28});
            assertEquals(CLOSE_INVALID_TEXT, invalid.readCloseCode(), "a text that is not UTF-8");
        }
    }

    @Test
    void shouldEndSocketWhenFrameIsLongerThanAnyCommand() {
        try (RawWebSocket socket = RawWebSocket.open(edge)) {
            socket.frame(RawWebSocket.FINAL_TEXT, "x".repeat(1024 * 1024).getBytes(StandardCharsets.US_ASCII));
            final int code = socket.readCloseCode();
            assertTrue(code == CLOSE_TOO_BIG || code == 0, () -> "close code " + code);
        }
    }

    /** One that connects and says nothing, and one that stops in the middle of its handshake, cost the others nothing. */
    @Test
    void shouldServeOthersAndEndSocketWhenClientSaysNothing() throws IOException {
        try (RawWebSocket silent = RawWebSocket.open(edge);
                Socket half = new Socket(edge.host(), edge.port());
                SocketClient other = connect()) {
            half.getOutputStream()
                    .write("GET /connection/websocket HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII));
            half.setSoTimeout((int) Await.SOON.toMillis());
            final JsonValue answer = other.ask("publish", Map.of("channel", TOPIC, "data", 1));
            assertTrue(answer.at("error").isAbsent(), answer::toString);
            published++;
            assertEquals(DISCONNECT_STALE, silent.readCloseCode());
            assertEquals(-1, half.getInputStream().read(), "the end of the half handshake");
        }
    }

    @Test
    void shouldAnswer404WhenPathOrMethodIsUnknown() throws IOException {
        assertEquals(404, api.status("/no/such/path"));
        assertEquals(404, api.post("/api/no_such_method", "{}").status());
    }

    static List<Arguments> badPublishes() {
        return List.of(
                bad("channel", Map.of("data", 1)),
                bad("channel", Map.of("channel", "", "data", 1)),
                bad("channel", Map.of("channel", "with blank", "data", 1)),
                bad("channel", Map.of("channel", "x".repeat(256), "data", 1)),
                bad("channel", Map.of("channel", 5, "data", 1)),
                bad("data", Map.of("channel", TOPIC)),
                bad("b64data", Map.of("channel", TOPIC, "b64data", "?")),
                bad("level", Map.of("channel", TOPIC, "data", 1, "level", "SURE")),
                bad("class", Map.of("channel", TOPIC, "data", 1, "class", "GOSSIP")));
    }

    static List<String> forgedTokens() {
        final Map<String, ?> claims = Map.of("sub", "alice", "exp", Keys.FAR_FUTURE_S);
        final String good = Keys.sign(claims, keys.tokenKey());
        final String unsigned = "eyJhbGciOiJub25lIn0" + good.substring(good.indexOf('.'), good.lastIndexOf('.') + 1);
        return List.of(
                Keys.sign(claims, "another-secret-of-more-than-32-bytes"),
                good.substring(0, good.length() - 2),
                unsigned,
                Keys.sign(Map.of("exp", Keys.FAR_FUTURE_S), keys.tokenKey()),
                Keys.sign(Map.of("sub", "alice"), keys.tokenKey()),
                "no token at all");
    }

    private static Arguments bad(final String field, final Map<String, ?> params) {
        return Arguments.of(field, params);
    }

    private SocketClient connect() {
        return SocketClient.connect(edge.webSocket(), keys.token("alice"), push -> {});
    }

    private static String message(final ApiClient.Answer answer) {
        return answer.body().at("error").at("message").text();
    }
}
