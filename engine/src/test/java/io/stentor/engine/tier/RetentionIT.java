package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kills a tier while it removes its oldest files: what it says is there is there, and what is gone it says is gone. */
final class RetentionIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final int KILLS = 5;
    private static final int ACKNOWLEDGED_BETWEEN = 100;

    /** Within so long of the trim the process is killed: files are deleted for some of it. */
    private static final int SPREAD_MICROS = 3_000;

    /** {@code unrecoverable position} of the protocol. */
    private static final long POSITION_LOST = 112;

    private static final List<String> CHATS = List.of("chat:first", "chat:second");

    /** Its messages outlive the files that they were in. */
    private static final String PAYMENTS = "pay:first";

    private static final List<String> TOPICS = List.of(CHATS.get(0), CHATS.get(1), PAYMENTS);

    /** A file of this roll cycle has some 600,000 bytes: five of them. */
    private static final String RETAIN_BYTES = "3000000";

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final int port = StentorProcesses.freePort();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @Test
    @Tag("retention")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldHoldWhatIsRetainedAndRefuseTheRestWhenKilledWithinATrim() {
        Storm.run("retention", "tier", 1, 20, (number, seed) -> killWithinTrims(new Random(seed)));
    }

    private void killWithinTrims(final Random random) {
        final Judge judge = Judge.of("retention");
        final Ledger ledger = new Ledger(violations, judge.history());
        final Path data = STENTOR.newDirectory().resolve("data");
        final JournalWatch watch = new JournalWatch(data);
        Tier tier = start(data);
        final ApiClient api = tier.api(keys.apiKey());
        final Map<String, JsonValue> beginnings = new HashMap<>();
        final List<Load> loads = new ArrayList<>();
        try {
            // The first message of a topic gives it its class.
            api.call("publish", Map.of("channel", PAYMENTS, "class", "PAYMENT", "data", Map.of("key", "opens")))
                    .result();
            loads.add(Load.overHttp("http1", api, TOPICS, ledger, violations));
            loads.add(Load.overHttp("http2", api, TOPICS, ledger, violations));
            awaitAcknowledged(ledger, ACKNOWLEDGED_BETWEEN);
            TOPICS.forEach(topic -> beginnings.put(topic, api.top(topic).at("epoch")));
            for (int kill = 1; kill <= KILLS; kill++) {
                awaitAcknowledged(ledger, ledger.size() + ACKNOWLEDGED_BETWEEN);
                watch.awaitTrim(random.nextInt(SPREAD_MICROS));
                tier.process().kill();
                tier = start(data);
                for (final String topic : TOPICS) {
                    verify(api, ledger, topic, beginnings.get(topic).text());
                }
            }
            loads.forEach(Load::finish);
            for (final String topic : TOPICS) {
                final long first =
                        verify(api, ledger, topic, beginnings.get(topic).text());
                assertEquals(
                        topic.equals(PAYMENTS),
                        first == 1,
                        () -> topic + " begins with the message at offset " + first);
            }
        } finally {
            loads.forEach(Load::close);
        }
        tier.process().terminate();
        assertEquals(0, tier.process().awaitExit(Await.SOON), "exit code after SIGTERM");
        final StentorProcesses.Exit exit = STENTOR.run("journal", "verify", data.toString());
        assertEquals(0, exit.code(), exit::text);
        assertTrue(exit.text().contains("kept of removed segments: "), exit::text);
        assertTrue(violations.isEmpty(), violations::toString);
        judge.abandon();
    }

    /**
     * What is left of a topic ends with all that was acknowledged and has no gap; a position before it is refused.
     *
     * @return the first offset that is left.
     */
    private static long verify(
            final ApiClient api, final Ledger ledger, final String topic, final String beginningEpoch) {
        final Map<String, Long> acknowledged = ledger.acknowledged(topic);
        final List<JsonValue> stored = api.history(topic);
        final long first = stored.get(0).at("offset").number();
        assertTrue(first == 1 || !topic.equals(PAYMENTS), () -> topic + " begins with the message at offset " + first);
        final Map<Long, String> keys = new HashMap<>();
        for (int i = 0; i < stored.size(); i++) {
            assertEquals(first + i, stored.get(i).at("offset").number(), "offsets of " + topic + " are dense");
            keys.put(first + i, stored.get(i).at("data").at("key").text());
        }
        acknowledged.forEach((key, offset) -> {
            if (offset >= first) {
                assertEquals(key, keys.get(offset), () -> "what is at offset " + offset + " of " + topic);
            }
        });
        if (first > 1) {
            final Map<String, Object> since = Map.of("offset", 0, "epoch", beginningEpoch);
            assertEquals(
                    POSITION_LOST,
                    api.call("history", Map.of("channel", topic, "limit", 1, "since", since))
                            .errorCode(),
                    () -> "a position before " + first + ", the first that is retained");
        }
        return first;
    }

    private Tier start(final Path data) {
        return STENTOR.serve(
                keys,
                data,
                port,
                "--roll-cycle",
                "TEST_SECONDLY",
                "--checkpoint-records",
                "200",
                "--retain-bytes",
                RETAIN_BYTES);
    }

    private void awaitAcknowledged(final Ledger ledger, final int count) {
        Await.until(
                () -> count + " acknowledged messages, there are " + ledger.size() + "; " + violations,
                Await.SOON,
                () -> ledger.size() >= count);
    }
}
