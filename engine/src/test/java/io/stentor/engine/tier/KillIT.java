package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.stentor.engine.history.Fault;
import io.stentor.transport.wire.AckLevel;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Kills the tier with SIGKILL in the middle of publishes that it acknowledges, again and again, and holds every promise
 * against what is left: to publishers, to those that repeat themselves, and to subscribers that come back.
 */
final class KillIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    /** When the process is killed. */
    private enum Aim {
        /** Whatever it does. */
        ANY_TIME,
        /** When it has just begun a file. */
        ROLL,
        /** While it writes a checkpoint. */
        CHECKPOINT,
        /** Whatever it does, and the next one while it recovers the journal. */
        RECOVERY;

        private static final List<Aim> ALL = List.of(values());
    }

    private static final int KILLS = 20;

    private static final String ROLL_CYCLE = "TEST_SECONDLY";
    private static final int CHECKPOINT_RECORDS = 500;
    private static final String[] OPTIONS = {
        "--roll-cycle", ROLL_CYCLE, "--checkpoint-records", Integer.toString(CHECKPOINT_RECORDS)
    };

    /** Recovery and what follows until it is ready take about so long. */
    private static final int RECOVERY_SPREAD_MS = 600;

    /**
     * Records that a start may have to replay beyond those after which a checkpoint is due, which are as many as the state
     * has entries: what is published while two of them are made.
     */
    private static final long REPLAY_SLACK = 3_000;

    /** Files that a start may have to walk: of the current second, the one before it, and what a slow disk left behind. */
    private static final long WALK_MAX = 6;

    private static final int SAME_ID_RUNS = 5;

    /** Runs a command as process 1. */
    private static final List<String> NAMESPACE = List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");

    private static final int ACKNOWLEDGED_BEFORE_KILL_MIN = 100;
    private static final int ACKNOWLEDGED_BEFORE_KILL_SPREAD = 400;

    /** How many of the acknowledged messages of a topic are published again after each kill. */
    private static final int REPEATS = 10;

    private static final String FIRST = "chat:first";
    private static final String SECOND = "chat:second";
    private static final List<String> CHATS = List.of(FIRST, SECOND);
    private static final List<String> MANY =
            IntStream.rangeClosed(1, 20).mapToObj(each -> "news:" + each).toList();
    private static final String RPC = "rpc";
    private static final String REPEATING = "repeating";

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final int port = StentorProcesses.freePort();
    private final Set<Path> sharedMemory = new TreeSet<>();
    private Queue<String> violations;
    private Judge judge;
    private Ledger ledger;
    private Path data;
    private JournalWatch watch;

    @Test
    @Tag("kill")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldKeepEveryPromiseWhenKilledInTheMiddleOfPublishes() {
        Storm.run("kill", "tier", 1, 25, (number, seed) -> killInTheMiddle(new Random(seed)));
    }

    /**
     * In a container every run has the process id 1, and the queue beneath the journal takes a lock that a killed process
     * left for its own.
     */
    @Test
    @Tag("pid-namespace")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldServeAgainWhenEachRunHasTheSameProcessId() {
        assumeTrue(STENTOR.canRun(NAMESPACE), "needs root and util-linux for a process namespace");
        Storm.run("pid-namespace", "tier", 1, 20, (number, seed) -> killWithTheSameId());
    }

    private void begin(final String name) {
        violations = new ConcurrentLinkedQueue<>();
        judge = Judge.of(name);
        ledger = new Ledger(violations, judge.history());
        data = STENTOR.newDirectory();
        watch = new JournalWatch(data);
        sharedMemory.clear();
    }

    private void killInTheMiddle(final Random random) {
        begin("kill");
        Tier tier = start();
        final ApiClient api = tier.api(keys.apiKey());
        final List<Load> loads = new ArrayList<>();
        try (NodeClients node = NodeClients.start();
                RpcPublisher rpc = new RpcPublisher(tier.webSocket(), keys.token("publisher"));
                RpcPublisher repeating = new RpcPublisher(tier.webSocket(), keys.token("publisher"));
                RecoveringSubscriber subscriber = subscriber(tier)) {
            node.connect("node", keys.nodeSettings(tier, "json", "watcher"));
            CHATS.forEach(topic -> node.subscribe("node", topic));
            Await.until("the subscriptions", () -> CHATS.stream().allMatch(subscriber::isSubscribed));
            loads.add(Load.overHttp("http1", api, CHATS, ledger, violations));
            loads.add(Load.overHttp("http2", api, CHATS, ledger, violations));
            loads.add(Load.overWebSocket(RPC, rpc, FIRST, 16, ledger, violations));
            loads.add(Load.broadcast("broadcast", api, MANY, ledger, violations));
            for (int kill = 1; kill <= KILLS; kill++) {
                awaitAcknowledged(
                        ledger.size() + ACKNOWLEDGED_BEFORE_KILL_MIN + random.nextInt(ACKNOWLEDGED_BEFORE_KILL_SPREAD));
                final Aim aim = Aim.ALL.get(kill % Aim.ALL.size());
                aim(aim);
                judge.fault(Fault.KILL, tier.process()::kill);
                final int acknowledged = ledger.size();
                if (aim == Aim.RECOVERY) {
                    killStarting(random);
                }
                final long replayed = watch.recordsToReplay();
                final long entries = watch.entries();
                final long walked = watch.filesToWalk();
                final Instant killed = Instant.now();
                tier = start();
                System.out.printf(
                        "kill %d, %s: %d messages acknowledged, %d records to replay, %d files to walk, ready %d ms after"
                                + " the start%n",
                        kill,
                        aim,
                        acknowledged,
                        replayed,
                        walked,
                        Duration.between(killed, Instant.now()).toMillis());
                final long due = Math.max(CHECKPOINT_RECORDS, entries) + REPLAY_SLACK;
                assertTrue(replayed <= due, () -> replayed + " records to replay, of a state with " + entries);
                assertTrue(walked <= WALK_MAX, () -> walked + " files to walk");
                repeat(api, repeating);
                verify(api);
            }
            loads.forEach(Load::finish);
            verify(api);
            verifySubscribers(api, subscriber, node);
            System.out.printf(
                    "%d messages acknowledged, %d of them found again when repeated; %d recoveries%n",
                    ledger.size(), ledger.foundAgain(), subscriber.recoveries());
        } finally {
            loads.forEach(Load::close);
        }
        tier.process().terminate();
        assertEquals(0, tier.process().awaitExit(Await.SOON), "exit code after SIGTERM");
        verifySharedMemory();
        judge.judge(data, "", ROLL_CYCLE);
    }

    private void killWithTheSameId() {
        begin("pid-namespace");
        final List<String> command = new ArrayList<>(NAMESPACE);
        command.addAll(command());
        final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + port), keys.apiKey());
        try (Load one = Load.overHttp("http1", api, CHATS, ledger, violations);
                Load other = Load.overHttp("http2", api, CHATS, ledger, violations)) {
            for (int run = 1; run <= SAME_ID_RUNS; run++) {
                final StentorProcess process = STENTOR.start(command, Map.of());
                STENTOR.awaitReady(process);
                judge.started(api);
                awaitAcknowledged(ledger.size() + ACKNOWLEDGED_BEFORE_KILL_MIN);
                if (run == SAME_ID_RUNS) {
                    one.finish();
                    other.finish();
                }
                verify(api);
                judge.fault(Fault.KILL, process::killAll);
            }
        }
        judge.judge(data, "", ROLL_CYCLE);
    }

    private void aim(final Aim aim) {
        switch (aim) {
            case ROLL -> watch.awaitRoll();
            case CHECKPOINT -> watch.awaitCheckpoint();
            case ANY_TIME, RECOVERY -> {
                // It is busy all the time.
            }
        }
    }

    /** Kills a process once it owns the journal, while it recovers it or a little later. */
    private void killStarting(final Random random) {
        final StentorProcess process = STENTOR.start(command(), Map.of());
        watch.awaitOwner(process.pid());
        final Duration delay = Duration.ofMillis(random.nextInt(RECOVERY_SPREAD_MS));
        process.killAfter(delay);
        final boolean ready = process.out().stream().anyMatch(line -> line.startsWith("ready "));
        System.out.printf(
                "killed %d ms after it took the journal, %s%n",
                delay.toMillis(), ready ? "already ready" : "not yet ready");
    }

    private List<String> command() {
        return StentorProcesses.serveCommand(keys, data, port, OPTIONS);
    }

    private Tier start() {
        final Tier tier = STENTOR.awaitReady(STENTOR.start(command(), Map.of()));
        judge.started(tier.api(keys.apiKey()));
        sharedMemory.addAll(tier.process().sharedMemory());
        return tier;
    }

    private RecoveringSubscriber subscriber(final Tier tier) {
        return new RecoveringSubscriber(
                        tier.webSocket(), keys.token("watcher"), CHATS, judge.witness("subscriber"), violations)
                .start();
    }

    private void awaitAcknowledged(final int count) {
        Await.until(
                () -> count + " acknowledged messages, there are " + ledger.size() + "; " + violations,
                Await.SOON,
                () -> ledger.size() >= count);
    }

    /** Publishes again what was acknowledged before; the ledger compares the offsets. */
    private void repeat(final ApiClient api, final RpcPublisher rpc) {
        for (final String topic : CHATS) {
            final List<String> acknowledged =
                    new ArrayList<>(ledger.acknowledged(topic).keySet());
            for (final String key :
                    acknowledged.subList(Math.max(0, acknowledged.size() - REPEATS), acknowledged.size())) {
                ledger.asks(REPEATING, topic, key, AckLevel.SYNCED);
                final JsonValue published = key.startsWith(RPC)
                        ? RpcPublisher.published(rpc.socket()
                                .rpc("publish", Load.publish(topic, "id", key, "topic", AckLevel.SYNCED))
                                .orTimeout(3, TimeUnit.MINUTES)
                                .join())
                        : api.call("publish", Load.publish(topic, "idempotency_key", key, "channel", AckLevel.SYNCED))
                                .result();
                ledger.acknowledged(REPEATING, topic, key, published);
            }
        }
    }

    /** Every acknowledged message is there, once, at its offset; each publisher's in the order in which it published. */
    private void verify(final ApiClient api) {
        Stream.concat(CHATS.stream(), MANY.stream()).forEach(topic -> {
            final Map<String, Long> acknowledged = ledger.acknowledged(topic);
            final Map<String, Long> stored = new HashMap<>();
            final Map<String, Long> lastNumberByPublisher = new HashMap<>();
            long offset = 0;
            for (final JsonValue publication : api.history(topic)) {
                final String key = key(publication);
                assertEquals(++offset, publication.at("offset").number(), "offsets of " + topic + " are dense");
                assertEquals(null, stored.put(key, offset), key + " is in " + topic + " twice");
                final int dash = key.lastIndexOf('-');
                final long number = Long.parseLong(key.substring(dash + 1));
                final String publisher = key.substring(0, dash);
                final Long before = lastNumberByPublisher.put(publisher, number);
                assertTrue(
                        before == null || before < number || !ledger.isInOrder(publisher),
                        key + " of " + topic + " comes after number " + before);
            }
            acknowledged.forEach(
                    (key, where) -> assertEquals(where, stored.get(key), "where " + topic + " has " + key));
        });
        assertTrue(violations.isEmpty(), violations::toString);
    }

    private void verifySubscribers(final ApiClient api, final RecoveringSubscriber subscriber, final NodeClients node) {
        for (final String topic : CHATS) {
            final List<String> stored = lines(api.history(topic));
            assertFalse(stored.isEmpty(), "nothing was published to " + topic);
            Await.until("the end of " + topic, () -> subscriber.offset(topic) >= stored.size());
            judge.witness("subscriber").caughtUp(topic, stored.size());
            assertEquals(stored, lines(subscriber.seen(topic)), "what the subscriber saw of " + topic);
            assertEquals(
                    stored,
                    lines(node.awaitPublications("node", topic, stored.size())),
                    "what the Node client saw of " + topic);
        }
        assertTrue(violations.isEmpty(), violations::toString);
        final List<JsonValue> unrecovered = node.eventsOf("node", "subscribed").stream()
                .filter(event -> event.at("wasRecovering").flag()
                        && !event.at("recovered").flag())
                .toList();
        assertEquals(List.of(), unrecovered, "the Node client recovered each time");
    }

    private void verifySharedMemory() {
        assertEquals(1, sharedMemory.size(), () -> "each start takes over the same directory: " + sharedMemory);
        sharedMemory.forEach(directory -> assertFalse(directory.toFile().exists(), directory + " is left behind"));
    }

    private static List<String> lines(final List<JsonValue> publications) {
        return publications.stream()
                .map(publication -> publication.at("offset") + " " + key(publication))
                .toList();
    }

    private static String key(final JsonValue publication) {
        return publication.at("data").at("key").text();
    }
}
