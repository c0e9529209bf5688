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

    private static final int KILLS = 20;

    /** Every so many kills the process that comes next is killed while it starts. */
    private static final int KILL_OF_START_EVERY = 4;

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
                judge.fault(Fault.KILL, tier.process()::kill);
                final int acknowledged = ledger.size();
                if (kill % KILL_OF_START_EVERY == 0) {
                    killStarting(Duration.ofMillis(200 + random.nextInt(2_500)));
                }
                final Instant killed = Instant.now();
                tier = start();
                System.out.printf(
                        "kill %d: %d messages acknowledged, ready %d ms after the start%n",
                        kill,
                        acknowledged,
                        Duration.between(killed, Instant.now()).toMillis());
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
        judge.judge(data);
    }

    private void killWithTheSameId() {
        begin("pid-namespace");
        final List<String> command = new ArrayList<>(NAMESPACE);
        command.addAll(StentorProcesses.serveCommand(keys, data, port));
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
        judge.judge(data);
    }

    /** Kills a process on its way to being ready, wherever it is then. */
    private void killStarting(final Duration delay) {
        final StentorProcess process = STENTOR.start(StentorProcesses.serveCommand(keys, data, port), Map.of());
        process.killAfter(delay);
        final boolean ready = process.out().stream().anyMatch(line -> line.startsWith("ready "));
        System.out.printf(
                "killed %d ms after the start, %s%n", delay.toMillis(), ready ? "already ready" : "not yet ready");
    }

    private Tier start() {
        final Tier tier = STENTOR.serve(keys, data, port);
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
