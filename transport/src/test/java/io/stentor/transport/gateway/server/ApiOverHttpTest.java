package io.stentor.transport.gateway.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.Await;
import io.stentor.transport.gateway.FakeEngine;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(LeakWatch.class)
final class ApiOverHttpTest {

    private final FakeEngine engine = new FakeEngine();
    private final List<Throwable> faults = new CopyOnWriteArrayList<>();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Gateway gateway;

    @BeforeEach
    void launch() {
        gateway = Gateway.launch(new GatewayContext()
                .port(0)
                .apiPort(engine)
                .apiKey("shop", "secret-1")
                .apiKey("bank", "secret-2")
                .payloadLengthMax(1000)
                .bodyLengthMax(4000)
                .closeTimeoutMs(1000)
                .errorHandler(faults::add));
    }

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void shouldPublishRawJsonWhenKeyIsGood() throws Exception {
        final String answer = post(
                "publish",
                "{\"channel\":\"chat\",\"data\":{\"text\": \"h\\u0069\"},\"tags\":{\"k\":\"v\"},"
                        + "\"idempotency_key\":\"m1\",\"level\":\"synced\",\"class\":\"PAYMENT\",\"unknown\":[1]}");

        assertEquals("{\"result\":{\"offset\":1,\"epoch\":\"1.1\",\"level\":\"SYNCED\",\"repeated\":false}}", answer);
        final ApiPort.Publish message = engine.published.remove();
        assertEquals("chat", message.topic());
        assertEquals("{\"text\": \"h\\u0069\"}", new String(message.payload(), StandardCharsets.UTF_8));
        assertTrue(message.json());
        assertEquals("m1", message.messageId());
        assertEquals(Map.of("k", "v"), message.tags());
        assertEquals(AckLevel.SYNCED, message.level());
        assertEquals(DeliveryClass.PAYMENT, message.deliveryClass());
        assertEquals("api:shop", message.sender());
    }

    @Test
    void shouldPublishBytesWhenBodyHasBase64() throws Exception {
        post("publish", "{\"channel\":\"chat\",\"b64data\":\"AQID\"}");
        post("publish", "{\"channel\":\"chat\",\"b64data\":\"eyJhIjoxfQ==\"}");

        final ApiPort.Publish bytes = engine.published.remove();
        assertArrayEquals(new byte[] {1, 2, 3}, bytes.payload());
        assertFalse(bytes.json());
        assertNull(bytes.messageId());
        assertNull(bytes.level());
        assertTrue(engine.published.remove().json());
    }

