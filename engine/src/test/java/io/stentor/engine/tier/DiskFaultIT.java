package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stentor.engine.history.Fault;
import io.stentor.engine.history.Verdict;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks that lose what was not forced, that refuse to force, and that are full. */
final class DiskFaultIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    /** A mapped page that the disk does not give any more may end the JVM itself, which says so on its own. */
    private static final int JVM_ABORTED = 134;

    private static final long DISK_BYTES = 768L << 20;

    /** The least that the journal allows. */
    private static final long RESERVE_BYTES = 128L << 20;

    /** Room left above the reserve, to be used up by messages. */
    private static final long ROOM_BYTES = 48L << 20;

    /** Rolls every second, so that cuts hit them. */
    private static final String ROLL_CYCLE = "TEST_SECONDLY";

    private static final int CUTS = 2;
    private static final int ACKNOWLEDGED_BEFORE_CUT_MIN = 150;
    private static final int ACKNOWLEDGED_BEFORE_CUT_SPREAD = 450;
    private static final int LARGE_PAYLOAD = 60_000;
    private static final int LARGE_PER_CALL = 15;
    private static final List<String> TOPICS = List.of("chat:first", "chat:second");

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final int port = StentorProcesses.freePort();
    private final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + port), keys.apiKey());
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @Tag("power-cut")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldLoseNothingSyncedWhenPowerIsCut(final String type) {
        assumeDisk(type);
        Storm.run("power-cut", type, 1, 25, (number, seed) -> cutPower(type, new Random(seed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @Tag("force-fails")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldStopWhenForceFails(final String type) {
        assumeDisk(type);
        Storm.run("force-fails", type + "-stop", 1, 25, (number, seed) -> stopWhenForceFails(type, new Random(seed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "xfs"})
    @Tag("force-fails")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldServeAgainWithoutLossWhenForceFailed(final String type) {
        assumeDisk(type);
        Storm.run("force-fails", type, 1, 25, (number, seed) -> failForce(type, new Random(seed)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ext4", "tmpfs"})
    @Tag("disk-full")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldRefuseBeforeTheDiskIsFullAndResumeWhenThereIsSpace(final String type) {
        assumeDisk("ext4");
        Storm.run("disk-full", type, 1, 25, (number, seed) -> fillDisk(type));
    }

    private void cutPower(final String type, final Random random) {
        final Judge judge = Judge.of("power-cut-" + type);
        final Ledger ledger = new Ledger(violations, judge.history()).forgetful();
        final List<Load> loads = new ArrayList<>();
        final LoopDisk disk = STENTOR.closeAtEnd(LoopDisk.make(STENTOR.newDirectory(), type, DISK_BYTES));
        try {
            final Path data = disk.directory().resolve("data");
            Tier tier = serve(judge, data);
            try (RecoveringSubscriber subscriber = subscriber(judge, tier);
                    RpcPublisher rpc = new RpcPublisher(tier.webSocket(), keys.token("publisher"))) {
                Await.until("the subscriptions", () -> TOPICS.stream().allMatch(subscriber::isSubscribed));
                loads.add(Load.overHttp("http", api, TOPICS, ledger, violations));
                loads.add(Load.syncedOverHttp("synced", api, TOPICS, ledger, violations));
                loads.add(Load.overWebSocket("rpc", rpc, TOPICS.get(0), 16, ledger, violations));
                for (int cut = 1; cut <= CUTS; cut++) {
                    awaitAcknowledged(
                            ledger, ACKNOWLEDGED_BEFORE_CUT_MIN + random.nextInt(ACKNOWLEDGED_BEFORE_CUT_SPREAD));
                    judge.fault(Fault.POWER_CUT, disk::cut);
                    tier.process().kill();
                    disk.remount();
                    tier = serve(judge, data);
                }
                awaitAcknowledged(ledger, ACKNOWLEDGED_BEFORE_CUT_MIN);
                loads.forEach(Load::finish);
                awaitSubscriber(judge, subscriber);
                System.out.printf(
                        "power cut on %s: the subscriber recovered %d times and was refused %d times%n",
                        type, subscriber.recoveries(), subscriber.refusals());
            }
            stopAndJudge(judge, tier, data);
            disk.close();
        } finally {
            loads.forEach(Load::close);
        }
    }

    private void stopWhenForceFails(final String type, final Random random) {
        final Judge judge = Judge.of("force-stops-" + type);
        final Ledger ledger = new Ledger(violations, judge.history());
        final LoopDisk disk = STENTOR.closeAtEnd(LoopDisk.make(STENTOR.newDirectory(), type, DISK_BYTES));
        final Tier tier = serve(judge, disk.directory().resolve("data"));
        final Load load = Load.syncedOverHttp("synced", api, TOPICS, ledger, violations);
        try {
            awaitAcknowledged(ledger, 20 + random.nextInt(40));
            judge.fault(Fault.FORCE_FAILS, disk::cut);
            final int acknowledged = ledger.size();
            final int code = tier.process().awaitExit(Await.SOON);
            assertNotEquals(0, code, "exit code of a tier whose disk fails");
            assertTrue(
                    code == JVM_ABORTED
                            || tier.process().err().stream().anyMatch(line -> line.contains("the engine has failed")),
                    tier.process().tail());
            // One may have been forced before and been told of it after.
            assertTrue(ledger.size() <= acknowledged + 1, () -> "acknowledged after the failure: " + ledger.size());
        } finally {
            load.close();
        }
        assertTrue(violations.isEmpty(), violations::toString);
        judge.abandon();
        disk.close();
    }

    private void failForce(final String type, final Random random) {
        final Judge judge = Judge.of("force-fails-" + type);
        final Ledger ledger = new Ledger(violations, judge.history()).forgetful();
        final List<Load> loads = new ArrayList<>();
        final LoopDisk disk = STENTOR.closeAtEnd(LoopDisk.make(STENTOR.newDirectory(), type, DISK_BYTES));
        try {
            final Path data = disk.directory().resolve("data");
            final Tier broken = serve(judge, data);
            loads.add(Load.overHttp("http", api, TOPICS, ledger, violations));
            loads.add(Load.syncedOverHttp("synced", api, TOPICS, ledger, violations));
            awaitAcknowledged(ledger, ACKNOWLEDGED_BEFORE_CUT_MIN + random.nextInt(ACKNOWLEDGED_BEFORE_CUT_SPREAD));
            judge.fault(Fault.FORCE_FAILS, disk::cut);
            assertNotEquals(0, broken.process().awaitExit(Await.SOON), "exit code of a tier whose disk fails");
            disk.remount();
            final Tier tier = serve(judge, data);
            awaitAcknowledged(ledger, ACKNOWLEDGED_BEFORE_CUT_MIN);
            loads.forEach(Load::finish);
            stopAndJudge(judge, tier, data);
            disk.close();
        } finally {
            loads.forEach(Load::close);
        }
    }

    private void fillDisk(final String type) throws IOException {
        final Judge judge = Judge.of("disk-full-" + type);
        final Ledger ledger = new Ledger(violations, judge.history());
        final Path parent = STENTOR.newDirectory();
        final LoopDisk disk = STENTOR.closeAtEnd(
                type.equals("tmpfs") ? LoopDisk.memory(parent, DISK_BYTES) : LoopDisk.make(parent, type, DISK_BYTES));
        final Path data = disk.directory().resolve("data");
        final Path ballast = disk.directory().resolve("ballast");
        final Tier tier = serve(judge, data);
        try (Load load = Load.overHttp("http", api, TOPICS, ledger, violations)) {
            awaitAcknowledged(ledger, ACKNOWLEDGED_BEFORE_CUT_MIN);
            fill(ballast, disk.usableBytes() - RESERVE_BYTES - ROOM_BYTES);
            publishUntilRefused();
            assertEquals(503, api.status("/readyz"), "readiness without space");
            assertTrue(disk.usableBytes() > 0, "refused before the disk is full");
            final int before = ledger.size();
            assertTrue(tier.process().isAlive(), "the tier lives");
            Files.delete(ballast);
            Await.until("ready again", () -> api.status("/readyz") == 200);
            awaitAcknowledged(ledger, ACKNOWLEDGED_BEFORE_CUT_MIN);
            assertTrue(ledger.size() > before, "it takes messages again by itself");
            load.finish();
        }
        stopAndJudge(judge, tier, data);
        disk.close();
    }

    /** Publishes what fills a disk, through the same door as everybody. The keys count in nobody's history. */
    private void publishUntilRefused() {
        final String payload = "x".repeat(LARGE_PAYLOAD);
        final Map<String, ?> publish =
                Map.of("publish", Map.of("channel", "large", "data", payload, "level", "JOURNALED"));
        final List<Map<String, ?>> commands = new ArrayList<>();
        for (int i = 0; i < LARGE_PER_CALL; i++) {
            commands.add(publish);
        }
        Await.until("a refusal for want of space", () -> {
            for (final JsonValue reply : api.call("batch", Map.of("commands", commands))
                    .result()
                    .at("replies")
                    .items()) {
                if (reply.at("publish").isAbsent() && api.status("/readyz") == 503) {
                    return true;
                }
            }
            return false;
        });
    }

    private Tier serve(final Judge judge, final Path data) {
        final Tier tier = STENTOR.serve(
                keys, data, port, "--roll-cycle", ROLL_CYCLE, "--disk-reserve", Long.toString(RESERVE_BYTES));
        judge.started(api);
        return tier;
    }

    private RecoveringSubscriber subscriber(final Judge judge, final Tier tier) {
        return new RecoveringSubscriber(
                        tier.webSocket(), keys.token("watcher"), TOPICS, judge.witness("subscriber"), violations)
                .start();
    }

    private void awaitSubscriber(final Judge judge, final RecoveringSubscriber subscriber) {
        for (final String topic : TOPICS) {
            final long head = api.top(topic).at("offset").number();
            Await.until("the end of " + topic, () -> subscriber.offset(topic) >= head);
            judge.witness("subscriber").caughtUp(topic, head);
        }
    }

    private void awaitAcknowledged(final Ledger ledger, final int more) {
        final int count = ledger.size() + more;
        Await.until(
                () -> count + " acknowledged messages, there are " + ledger.size() + "; " + violations,
                Await.SOON,
                () -> ledger.size() >= count);
    }

    private void stopAndJudge(final Judge judge, final Tier tier, final Path data) {
        tier.process().terminate();
        assertEquals(0, tier.process().awaitExit(Await.SOON), "exit code after SIGTERM");
        final Verdict verdict = judge.judge(data, "large", ROLL_CYCLE);
        assertTrue(verdict.acknowledged() > 0, verdict::toString);
        assertTrue(violations.isEmpty(), violations::toString);
    }

    private static void fill(final Path file, final long bytes) throws IOException {
        final byte[] block = new byte[1 << 20];
        try (var out = Files.newOutputStream(file)) {
            for (long written = 0; written < bytes; written += block.length) {
                out.write(block);
            }
        }
    }

    private static void assumeDisk(final String type) {
        final String missing = LoopDisk.missing(type);
        assumeTrue(missing == null, missing);
    }
}
