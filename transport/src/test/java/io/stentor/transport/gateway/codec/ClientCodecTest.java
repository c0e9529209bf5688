package io.stentor.transport.gateway.codec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.LeakWatch;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One contract, two encodings: each case is a message, its JSON and its Protobuf. */
@ExtendWith(LeakWatch.class)
final class ClientCodecTest {

    private static final byte[] DATA = bytes("{\"a\": [1]}");
    private static final StreamPosition POSITION = new StreamPosition("1.2", 300);
    private static final ClientInfo WHO = new ClientInfo("c1", "alice", bytes("{\"n\":1}"));
    private static final List<StoredPublication> PUBLICATIONS = List.of(
            new StoredPublication(1, DATA, true, "bob", "c2", Map.of("k", "v"), 7, 0),
            new StoredPublication(2, new byte[] {(byte) 0xFF, 0}, false, "", "", Map.of(), 8, 0));
    private static final Answer.Lifetime TTL = new Answer.Lifetime(true, 60);

    static Stream<ClientCodec> codecs() {
        return Stream.of(ClientCodec.JSON, ClientCodec.PROTOBUF);
    }

    static Stream<Arguments> requests() {
        final ProtoMessage since = new ProtoMessage().number(1, 300).text(2, "1.2");
        return Stream.of(
                request(
                        "{\"id\":1,\"connect\":{\"token\":\"t\",\"data\":{\"a\": [1]},\"name\":\"js\",\"x\":{\"y\":1}}}",
                        command(
                                1,
                                4,
                                new ProtoMessage().text(1, "t").bytes(2, DATA).text(4, "js")),
                        new Request.Connect(1, "t", DATA)),
                request(
                        "{\"subscribe\":{\"channel\":\"ch\",\"token\":\"t\",\"recover\":true,\"epoch\":\"1.2\","
                                + "\"offset\":300,\"join_leave\":true,\"flag\":3},\"id\":2}",
                        command(
                                2,
                                5,
                                new ProtoMessage()
                                        .text(1, "ch")
                                        .text(2, "t")
                                        .flag(3, true)
                                        .text(6, "1.2")
                                        .number(7, 300)
                                        .flag(11, true)
                                        .number(14, 3)),
                        new Request.Subscribe(2, "ch", "t", true, POSITION, true, true)),
                request(
                        "{\"id\":3,\"subscribe\":{\"channel\":\"ch\",\"offset\":300,\"token\":null}}",
                        command(3, 5, new ProtoMessage().text(1, "ch").number(7, 300)),
                        new Request.Subscribe(3, "ch", "", false, null, false, false)),
                request(
                        "{\"id\":4,\"unsubscribe\":{\"channel\":\"ch\"}}",
                        command(4, 6, new ProtoMessage().text(1, "ch")),
                        new Request.Unsubscribe(4, "ch")),
                request(
                        "{\"id\":4294967295,\"publish\":{\"channel\":\"\\u00e9\",\"data\":{\"a\": [1]}}}",
                        command(
                                4_294_967_295L,
                                7,
                                new ProtoMessage().text(1, "\u00e9").bytes(2, DATA)),
                        new Request.Publish(4_294_967_295L, "\u00e9", DATA, true)),
                request(
                        "{\"id\":5,\"presence\":{\"channel\":\"ch\"}}",
                        command(5, 8, new ProtoMessage().text(1, "ch")),
                        new Request.Presence(5, "ch")),
                request(
                        "{\"id\":6,\"presence_stats\":{\"channel\":\"ch\"}}",
                        command(6, 9, new ProtoMessage().text(1, "ch")),
                        new Request.PresenceStats(6, "ch")),
                request(
                        "{\"id\":7,\"history\":{\"channel\":\"ch\",\"limit\":-1,\"reverse\":true,"
                                + "\"since\":{\"offset\":300,\"epoch\":\"1.2\"}}}",
                        command(
                                7,
                                10,
                                new ProtoMessage()
                                        .text(1, "ch")
                                        .number(7, -1)
                                        .message(8, since)
                                        .flag(9, true)),
                        new Request.History(7, "ch", -1, POSITION, true)),
                request("{\"id\":8,\"ping\":{}}", command(8, 11, new ProtoMessage()), new Request.Ping(8)),
                request(
                        "{\"send\":{\"data\":{\"a\": [1]}}}",
                        command(0, 12, new ProtoMessage().bytes(1, DATA)),
                        new Request.Send(0, DATA)),
                request(
                        "{\"id\":9,\"rpc\":{\"method\":\"m\",\"data\":{\"a\": [1]}}}",
                        command(9, 13, new ProtoMessage().bytes(1, DATA).text(2, "m")),
                        new Request.Rpc(9, "m", DATA)),
                request(
                        "{\"id\":10,\"refresh\":{\"token\":\"t\"}}",
                        command(10, 14, new ProtoMessage().text(1, "t")),
                        new Request.Refresh(10, "t")),
                request(
                        "{\"id\":11,\"sub_refresh\":{\"channel\":\"ch\",\"token\":\"t\"}}",
                        command(11, 15, new ProtoMessage().text(1, "ch").text(2, "t")),
                        new Request.SubRefresh(11, "ch", "t")),
                request("{}", new ProtoMessage(), new Request.Pong(0)),
                request(
                        "{\"id\":12,\"future\":{\"a\":[{}]},\"more\":[1,{}]}",
                        command(12, 99, new ProtoMessage().text(1, "a")),
                        new Request.Unknown(12)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldReadCommand(final String json, final byte[] protobuf, final Request expected) {
        assertEquals(List.of(text(expected)), decode(ClientCodec.JSON, bytes(json)));
        assertEquals(List.of(text(expected)), decode(ClientCodec.PROTOBUF, protobuf));
    }

    @Test
    void shouldReadSeveralCommandsOfOneFrame() {
        final List<String> expected =
                List.of(text(new Request.Ping(1)), text(new Request.Pong(0)), text(new Request.Ping(2)));

        assertEquals(expected, decode(ClientCodec.JSON, bytes("{\"id\":1,\"ping\":{}}\n{}\n{\"id\":2,\"ping\":{}}\n")));
        assertEquals(
                expected,
                decode(ClientCodec.PROTOBUF, HexFormat.of().parseHex("04080" + "15a00" + "00" + "0408025a00")));
    }

    @Test
    void shouldCutPayloadsOfEveryKindFromFrame() {
        for (final String data : List.of("1", "-1.5e3", "\"a\\\"b\"", "true", "null", "[ ]", "{\"a\":\"\u20ac\"}")) {
            final List<String> requests = decode(
                    ClientCodec.JSON, bytes("{\"publish\":{\"data\": " + data + " ,\"channel\":\"c\"},\"id\":1}"));

            final byte[] payload = data.equals("null") ? null : bytes(data);
            assertEquals(List.of(text(new Request.Publish(1, "c", payload, true))), requests);
        }
    }

    @Test
    void shouldTellJsonFromBytesWhenPayloadIsBinary() {
        for (final String hex : List.of("ff", "7b7d7b7d", "22c328" + "22", "efbbbf31", "")) {
            final byte[] payload = HexFormat.of().parseHex(hex);
            final byte[] frame =
                    delimited(command(1, 7, new ProtoMessage().text(1, "c").bytes(2, payload)));

            assertEquals(
                    List.of(text(new Request.Publish(1, "c", payload, false))), decode(ClientCodec.PROTOBUF, frame));
        }
    }

    static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of(
                        new Answer.Connected("c1", "0.1.0", "n1", TTL, 25, true),
                        "{\"id\":5,\"connect\":{\"client\":\"c1\",\"version\":\"0.1.0\",\"expires\":true,\"ttl\":60,"
                                + "\"ping\":25,\"pong\":true,\"node\":\"n1\"}}",
                        "1b08052a170a0263311205302e312e301801203c3819400152026e31"),
                Arguments.of(
                        new Answer.Subscribed(POSITION, true, true, PUBLICATIONS, TTL),
                        "{\"id\":5,\"subscribe\":{\"expires\":true,\"ttl\":60,\"recoverable\":true,\"epoch\":\"1.2\","
                                + "\"offset\":300,\"positioned\":true,\"was_recovering\":true,\"recovered\":true,"
                                + "\"publications\":[{\"data\":{\"a\": [1]},\"offset\":1,\"info\":{\"user\":\"bob\","
                                + "\"client\":\"c2\"},\"tags\":{\"k\":\"v\"}},{\"data\":\"/wA=\",\"offset\":2,"
                                + "\"tags\":{\"encoding\":\"base64\"}}]}}",
                        "430805323f0801103c18013203312e323a212a090a03626f621202633230013a060a016b120176220a7b2261223a205b315d7d3a0630022202ff00400148ac0250016001"),
                Arguments.of(new Answer.Unsubscribed(), "{\"id\":5,\"unsubscribe\":{}}", "0408053a00"),
                Arguments.of(new Answer.Published(), "{\"id\":5,\"publish\":{}}", "0408054200"),
                Arguments.of(
                        new Answer.Presence(Map.of("c1", WHO)),
                        "{\"id\":5,\"presence\":{\"presence\":{\"c1\":{\"user\":\"alice\",\"client\":\"c1\","
                                + "\"conn_info\":{\"n\":1}}}}}",
                        "2008054a1c0a1a0a02633112140a05616c696365120263311a077b226e223a317d"),
                Arguments.of(
                        new Answer.PresenceStats(3, 2),
                        "{\"id\":5,\"presence_stats\":{\"num_clients\":3,\"num_users\":2}}",
                        "080805520408031002"),
                Arguments.of(
                        new Answer.History(POSITION, PUBLICATIONS.subList(1, 2)),
                        "{\"id\":5,\"history\":{\"publications\":[{\"data\":\"/wA=\",\"offset\":2,"
                                + "\"tags\":{\"encoding\":\"base64\"}}],\"epoch\":\"1.2\",\"offset\":300}}",
                        "1408055a100a0630022202ff001203312e3218ac02"),
                Arguments.of(new Answer.Ping(), "{\"id\":5,\"ping\":{}}", "0408056200"),
                Arguments.of(
                        new Answer.Rpc(DATA),
                        "{\"id\":5,\"rpc\":{\"data\":{\"a\": [1]}}}",
                        "1008056a0c0a0a7b2261223a205b315d7d"),
                Arguments.of(
                        new Answer.Refreshed("c1", "0.1.0", TTL),
                        "{\"id\":5,\"refresh\":{\"client\":\"c1\",\"version\":\"0.1.0\",\"expires\":true,\"ttl\":60}}",
                        "130805720f0a0263311205302e312e301801203c"),
                Arguments.of(
                        new Answer.SubRefreshed(TTL),
                        "{\"id\":5,\"sub_refresh\":{\"expires\":true,\"ttl\":60}}",
                        "0808057a040801103c"),
                Arguments.of(
                        Answer.Failed.of(ClientError.TOO_MANY_REQUESTS, "a\"\\\u0001\n\ud800\u20ac"),
                        "{\"id\":5,\"error\":{\"code\":111,\"message\":\"too many requests: a\\\"\\\\\\u0001\\n?\u20ac\","
                                + "\"temporary\":true}}",
                        "2608051222086f121c746f6f206d616e792072657175657374733a2061225c010a3fe282ac1801"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void shouldWriteAnswer(final Answer answer, final String json, final String protobuf) {
        final BiConsumer<ClientCodec, ByteBuf> write = (codec, out) -> codec.encode(5, answer, out);

        assertEquals(json, string(encoded(ClientCodec.JSON, write)));
        assertEquals(protobuf, HexFormat.of().formatHex(encoded(ClientCodec.PROTOBUF, write)));
    }

    static Stream<Arguments> pushes() {
        return Stream.of(
                Arguments.of(
                        new Push.Join("ch", WHO),
                        "{\"push\":{\"channel\":\"ch\",\"join\":{\"info\":{\"user\":\"alice\",\"client\":\"c1\","
                                + "\"conn_info\":{\"n\":1}}}}}",
                        "1e221c120263682a160a140a05616c696365120263311a077b226e223a317d"),
                Arguments.of(
                        new Push.Leave("ch", new ClientInfo("c1", "", null)),
                        "{\"push\":{\"channel\":\"ch\",\"leave\":{\"info\":{\"user\":\"\",\"client\":\"c1\"}}}}",
                        "0e220c1202636832060a0412026331"),
                Arguments.of(
                        new Push.Subscribed("ch", POSITION),
                        "{\"push\":{\"channel\":\"ch\",\"subscribe\":{\"recoverable\":true,\"epoch\":\"1.2\","
                                + "\"offset\":300,\"positioned\":true}}}",
                        "142212120263684a0c08012203312e3228ac023001"),
                Arguments.of(
                        new Push.Unsubscribed("ch", 2500, "behind"),
                        "{\"push\":{\"channel\":\"ch\",\"unsubscribe\":{\"code\":2500,\"reason\":\"behind\"}}}",
                        "132211120263683a0b10c4131a06626568696e64"),
                Arguments.of(
                        new Push.Typing("ch", "bob", 6),
                        "{\"push\":{\"message\":{\"data\":{\"typing\":{\"topic\":\"ch\",\"user\":\"bob\",\"ttl\":6}}}}}",
                        "34223242300a2e7b22747970696e67223a7b22746f706963223a226368222c2275736572223a22626f62222c2274746c223a367d7d"));
    }

    @ParameterizedTest
    @MethodSource("pushes")
    void shouldWritePush(final Push push, final String json, final String protobuf) {
        final BiConsumer<ClientCodec, ByteBuf> write = (codec, out) -> codec.encode(push, out);

        assertEquals(json, string(encoded(ClientCodec.JSON, write)));
        assertEquals(protobuf, HexFormat.of().formatHex(encoded(ClientCodec.PROTOBUF, write)));
    }

    @Test
    void shouldWriteLivePublication() {
        final byte[] tags = Tags.encode(Map.of("k", "v"));
        final Publication publication = new Publication()
                .reset("ch", 1, 300, 7, 0, MessageFlags.JSON | MessageFlags.TAGS)
                .payload(new UnsafeBuffer(DATA), 0, DATA.length)
                .sender(new UnsafeBuffer(bytes("bob")), 0, 3)
                .client(new UnsafeBuffer(bytes("c2")), 0, 2)
                .tags(new UnsafeBuffer(tags), 0, tags.length);
        final BiConsumer<ClientCodec, ByteBuf> write = (codec, out) -> codec.encode(publication, out);

        assertEquals(
                "{\"push\":{\"channel\":\"ch\",\"pub\":{\"data\":{\"a\": [1]},\"offset\":300,"
                        + "\"info\":{\"user\":\"bob\",\"client\":\"c2\"},\"tags\":{\"k\":\"v\"}}}}",
                string(encoded(ClientCodec.JSON, write)));
        assertEquals(
                "2a22281202636822222a090a03626f621202633230ac023a060a016b120176220a7b2261223a205b315d7d",
                HexFormat.of().formatHex(encoded(ClientCodec.PROTOBUF, write)));
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldSurviveEveryTruncation(final String json, final byte[] protobuf, final Request expected) {
        for (int length = 0; length < json.length(); length++) {
            assertFalse(
                    ClientCodec.JSON.decode(bytes(json.substring(0, length)), request -> {}),
                    json.substring(0, length));
        }
        for (int length = 0; length < protobuf.length; length++) {
            assertFalse(ClientCodec.PROTOBUF.decode(Arrays.copyOf(protobuf, length), request -> {}));
        }
    }

    @ParameterizedTest
    @MethodSource("codecs")
    void shouldNeitherThrowNorHangOnGarbage(final ClientCodec codec) {
        final long seed = Long.getLong("stentor.seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<byte[]> seeds = requests()
                .map(arguments -> codec.text()
                        ? bytes((String) arguments.get()[0])
                        : (byte[]) arguments.get()[1])
                .toList();
        assertTimeoutPreemptively(
                Duration.ofSeconds(60),
                () -> {
                    for (int i = 0; i < 10_000; i++) {
                        final byte[] frame =
                                seeds.get(random.nextInt(seeds.size())).clone();
                        for (int flips = random.nextInt(4); flips >= 0 && frame.length > 0; flips--) {
                            frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
                        }
                        codec.decode(frame, request -> {});
                        random.nextBytes(frame);
                        codec.decode(frame, request -> {});
                    }
                },
                "seed " + seed);
    }

    @Test
    void shouldRefuseDeepNesting() {
        final String deep = "[".repeat(100_000);

        assertFalse(ClientCodec.JSON.decode(bytes("{\"id\":1,\"publish\":{\"data\":" + deep), request -> {}));
        assertFalse(JsonText.isOneValue(bytes(deep + "]".repeat(100_000))));
        assertTrue(JsonText.isOneValue(bytes("[".repeat(500) + "]".repeat(500))));
    }

    private static Arguments request(final String json, final ProtoMessage protobuf, final Request expected) {
        return Arguments.of(json, delimited(protobuf), expected);
    }

    private static ProtoMessage command(final long id, final int field, final ProtoMessage parameters) {
        return new ProtoMessage().number(1, id).message(field, parameters);
    }

    private static byte[] delimited(final ProtoMessage message) {
        final byte[] body = message.toByteArray();
        assertTrue(body.length < 128);
        final byte[] frame = new byte[body.length + 1];
        frame[0] = (byte) body.length;
        System.arraycopy(body, 0, frame, 1, body.length);
        return frame;
    }

    private static List<String> decode(final ClientCodec codec, final byte[] frame) {
        final List<String> requests = new ArrayList<>();
        assertTrue(codec.decode(frame, request -> requests.add(text(request))), () -> string(frame));
        return requests;
    }

    /** Records compare arrays by identity; their text does not. */
    private static String text(final Request request) {
        if (request instanceof Request.Connect connect) {
            return "connect " + connect.id() + " " + connect.token() + " " + string(connect.data());
        }
        if (request instanceof Request.Publish publish) {
            return "publish " + publish.id() + " " + publish.topic() + " " + string(publish.data()) + " "
                    + publish.json();
        }
        if (request instanceof Request.Rpc rpc) {
            return "rpc " + rpc.id() + " " + rpc.method() + " " + string(rpc.data());
        }
        if (request instanceof Request.Send send) {
            return "send " + send.id() + " " + string(send.data());
        }
        return request.toString();
    }

    private static byte[] encoded(final ClientCodec codec, final BiConsumer<ClientCodec, ByteBuf> write) {
        final ByteBuf out = Unpooled.buffer();
        write.accept(codec, out);
        return ByteBufUtil.getBytes(out);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(final byte[] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