    @Test
    void shouldAnswerEachTopicWhenBroadcasting() throws Exception {
        final String answer =
                post("broadcast", "{\"channels\":[\"a\",\"full\",\"b c\",\"d\"],\"data\":1,\"idempotency_key\":\"k\"}");

        assertEquals(
                "{\"result\":{\"responses\":["
                        + "{\"result\":{\"offset\":1,\"epoch\":\"1.1\",\"level\":\"JOURNALED\",\"repeated\":false}},"
                        + "{\"error\":{\"code\":111,\"message\":\"too many requests: the ring is full\"}},"
                        + "{\"error\":{\"code\":107,\"message\":\"bad request: field 'channel': a topic's name has"
                        + " printable ASCII characters only, not U+0020 at 1\"}},"
                        + "{\"result\":{\"offset\":2,\"epoch\":\"1.1\",\"level\":\"JOURNALED\",\"repeated\":false}}"
                        + "]}}",
                answer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            presence       | {"channel":"c"} | {"result":{"presence":{"c1":{"client":"c1","user":"alice","conn_info":{"name":"Alice"}}}}}
            presence_stats | {"channel":"c"} | {"result":{"num_clients":3,"num_users":2}}
            presence       | {"channel":"silent"} | {"result":{"presence":{"c1":{"client":"c1","user":"alice","conn_info":{"name":"Alice"}}},"silent_shards":2}}
            presence_stats | {"channel":"silent"} | {"result":{"num_clients":3,"num_users":2,"silent_shards":1}}
            history        | {"channel":"c"} | {"result":{"publications":[],"epoch":"1.1","offset":2}}
            history        | {"channel":"c","limit":5,"since":{"offset":0,"epoch":"1.1"},"reverse":true} | {"result":{"publications":[{"data":{"a":1},"offset":1,"info":{"user":"u","client":"c"}},{"b64data":"AQID","offset":2,"tags":{"k":"v"}}],"epoch":"1.1","offset":2}}
            channels       | {"pattern":"c*"} | {"result":{"channels":{"chat":{"num_clients":3}}}}
            info           | {} | {"result":{"nodes":[{"uid":"1.1","name":"one","version":"0.1.0","num_clients":3,"num_users":2,"num_subs":5,"num_channels":4,"uptime":60}]}}
            subscribe      | {"user":"u","channel":"c"} | {"result":{}}
            unsubscribe    | {"user":"u"} | {"result":{}}
            disconnect     | {"user":"u","client":"x","disconnect":{"code":4000,"reason":"bye"}} | {"result":{}}
            connect_info   | {"user":"alice"} | {"result":{"url":"ws://one:8000/connection/websocket","shard":"one","shards":3}}
            connect_info   | {"user":"nobody"} | {"error":{"code":108,"message":"not available: no shard takes clients now"}}
            connect_info   | {} | {"error":{"code":107,"message":"bad request: field 'user' is missing"}}
            publish        | {"channel":"c"} | {"error":{"code":107,"message":"bad request: field 'data' must be there, or b64data"}}
            publish        | {"channel":5,"data":1} | {"error":{"code":107,"message":"bad request: field 'channel' must be a string"}}
            publish        | {"channel":"c","b64data":"!"} | {"error":{"code":107,"message":"bad request: field 'b64data' must be base 64"}}
            publish        | {"channel":"c","data":1,"level":"best"} | {"error":{"code":107,"message":"bad request: field 'level' must be an acknowledgement level such as JOURNALED, not 'best'"}}
            publish        | {"channel":"broken","data":1} | {"error":{"code":100,"message":"internal server error"}}
            disconnect     | {"user":"u","disconnect":{"code":7}} | {"error":{"code":107,"message":"bad request: field 'code' must be 3000 to 4999, not 7"}}
            subscribe      | {"channel":"c"} | {"error":{"code":107,"message":"bad request: field 'user' is missing"}}
            """)
    void shouldAnswerAsDocumented(final String method, final String body, final String answer) throws Exception {
        assertEquals(answer, post(method, body));
    }

    @ParameterizedTest
    @CsvSource({"disconnect, user", "disconnect, client", "connect_info, user", "channels, pattern"})
    void shouldRefuseNameThatTheWireHasNoRoomFor(final String method, final String field) throws Exception {
        // 255 bytes are taken; the last letter of the others has two.
        final String others = field.equals("client") ? ",\"user\":\"u\"" : "";
        final String fits = post(method, "{\"" + field + "\":\"" + "x".repeat(255) + "\"" + others + "}");
        final String tooLong = post(method, "{\"" + field + "\":\"" + "x".repeat(254) + "\u00fc\"" + others + "}");

        assertTrue(fits.startsWith("{\"result\":"), fits);
        assertEquals(
                "{\"error\":{\"code\":107,\"message\":\"bad request: field '" + field
                        + "' must have at most 255 bytes, not 256\"}}",
                tooLong);
    }

    @Test
    void shouldPassArgumentsOn() throws Exception {
        post("history", "{\"channel\":\"c\",\"limit\":5,\"since\":{\"offset\":1,\"epoch\":\"1.1\"},\"reverse\":true}");
        post("disconnect", "{\"user\":\"u\",\"client\":\"x\"}");
        post("unsubscribe", "{\"user\":\"u\",\"channel\":\"t\"}");

        assertEquals(
                List.of(
                        "history c 5 StreamPosition[epoch=1.1, offset=1] true",
                        "disconnect u,x,3503 force disconnect",
                        "unsubscribe u,,t"),
                List.copyOf(engine.asked));
    }

    @Test
    void shouldRunCommandsOfBatchInOrder() throws Exception {
        final String answer = post(
                "batch",
                "{\"commands\":[{\"publish\":{\"channel\":\"a\",\"data\":1}},{\"nope\":{}},"
                        + "{\"presence_stats\":{\"channel\":\"a\"}}]}");

        assertEquals(
                "{\"result\":{\"replies\":["
                        + "{\"publish\":{\"offset\":1,\"epoch\":\"1.1\",\"level\":\"JOURNALED\",\"repeated\":false}},"
                        + "{\"error\":{\"code\":104,\"message\":\"method not found: no method 'nope' here\"}},"
                        + "{\"presence_stats\":{\"num_clients\":3,\"num_users\":2}}]}}",
                answer);
    }

    @Test
    void shouldReportDefectWithoutTellingTheCaller() throws Exception {
        post("publish", "{\"channel\":\"broken\",\"data\":1}");

        assertEquals(1, faults.size());
    }

    @Test
    void shouldRefuseLongMessage() throws Exception {
        assertEquals(
                "{\"error\":{\"code\":4001,\"message\":\"message too large: 1202 bytes, the limit is 1000\"}}",
                post("publish", "{\"channel\":\"c\",\"data\":\"" + "x".repeat(1200) + "\"}"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST | /api/publish | wrong    | {}     | 401 | {"error":{"code":101,"message":"unauthorized: the header X-API-Key holds no valid key"}}
            POST | /api/publish | ``       | {}     | 401 | {"error":{"code":101,"message":"unauthorized: the header X-API-Key holds no valid key"}}
            POST | /api/nope    | secret-1 | {}     | 404 | {"error":{"code":104,"message":"method not found: no method 'nope' here"}}
            PUT  | /api/publish | secret-1 | {}     | 405 | {"error":{"code":107,"message":"bad request: the API takes POST only"}}
            POST | /api/publish | secret-1 | {"a":x | 400 | {"error":{"code":107,"message":"bad request: not JSON at line 1, column 6: Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"}}
            POST | /api/publish | secret-1 | [1]    | 400 | {"error":{"code":107,"message":"bad request: not a JSON object"}}
            POST | /api/publish | secret-1 | {} {}  | 400 | {"error":{"code":107,"message":"bad request: more than one JSON value"}}
            """)
    void shouldRefuseWithStatus(
            final String method,
            final String path,
            final String key,
            final String body,
            final int status,
            final String answer)
            throws Exception {
        final HttpResponse<String> response = send(request(path)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .header("X-API-Key", key));

        assertEquals(status, response.statusCode());
        assertEquals(answer, response.body());
    }

    @Test
    void shouldRefuseLongBody() throws Exception {
        final HttpResponse<String> response = send(request("/api/publish")
                .header("X-API-Key", "secret-1")
                .POST(HttpRequest.BodyPublishers.ofString("x".repeat(5000))));

        assertEquals(413, response.statusCode());
        assertEquals(
                "{\"error\":{\"code\":106,\"message\":\"limit exceeded: a body has at most 4000 bytes\"}}",
                response.body());
    }

    @Test
    void shouldAnswerClientThatSendsLongBodyToItsEndBeforeItReads() throws Exception {
        final byte[] chunk = "x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
        final int chunks = 256;
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            final OutputStream out = socket.getOutputStream();
            out.write(("POST /api/publish HTTP/1.1\r\nHost: test\r\nX-API-Key: secret-1\r\nContent-Length: "
                            + (long) chunk.length * chunks + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < chunks; i++) {
                out.write(chunk);
            }
            final String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

            assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
        }
    }

    @Test
    void shouldTakeKeyFromAuthorizationHeader() throws Exception {
        final HttpResponse<String> response = send(request("/api/publish")
                .header("Authorization", "apikey secret-2")
                .POST(HttpRequest.BodyPublishers.ofString("{\"channel\":\"c\",\"data\":null,\"b64data\":\"\"}")));

        assertEquals(200, response.statusCode());
        assertEquals("api:bank", engine.published.remove().sender());
    }

    @Test
    void shouldRefuseBrowserOfAnotherSite() throws Exception {
        final String answer = raw("POST /api/info HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.example\r\n"
                + "X-API-Key: secret-1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");

        assertTrue(answer.startsWith("HTTP/1.1 403 "), answer);
    }

    @Test
    void shouldAnswerPipelinedRequestsInOrder() throws Exception {
        final List<String> requests = new ArrayList<>();
        for (final String topic : List.of("slow", "fast-1", "fast-2")) {
            final String body = "{\"channel\":\"" + topic + "\",\"data\":1}";
            requests.add("POST /api/publish HTTP/1.1\r\nHost: a\r\nX-API-Key: secret-1\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
        }
        requests.add("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            final OutputStream out = socket.getOutputStream();
            out.write(String.join("", requests).getBytes(StandardCharsets.US_ASCII));
            out.flush();
            Await.until("all are published", () -> engine.published.size() == 3);
            engine.gate.complete(null);

            final String answers = read(socket);
            assertTrue(answers.matches("(?s).*\"offset\":1,.*\"offset\":2,.*\"offset\":3,.*\r\n\r\nok\n"), answers);
        }
    }

    @Test
    void shouldTellHealth() throws Exception {
        assertEquals("ok\n", send(request("/livez")).body());
        assertEquals("ok\n", send(request("/readyz")).body());
        engine.notReadyReason = "replaying the journal";
        engine.notLiveReason = "the journal has failed";

        assertEquals("the journal has failed\n", send(request("/livez")).body());
        final HttpResponse<String> ready = send(request("/readyz"));
        assertEquals("replaying the journal\n", ready.body());
        assertEquals(503, ready.statusCode());
    }

    @Test
    void shouldRefuseClientsWhenProcessHasNoShard() throws Exception {
        final String answer = raw(String.join(
                "\r\n",
                "GET /connection/websocket HTTP/1.1",
                "Host: a",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "",
                ""));

        assertTrue(answer.startsWith("HTTP/1.1 404 ") && answer.endsWith("this process serves no clients\n"), answer);
    }

    @ParameterizedTest
    @CsvSource({"'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 404", "'\u0001\u0002 nonsense\r\n\r\n', 400"
    })
    void shouldAnswerStrangers(final String request, final int status) throws Exception {
        final String answer = raw(request);

        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    private String post(final String method, final String body) throws Exception {
        return send(request("/api/" + method)
                        .header("X-API-Key", "secret-1")
                        .POST(HttpRequest.BodyPublishers.ofString(body)))
                .body();
    }

    private HttpRequest.Builder request(final String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
    }

    private HttpResponse<String> send(final HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private String raw(final String request) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return read(socket);
        }
    }

    private static String read(final Socket socket) throws Exception {
        socket.setSoTimeout(10_000);
        try (InputStream in = socket.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
