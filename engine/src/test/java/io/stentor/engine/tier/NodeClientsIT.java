package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Unmodified clients of the npm package {@code centrifuge}, in JSON and in Protobuf, against the tier. */
final class NodeClientsIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String JSON = "json";
    private static final String PROTOBUF = "protobuf";
    private static final List<String> FORMATS = List.of(JSON, PROTOBUF);

    /** The most publications of a recovery. */
    private static final int RECOVERY_MAX = 1_000;

    private static final Pattern LINE = Pattern.compile("(\\d+)\\s+(.*)");

    private static Tier tier;
    private static ApiClient api;
    private static NodeClients node;

    /** A topic of the test's own. */
    private String topic;

    @BeforeAll
    static void startTier() {
        tier = STENTOR.serveDev();
        api = tier.api();
        node = NodeClients.start();
        for (final String format : FORMATS) {
            node.connect(format, settings(format));
        }
    }

    @AfterAll
    static void stopClients() {
        if (node != null) {
            node.close();
        }
    }

    @BeforeEach
    void nameTopic(final TestInfo test) {
        topic = "test:" + test.getTestMethod().orElseThrow().getName() + ":"
                + test.getDisplayName().replaceAll("[^\\w]", "");
    }

    @Test
    void shouldReachEveryClientOnceAndInOrderWhenPublishedInEveryWay() {
        final StentorProcess sub = STENTOR.start(tier.sub(topic));
        FORMATS.forEach(format -> node.subscribe(format, topic));
        Await.until("the subscription of stentor sub", () -> clientCount(topic) == 3);

        final List<String> published = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            final String mark = "-" + round;
            api.publish(topic, text("http" + mark));
            published.add("http" + mark);
            for (final String format : FORMATS) {
                node.execute(format, "publish", message(format + mark)).result();
                published.add(format + mark);
                node.execute(format, "publish-subscribed", message(format + "-subscribed" + mark))
                        .result();
                published.add(format + "-subscribed" + mark);
            }
        }
        final StentorProcesses.Exit pub = STENTOR.run(tier.pub(topic, JsonValue.write(text("cli"))));
        assertEquals(0, pub.code(), pub::text);
        published.add("cli");

        final List<String> expected = IntStream.range(0, published.size())
                .mapToObj(each -> (each + 1) + " " + published.get(each))
                .toList();
        for (final String format : FORMATS) {
            assertEquals(expected, lines(node.awaitPublications(format, topic, expected.size())), format);
        }
        sub.awaitOut(line -> line.contains("\"cli\""), Await.SOON);
        assertEquals(expected, sub.out().stream().map(NodeClientsIT::line).toList(), "stentor sub");
        assertEquals(expected, lines(api.history(topic)), "history of the HTTP API");
    }

    @Test
    void shouldContinueAfterOffsetWhenCommandSubscribesSince() {
        api.publishAll(topic, numbered(10));
        final List<String> command = new ArrayList<>(List.of(tier.sub(topic)));
        command.addAll(List.of("--since", "7"));
        final StentorProcess sub = STENTOR.start(command.toArray(new String[0]));
        sub.awaitOut(line -> line.contains("\"10\""), Await.SOON);
        assertEquals(
                List.of("8 8", "9 9", "10 10"),
                sub.out().stream().map(NodeClientsIT::line).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldAnswerHistoryWhenAsked(final String format) {
        api.publishAll(topic, numbered(5));
        final JsonValue top = history(format, Map.of("limit", 0));
        assertEquals(5, top.at("offset").number());
        assertEquals(api.top(topic).at("epoch").text(), top.at("epoch").text());
        assertEquals(List.of("1 1", "2 2"), lines(history(format, Map.of("limit", 2))));
        final Map<String, ?> since =
                Map.of("offset", 3, "epoch", top.at("epoch").text());
        assertEquals(List.of("4 4", "5 5"), lines(history(format, Map.of("limit", 100, "since", since))));
        assertEquals(List.of("5 5", "4 4"), lines(history(format, Map.of("limit", 2, "reverse", true))));
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldAnswerPresenceWhenAsked(final String format) {
        FORMATS.forEach(each -> node.subscribe(each, topic));
        final Map<String, JsonValue> members = node.execute(format, "presence", Map.of("topic", topic))
                .result()
                .at("clients")
                .fields();
        assertEquals(2, members.size(), members::toString);
        members.forEach((client, info) -> assertEquals(client, info.at("client").text()));
        final JsonValue stats =
                node.execute(format, "presence-stats", Map.of("topic", topic)).result();
        assertEquals(2, stats.at("numClients").number());
        assertEquals(
                2,
                api.call("presence", Map.of("channel", topic))
                        .result()
                        .at("presence")
                        .fields()
                        .size());
        final int from = node.eventCount();
        final String other = format.equals(JSON) ? PROTOBUF : JSON;
        node.execute(other, "unsubscribe", Map.of("topic", topic)).result();
        node.awaitEventFrom(from, other, "unsubscribed", event -> true);
        Await.until("one client in " + topic, () -> clientCount(topic) == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldAnswerWithFirstResultWhenPublishIsRepeatedUnderItsId(final String format) {
        final Map<String, ?> call = rpc("publish", Map.of("topic", topic, "id", "m1", "data", text("once")));
        final JsonValue first = node.execute(format, "rpc", call).result();
        final JsonValue second = node.execute(format, "rpc", call).result();
        assertEquals(1, first.at("offset").number());
        assertFalse(first.at("repeated").flag());
        assertEquals("JOURNALED", first.at("level").text());
        assertEquals(1, second.at("offset").number());
        assertTrue(second.at("repeated").flag());
        assertEquals(first.at("epoch").text(), second.at("epoch").text());
        assertEquals(List.of("1 once"), lines(api.history(topic)));
        final Map<String, ?> other = rpc("publish", Map.of("topic", topic, "id", "m1", "data", text("other")));
        assertEquals(4000, node.execute(format, "rpc", other).errorCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldTakeAcknowledgementWhenClientSendsIt(final String format) {
        final Map<String, ?> params = Map.of("topic", topic, "offset", 1);
        assertEquals(107, node.execute(format, "rpc", rpc("ack", params)).errorCode(), "not subscribed");
        node.subscribe(format, topic);
        api.publish(topic, text("one"));
        node.awaitPublications(format, topic, 1);
        assertEquals(0, node.execute(format, "rpc", rpc("ack", params)).errorCode());
        assertEquals(0, node.execute(format, "rpc", rpc("read", params)).errorCode());
        final Map<String, ?> sent = Map.of("method", "ack", "topic", topic, "offset", 1);
        assertEquals(0, node.execute(format, "send", Map.of("data", sent)).errorCode());
        final Map<String, ?> beyond = Map.of("topic", topic, "offset", 2);
        assertEquals(107, node.execute(format, "rpc", rpc("ack", beyond)).errorCode(), "never delivered");
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldRefuseWithNumberWhenMethodIsUnknown(final String format) {
        assertEquals(104, node.execute(format, "rpc", rpc("no-such", Map.of())).errorCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {JSON, PROTOBUF})
    void shouldRecoverWithoutGapWhenSocketIsCut(final String format) {
        final String client = format + "-cut";
        // Long enough for the publishes to come while the client is away.
        node.connect(client, Map.of("url", url(), "format", format, "minReconnectDelay", 1_500));
        node.subscribe(client, topic);
        api.publishAll(topic, numbered(1, 10));
        node.awaitPublications(client, topic, 10);

        final int from = node.eventCount();
        node.execute(client, "cut", Map.of()).result();
        api.publishAll(topic, numbered(11, 30));
        final JsonValue subscribed = node.awaitEventFrom(
                from,
                client,
                "subscribed",
                event -> topic.equals(event.at("topic").text()));
        api.publishAll(topic, numbered(31, 40));

        assertTrue(subscribed.at("wasRecovering").flag(), subscribed::toString);
        assertTrue(subscribed.at("recovered").flag(), subscribed::toString);
        assertTrue(subscribed.at("hasRecoveredPublications").flag(), subscribed::toString);
        assertEquals(lines(api.history(topic)), lines(node.awaitPublications(client, topic, 40)));
    }

    @ParameterizedTest
    @CsvSource({
        "json, " + RECOVERY_MAX + ", true",
        "protobuf, " + RECOVERY_MAX + ", true",
        "json, " + (RECOVERY_MAX + 1) + ", false",
        "protobuf, " + (RECOVERY_MAX + 1) + ", false",
    })
    void shouldRecoverUpToTheLimitAndRefuseWhenMoreWasMissed(
            final String format, final int missed, final boolean recovers) {
        final String client = format + "-missed-" + missed;
        node.connect(client, settings(format));
        final JsonValue before = node.subscribe(client, topic).at("streamPosition");
        node.execute(client, "disconnect", Map.of()).result();
        api.publishAll(topic, numbered(missed));

        final int from = node.eventCount();
        node.execute(client, "connect", Map.of()).result();
        final JsonValue subscribed = node.awaitEventFrom(from, client, "subscribed", event -> true);
        assertTrue(subscribed.at("wasRecovering").flag(), subscribed::toString);
        assertEquals(recovers, subscribed.at("recovered").flag(), subscribed::toString);

        final List<String> expected = lines(api.history(topic));
        assertEquals(missed, expected.size());
        if (recovers) {
            assertEquals(expected, lines(node.awaitPublications(client, topic, missed)));
        } else {
            assertEquals(List.of(), node.publications(client, topic), "a recovery is whole or refused");
            assertEquals(expected, lines(pagesAfter(client, before)));
        }
    }

    @Test
    void shouldLetClientsInByTheirTokens() {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final Tier guarded = STENTOR.serve(keys, STENTOR.newDirectory(), 0);
        final String address = guarded.webSocket().toString();
        for (final String format : FORMATS) {
            final String known = format + "-known";
            node.connect(known, keys.nodeSettings(guarded, format, "alice"));
            node.subscribe(known, topic);
            final JsonValue members = node.execute(known, "presence", Map.of("topic", topic))
                    .result()
                    .at("clients");
            members.fields()
                    .values()
                    .forEach(info -> assertEquals("alice", info.at("user").text()));

            final String late = format + "-late";
            final Map<String, ?> past = Map.of("sub", "alice", "exp", 1_000_000_000);
            node.open(late, Map.of("url", address, "format", format, "claims", past, "key", keys.tokenKey()));
            node.awaitEvent(late, "error", error -> error.at("code").number() == 109);

            final String forger = format + "-forger";
            final Map<String, ?> claims = Map.of("sub", "alice", "exp", Keys.FAR_FUTURE_S);
            final String otherKey = "another-secret-of-more-than-32-bytes";
            node.open(forger, Map.of("url", address, "format", format, "claims", claims, "key", otherKey));
            assertEquals(
                    3500,
                    node.awaitEvent(forger, "disconnected", event -> true)
                            .at("code")
                            .number());

            final String nobody = format + "-nobody";
            node.open(nobody, Map.of("url", address, "format", format));
            assertEquals(
                    101,
                    node.awaitEvent(nobody, "disconnected", event -> true)
                            .at("code")
                            .number());

            for (final String client : List.of(known, late, forger, nobody)) {
                node.execute(client, "disconnect", Map.of());
            }
        }
    }

    private static String url() {
        return tier.webSocket().toString();
    }

    private static Map<String, ?> settings(final String format) {
        return Map.of("url", url(), "format", format);
    }

    private static long clientCount(final String topic) {
        return api.call("presence_stats", Map.of("channel", topic))
                .result()
                .at("num_clients")
                .number();
    }

    private JsonValue history(final String format, final Map<String, ?> params) {
        final Map<String, Object> command = new LinkedHashMap<>(params);
        command.put("topic", topic);
        return node.execute(format, "history", command).result();
    }

    /** What the client reads after a position, page by page as its SDK gives it. */
    private List<JsonValue> pagesAfter(final String client, final JsonValue position) {
        final List<JsonValue> publications = new ArrayList<>();
        long offset = position.at("offset").number();
        while (true) {
            final JsonValue page = history(
                    client,
                    Map.of(
                            "limit",
                            400,
                            "since",
                            Map.of(
                                    "offset",
                                    offset,
                                    "epoch",
                                    position.at("epoch").text())));
            final List<JsonValue> items = page.at("publications").items();
            if (items.isEmpty()) {
                return publications;
            }
            publications.addAll(items);
            offset = items.get(items.size() - 1).at("offset").number();
        }
    }

    private Map<String, ?> message(final String text) {
        return Map.of("topic", topic, "data", text(text));
    }

    private static Map<String, ?> text(final String text) {
        return Map.of("text", text);
    }

    private static Map<String, ?> rpc(final String method, final Map<String, ?> data) {
        return Map.of("method", method, "data", data);
    }

    private static List<Map<String, ?>> numbered(final int count) {
        return numbered(1, count);
    }

    private static List<Map<String, ?>> numbered(final int first, final int last) {
        final List<Map<String, ?>> messages = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            messages.add(text(Integer.toString(i)));
        }
        return messages;
    }

    private static List<String> lines(final JsonValue page) {
        return lines(page.at("publications").items());
    }

    private static List<String> lines(final List<JsonValue> publications) {
        return publications.stream()
                .map(publication -> publication.at("offset") + " "
                        + publication.at("data").at("text").text())
                .toList();
    }

    /** A line of {@code stentor sub}: the offset, then the message. */
    private static String line(final String printed) {
        final Matcher line = LINE.matcher(printed);
        assertTrue(line.matches(), () -> "a line has an offset and a message: " + printed);
        return line.group(1) + " " + JsonValue.parse(line.group(2)).at("text").text();
    }
}
