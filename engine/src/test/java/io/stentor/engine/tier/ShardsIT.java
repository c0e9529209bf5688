package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.stentor.engine.history.Fault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * An engine and three shards, each a process of its own, with devices spread over them. Under a steady load a shard is
 * stopped, a shard is killed, a device stops reading, a shard's link is cut and the engine is killed, one after the other;
 * and no device may miss a message, get one twice or out of order, nor one of an untouched shard notice anything.
 */
final class ShardsIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String ROW = "shards";
    private static final boolean LONG = Storm.isLong(ROW);
    private static final int DEVICES = LONG ? 3_000 : 150;

    private static final int SHARDS = 3;
    private static final int FIRST_SHARD_ID = 2;

    /** The shard that is stopped, the one that is killed, and the one behind the link. */
    private static final int STOPPED = 0;

    private static final int KILLED = 1;
    private static final int LINKED = 2;
    private static final int NONE = -1;

    private static final int GROUP_SIZE = 10;

    /** One of so many devices hears the channel. */
    private static final int CHANNEL_SHARE = 3;

    private static final String CHANNEL = "channel:news";
    private static final String FLOODED = "chat:0";

    /**
     * Messages of 0.8 KB that are published while a device does not read: more than the kernel keeps for its socket (4 MiB
     * with their overhead by default, tcp_wmem) and its session (1,024 messages or 1 MiB).
     */
    private static final long FLOOD = 7_000;

    private static final int FLOOD_BURST = 100;

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration CUT = Duration.ofSeconds(5);

    /** How long the load flows while nothing happens: six times in a storm, three minutes with the faults. */
    private static final Duration QUIET = Duration.ofSeconds(LONG ? 24 : 5);

    /** The load flows for so long before anything is timed: what is held against a quiet time is held against a warm one. */
    private static final Duration WARM_UP = Duration.ofSeconds(LONG ? 45 : 2);

    private static final Duration AFTER = Duration.ofSeconds(LONG ? 20 : 3);
    /** Nobody sends all devices home in the same millisecond: they are told so a few at a time. */
    private static final Duration HOMECOMING = Duration.ofSeconds(LONG ? 10 : 1);

    private static final Duration READY_LIMIT = Duration.ofSeconds(60);

    private static final String QUIETLY = "quiet";
    private static final int FACTOR_MAX = 5;

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final Path data = STENTOR.newDirectory();
    private final int enginePort = StentorProcesses.freePort();
    private final int shardsPort = StentorProcesses.freePort();
    private final int[] httpPorts =
            IntStream.range(0, SHARDS).map(shard -> StentorProcesses.freePort()).toArray();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Judge judge = Judge.of(ROW);
    private final Ledger ledger = new Ledger(violations, judge.history());
    private final DeliveryTimes times = new DeliveryTimes(SHARDS, ledger, "http");
    private final Tier[] shards = new Tier[SHARDS];
    private final Map<String, Double> factors = new HashMap<>();
    private NetworkNamespace network;
    private Tier engine;
    private Devices devices;

    /** What is done to the tier, with the load flowing. */
    private interface Deed {
        void run();
    }

    @Test
    @Tag(ROW)
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void shouldKeepEveryPromiseAndDisturbNobodyElseWhenShardsAndEngineFail() {
        final String missing = NetworkNamespace.missing();
        if (missing == null) {
            network = STENTOR.closeAtEnd(NetworkNamespace.make());
        } else if ("true".equals(System.getenv("CI"))) {
            fail(missing);
        }
        startEngine();
        IntStream.range(0, SHARDS).forEach(this::startShard);
        final List<URI> webSockets =
                List.of(shards).stream().map(Tier::webSocket).toList();
        final ApiClient api = engine.api(keys.apiKey());
        final List<Load> loads = new ArrayList<>();
        try (Devices opened = new Devices(webSockets, times, violations);
                RpcPublisher one = new RpcPublisher(webSockets.get(STOPPED), keys.token("publisher1"));
                RpcPublisher other = new RpcPublisher(webSockets.get(KILLED), keys.token("publisher2"));
                RpcPublisher flooding = new RpcPublisher(webSockets.get(LINKED), keys.token("publisher3"))) {
            devices = opened;
            addDevices();
            final long began = System.nanoTime();
            devices.connectAll();
            System.out.printf(
                    "%d devices in %d topics are subscribed after %d ms%n",
                    DEVICES, topics().size(), millisSince(began));
            loads.add(Load.overHttp("http1", api, chats(), Duration.ofMillis(20), ledger, violations));
            loads.add(Load.overHttp("http2", api, groups(), Duration.ofMillis(50), ledger, violations));
            loads.add(Load.overHttp(
                    "http3", api, List.of(CHANNEL), Duration.ofMillis(LONG ? 500 : 200), ledger, violations));
            loads.add(Load.overWebSocket("rpc1", one, "group:0", 2, ledger, violations));
            loads.add(Load.overWebSocket("rpc2", other, "group:1", 2, ledger, violations));
            hold(WARM_UP);

            phase(QUIETLY, NONE, () -> hold(QUIET));
            phase("a shard is stopped", STOPPED, () -> shards[STOPPED].process().pause(PAUSE));
            phase("a shard is killed and restarted", KILLED, () -> {
                shards[KILLED].process().kill();
                hold(AFTER);
                startShard(KILLED);
            });
            phase("devices go home", KILLED, this::goHome);
            flood(flooding);
            if (network != null) {
                phase("a link is cut", LINKED, () -> {
                    network.cut();
                    hold(CUT);
                    network.join();
                });
            }
            phase("the engine is killed and restarted", NONE, this::restartEngine);
            phase(QUIETLY, NONE, () -> hold(QUIET));

            loads.forEach(Load::finish);
            devices.catchUp(api);
            assertTrue(violations.isEmpty(), violations::toString);
        } finally {
            loads.forEach(Load::close);
        }
        for (final Tier shard : shards) {
            shard.process().terminate();
            assertEquals(0, shard.process().awaitExit(Await.SOON), "exit code of a shard after SIGTERM");
        }
        engine.process().terminate();
        assertEquals(0, engine.process().awaitExit(Await.SOON), "exit code of the engine after SIGTERM");
        judge.judge(data);
        assertEquals(0, devices.snapshots(), "positions that were lost");
        if (LONG) {
            factors.forEach((phase, factor) -> assertTrue(
                    factor <= FACTOR_MAX,
                    () -> phase + ": p99 of untouched shards is " + factor + " times the quiet one"));
        }
        if (network == null) {
            abort("all but the cut link: " + missing);
        }
    }

    /** Does something while the load flows, waits until all devices have what they missed, and holds it against the rest. */
    private void phase(final String name, final int touched, final Deed deed) {
        final long began = System.nanoTime();
        times.begin(name);
        deed.run();
        final List<Devices.End> ends = settle(name, touched, began);
        assertEquals(
                List.of(),
                ends.stream().filter(end -> end.shard() != touched).limit(10).toList(),
                () -> name + ": sessions of untouched shards that ended; " + devices);
        assertTrue(violations.isEmpty(), violations::toString);
    }

    /** Waits until all devices have what was acknowledged so far, and ends the phase; the sessions that ended in it. */
    private List<Devices.End> settle(final String name, final int touched, final long began) {
        hold(AFTER);
        devices.awaitLive();
        final Map<String, Long> tops = new HashMap<>();
        topics().forEach(topic -> tops.put(
                topic,
                ledger.acknowledged(topic).values().stream()
                        .max(Comparator.naturalOrder())
                        .orElse(0L)));
        devices.awaitOffsets(tops);
        times.begin("between");
        final List<Devices.End> ends = devices.endsSince(began);
        report(name, touched, ends, millisSince(began));
        return ends;
    }

    private void report(final String name, final int touched, final List<Devices.End> ends, final long tookMs) {
        final List<Integer> untouched = IntStream.range(0, SHARDS)
                .filter(shard -> shard != touched)
                .boxed()
                .toList();
        final Duration p99 = times.p99(name, untouched);
        final Duration quiet = times.p99(QUIETLY, untouched);
        final double factor = (double) p99.toNanos() / quiet.toNanos();
        if (touched != NONE) {
            factors.put(name, factor);
        }
        System.out.printf(
                "%s, %d ms: %d sessions ended, by code %s; on untouched shards %d deliveries, p99 %.1f ms, %.1f times the quiet one"
                        + " of %.1f ms; %s%n",
                name,
                tookMs,
                ends.size(),
                ends.stream().collect(Collectors.groupingBy(Devices.End::code, Collectors.counting())),
                times.count(name, untouched),
                p99.toNanos() / 1e6,
                factor,
                quiet.toNanos() / 1e6,
                devices);
    }

    /** One device stops reading while more is published to it than its session may hold. */
    private void flood(final RpcPublisher publisher) {
        final Device deaf = devices.all().get(0);
        final long behindBefore = devices.behind();
        final long began = System.nanoTime();
        final String name = "a device stops reading";
        times.begin(name);
        devices.reading(deaf, false);
        final int acknowledged = ledger.acknowledged(FLOODED).size();
        final Load load = Load.overWebSocket("flood", publisher, FLOODED, FLOOD_BURST, ledger, violations);
        try {
            Await.until(
                    () -> "a flood; there are " + (ledger.acknowledged(FLOODED).size() - acknowledged) + "; "
                            + violations,
                    Duration.ofMinutes(2),
                    () -> ledger.acknowledged(FLOODED).size() - acknowledged >= FLOOD);
            load.finish();
        } finally {
            load.close();
        }
        assertTrue(deaf.offset(FLOODED) < FLOOD, "it has not read");
        final int touched = deaf.shard();
        devices.reading(deaf, true);
        final List<Devices.End> ends = settle(name, touched, began);
        assertEquals(
                List.of(),
                ends.stream().filter(end -> !end.device().equals(deaf.name())).toList(),
                () -> name + ": sessions of others that ended; " + devices);
        assertTrue(devices.behind() > behindBefore || !ends.isEmpty(), () -> "the deaf device was told; " + devices);
        assertTrue(violations.isEmpty(), violations::toString);
    }

    /** The sockets stay, whoever the engine is. */
    private void restartEngine() {
        judge.fault(Fault.KILL, engine.process()::kill);
        hold(AFTER);
        startEngine();
        for (final Tier shard : shards) {
            Await.until(() -> "shard of " + shard.url(), READY_LIMIT, () -> isReady(shard));
        }
    }

    private void goHome() {
        devices.goHome(HOMECOMING);
        Await.until(
                () -> devices.sessions(KILLED) + " sessions at the restarted shard; " + devices,
                READY_LIMIT,
                () -> devices.all().stream().allMatch(Device::isLive) && devices.sessions(KILLED) == DEVICES / SHARDS);
    }

    private static boolean isReady(final Tier shard) {
        return shard.api().status("/readyz") == 200;
    }

    private void startEngine() {
        final String host = network == null ? "127.0.0.1" : network.hostAddress();
        engine = STENTOR.serve(
                keys,
                data,
                enginePort,
                "--shards",
                host + ":" + shardsPort,
                "--no-shard",
                "--secret-file",
                keys.secretFile().toString());
        judge.started(engine.api(keys.apiKey()));
    }

    private void startShard(final int shard) {
        final boolean linked = network != null && shard == LINKED;
        final String engineHost = network == null ? "127.0.0.1" : network.hostAddress();
        final List<String> command = StentorProcesses.shardCommand(
                keys,
                engineHost + ":" + shardsPort,
                (linked ? network.address() : "127.0.0.1") + ":" + httpPorts[shard],
                FIRST_SHARD_ID + shard);
        shards[shard] = STENTOR.awaitReady(STENTOR.start(linked ? network.inside(command) : command, Map.of()));
    }

    private void addDevices() {
        for (int number = 0; number < DEVICES; number++) {
            final List<String> own = new ArrayList<>(List.of(chat(number), group(number)));
            if (number % CHANNEL_SHARE == 0) {
                own.add(CHANNEL);
            }
            final String name = "device" + number;
            // Both of a chat are on different shards, and each shard has its share of the channel.
            devices.add(name, keys.token(name), (number + number / SHARDS) % SHARDS, own, judge.witness(name));
        }
    }

    private static String chat(final int number) {
        return "chat:" + number / 2;
    }

    private static String group(final int number) {
        return "group:" + number / GROUP_SIZE;
    }

    private static List<String> chats() {
        return IntStream.range(0, DEVICES).mapToObj(ShardsIT::chat).distinct().toList();
    }

    private static List<String> groups() {
        return IntStream.range(0, DEVICES).mapToObj(ShardsIT::group).distinct().toList();
    }

    private static Set<String> topics() {
        final Set<String> topics = new LinkedHashSet<>(chats());
        topics.addAll(groups());
        topics.add(CHANNEL);
        return topics;
    }

    private void hold(final Duration length) {
        Load.flow(length, violations);
    }

    private static long millisSince(final long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
