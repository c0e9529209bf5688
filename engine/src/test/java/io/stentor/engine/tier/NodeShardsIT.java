package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Unmodified clients of the npm package {@code centrifuge} whose shard goes away: they go on at another. */
final class NodeShardsIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    /** How a shard goes away. */
    private enum Way {
        /** With SIGTERM. */
        STOPPED,
        /** With SIGKILL. */
        KILLED
    }

    private static Tier engine;
    private static ApiClient api;
    private static Tier other;
    private static NodeClients node;

    @BeforeAll
    static void startTier() {
        engine = STENTOR.serveDev(STENTOR.newDirectory(), "--shards", "127.0.0.1:0", "--no-shard");
        api = engine.api();
        other = STENTOR.shardDev(engine);
        node = NodeClients.start();
    }

    @AfterAll
    static void stopClients() {
        if (node != null) {
            node.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"json, STOPPED", "json, KILLED", "protobuf, STOPPED", "protobuf, KILLED"})
    void shouldRecoverEverythingAtAnotherShardWhenItsOwnGoesAway(final String format, final Way way) {
        final String client = format + "-" + way;
        final String topic = "chat:" + client;
        final Tier first = STENTOR.shardDev(engine);
        // Long enough for publishes to come while the client is away.
        node.connect(client, Map.of("url", url(first), "format", format, "minReconnectDelay", 1_500));
        node.subscribe(client, topic);
        publish(topic, 1, 20);
        node.awaitPublications(client, topic, 20);

        final int from = node.eventCount();
        node.execute(client, "move", Map.of("url", url(other))).result();
        if (way == Way.STOPPED) {
            first.process().terminate();
            assertEquals(0, first.process().awaitExit(Await.SOON));
        } else {
            first.process().kill();
        }
        node.awaitEventFrom(from, client, "connecting", event -> true);
        publish(topic, 21, 60);
        final JsonValue subscribed = node.awaitEventFrom(
                from,
                client,
                "subscribed",
                event -> topic.equals(event.at("topic").text()));
        publish(topic, 61, 80);

        assertTrue(subscribed.at("wasRecovering").flag(), subscribed::toString);
        assertTrue(subscribed.at("recovered").flag(), subscribed::toString);
        assertTrue(subscribed.at("hasRecoveredPublications").flag(), subscribed::toString);
        final List<Long> offsets = node.awaitPublications(client, topic, 80).stream()
                .map(publication -> publication.at("offset").number())
                .toList();
        assertEquals(LongStream.rangeClosed(1, 80).boxed().toList(), offsets);
    }

    private static String url(final Tier shard) {
        return shard.webSocket().toString();
    }

    private static void publish(final String topic, final long first, final long last) {
        for (long number = first; number <= last; number++) {
            assertEquals(number, api.publish(topic, number));
        }
    }
}
