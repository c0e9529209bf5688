package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.dynatrace.hash4j.hashing.Hashing;
import io.stentor.engine.history.Verdict;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Copies the journal of a tier that is being published to, and serves from what is restored of the copy. */
final class BackupIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final int ACKNOWLEDGED_MIN = 150;
    private static final int ACKNOWLEDGED_SPREAD = 450;

    /** {@code unrecoverable position} of the protocol. */
    private static final long POSITION_LOST = 112;

    private static final String ROLL_CYCLE = "TEST_SECONDLY";
    private static final List<String> TOPICS = List.of("chat:first", "chat:second");

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final int port = StentorProcesses.freePort();
    private final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + port), keys.apiKey());
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @Test
    @Tag("backup")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldHoldWhatWasAcknowledgedWhenCopiedUnderLoad() {
        Storm.run("backup", "tier", 2, 20, (number, seed) -> copyUnderLoad(new Random(seed)));
    }

    private void copyUnderLoad(final Random random) {
        final Judge judge = Judge.of("backup");
        final Ledger ledger = new Ledger(violations, judge.history());
        final Path data = STENTOR.newDirectory().resolve("data");
        final Path copy = STENTOR.newDirectory().resolve("copy");
        final Path restored = STENTOR.newDirectory().resolve("restored");
        final Tier tier = serve(data);
        judge.started(api);
        final List<Load> loads = new ArrayList<>();
        final long copiedNs;
        try (RpcPublisher rpc = new RpcPublisher(tier.webSocket(), keys.token("publisher"))) {
            loads.add(Load.overHttp("http", api, TOPICS, ledger, violations));
            loads.add(Load.syncedOverHttp("synced", api, TOPICS, ledger, violations));
            loads.add(Load.overWebSocket("rpc", rpc, TOPICS.get(0), 16, ledger, violations));
            awaitAcknowledged(ledger, ACKNOWLEDGED_MIN + random.nextInt(ACKNOWLEDGED_SPREAD));
            copiedNs = SystemNanoClock.INSTANCE.nanoTime();
            final int before = ledger.size();
            final StentorProcesses.Exit exit = run("backup", data, copy);
            assertEquals(0, exit.code(), exit::text);
            assertTrue(ledger.size() > before, "it was published to meanwhile");
            awaitAcknowledged(ledger, ACKNOWLEDGED_MIN);
            loads.forEach(Load::finish);
        } finally {
            loads.forEach(Load::close);
        }
        final JsonValue position = api.top(TOPICS.get(0));
        stop(tier);

        final StentorProcesses.Exit exit = run("restore", copy, restored);
        assertEquals(0, exit.code(), exit::text);
        final List<Long> copied = hashes(copy);
        final List<Long> original = hashes(data);
        assertTrue(original.size() > copied.size(), "records came after the copy");
        assertEquals(original.subList(0, copied.size()), copied, "records of the copy");
        assertEquals(copied, hashes(restored), "records that were restored");

        final Tier again = serve(restored);
        final Map<String, Object> since =
                Map.of("offset", 1, "epoch", position.at("epoch").text());
        assertEquals(
                POSITION_LOST,
                api.call("history", Map.of("channel", TOPICS.get(0), "limit", 1, "since", since))
                        .errorCode(),
                "a position of the original in what was restored");
        assertTrue(api.publish("chat:new", "after") > 0, "it takes messages");
        stop(again);

        final Verdict verdict = judge.judgeCopy(copy, copiedNs, ROLL_CYCLE);
        assertTrue(verdict.acknowledged() >= ACKNOWLEDGED_MIN, verdict::toString);
        judge.judge(data, "", ROLL_CYCLE);
        assertTrue(violations.isEmpty(), violations::toString);
    }

    private Tier serve(final Path data) {
        return STENTOR.serve(keys, data, port, "--roll-cycle", ROLL_CYCLE);
    }

    private static void stop(final Tier tier) {
        tier.process().terminate();
        assertEquals(0, tier.process().awaitExit(Await.SOON), "exit code after SIGTERM");
    }

    private static StentorProcesses.Exit run(final String command, final Path from, final Path to) {
        return STENTOR.run("journal", command, from.toString(), to.toString());
    }

    private void awaitAcknowledged(final Ledger ledger, final int more) {
        final int count = ledger.size() + more;
        Await.until(
                () -> count + " acknowledged messages, there are " + ledger.size() + "; " + violations,
                Await.SOON,
                () -> ledger.size() >= count);
    }

    /** Of each record's bytes, in order. */
    private static List<Long> hashes(final Path journal) {
        final List<Long> hashes = new ArrayList<>();
        JournalFiles.of(journal).scan(new ScanListener() {
            @Override
            public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
                final byte[] record = new byte[length];
                buffer.getBytes(offset, record);
                hashes.add(Hashing.xxh3_64().hashBytesToLong(record));
            }
        });
        return hashes;
    }
}
