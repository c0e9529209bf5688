package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.JournalKind;
import io.stentor.engine.tier.Garbage.Kind;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.server.ConnectionCounters;
import io.stentor.transport.gateway.server.Gateway;
import io.stentor.transport.gateway.server.GatewayContext;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connections that mean no good, beside devices under a steady load: on the embedded shard and on one in a process of its own.
 * No session of a device may end, no message be lost, come twice or out of order, and, where time is looked at, none take much
 * longer.
 */
final class GarbageIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String ROW = "garbage";
    private static final boolean LONG = Storm.isLong(ROW);
    private static final int GARBAGE = LONG ? 10_000 : 330;
    private static final int GARBAGE_PER_SECOND = LONG ? 200 : 100;
    private static final int COUNTED = 55;
    private static final int DEVICES = LONG ? 300 : 60;
    private static final int EDGES = 2;
    private static final int GROUP_SIZE = 10;
    private static final int FACTOR_MAX = 5;
    private static final String CHANNEL = "channel:news";

    /** A socket without a session is ended after 15 s; the rest is for a machine that is busy. */
    private static final Duration END_LIMIT = Duration.ofSeconds(60);

    /** In the test of the counters, in milliseconds. */
    private static final int CONNECT_TIMEOUT_MS = 1_000;

    /** Files of a process that come and go without sockets: streams, journal segments. */
    private static final int FILES_SPREAD = 20;

    private static final Duration QUIET = Duration.ofSeconds(LONG ? 30 : 2);
    private static final String QUIETLY = "quiet";
    private static final String UNDER_GARBAGE = "garbage";
    private static final List<Integer> ALL = List.of(0, 1);

    private final Keys keys = Keys.write(STENTOR.newDirectory());
    private final long seed = System.nanoTime();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();

    @Test
    @Tag(ROW)
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldLeaveDevicesAloneWhenGarbageConnects() {
        final Judge judge = Judge.of(ROW);
        final Ledger ledger = new Ledger(violations, judge.history());
        final DeliveryTimes times = new DeliveryTimes(EDGES, ledger, "http");
        final Path data = STENTOR.newDirectory();
        final String secret = keys.secretFile().toString();
        final Tier engine = STENTOR.serve(keys, data, 0, "--shards", "127.0.0.1:0", "--secret-file", secret);
        final Tier shard = STENTOR.awaitReady(STENTOR.start(
                StentorProcesses.shardCommand(keys, engine.awaitShardsAddress(), "127.0.0.1:0", 2), Map.of()));
        final ApiClient api = engine.api(keys.apiKey());
        judge.started(api);
        final List<URI> edges = List.of(engine.webSocket(), shard.webSocket());
        final List<Load> loads = new ArrayList<>();
        try (Devices devices = new Devices(edges, times, violations)) {
            for (int number = 0; number < DEVICES; number++) {
                final String name = "device" + number;
                devices.add(name, keys.token(name), number % EDGES, topicsOf(number), judge.witness(name));
            }
            devices.connectAll();
            loads.add(Load.overHttp("http1", api, topics("chat:", 2), Duration.ofMillis(10), ledger, violations));
            loads.add(Load.overHttp(
                    "http2", api, topics("group:", GROUP_SIZE), Duration.ofMillis(20), ledger, violations));
            loads.add(Load.overHttp("http3", api, List.of(CHANNEL), Duration.ofMillis(500), ledger, violations));
            hold(QUIET);
            times.begin(QUIETLY);
            hold(QUIET);

            final long files = engine.process().openFiles() + shard.process().openFiles();
            final long began = System.nanoTime();
            times.begin(UNDER_GARBAGE);
            System.out.printf("%d connections of garbage, seed %d%n", GARBAGE, seed);
            try (Garbage garbage = new Garbage(edges, keys, CHANNEL, seed)) {
                garbage.send(GARBAGE, GARBAGE_PER_SECOND);
                garbage.awaitEnds(GARBAGE, END_LIMIT);
                times.begin("after");
                System.out.println(garbage);
                assertEquals(List.of(), garbage.faults(), "connections that were not taken");
            }
            Await.until(
                    () -> "the end of all sockets of garbage: "
                            + (engine.process().openFiles() + shard.process().openFiles()) + " open files, " + files
                            + " before",
                    END_LIMIT,
                    () -> engine.process().openFiles() + shard.process().openFiles() <= files + FILES_SPREAD);
            report(times, devices);
            assertEquals(List.of(), devices.endsSince(began), () -> "sessions of devices that ended; " + devices);

            loads.forEach(Load::finish);
            devices.catchUp(api);
            assertTrue(violations.isEmpty(), violations::toString);
        } finally {
            loads.forEach(Load::close);
        }
        for (final Tier each : List.of(shard, engine)) {
            assertEquals(List.of(), each.process().err(), "a client's fault is nothing to print");
            each.process().terminate();
            assertEquals(0, each.process().awaitExit(Await.SOON), "exit code after SIGTERM");
        }
        judge.judge(data);
        if (LONG) {
            final double factor = factor(times);
            assertTrue(factor <= FACTOR_MAX, () -> "p99 under garbage is " + factor + " times the quiet one");
        }
    }

    @Test
    void shouldCountEveryRefusalWhenGarbageConnects() {
        final GatewayContext context = new GatewayContext()
                .port(0)
                .tokenKey(keys.tokenKey().getBytes(StandardCharsets.UTF_8))
                .connectTimeoutMs(CONNECT_TIMEOUT_MS);
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext().journalKind(JournalKind.HEAP));
                Gateway gateway = Gateway.launch(context.sessionPort(engine.sessions()));
                Garbage garbage =
                        new Garbage(List.of(URI.create("ws://127.0.0.1:" + gateway.port())), keys, CHANNEL, seed)) {
            garbage.send(COUNTED, COUNTED);
            garbage.awaitEnds(COUNTED, END_LIMIT);
            System.out.println(garbage);

            final ConnectionCounters counters = gateway.counters();
            assertEquals(List.of(), garbage.faults());
            assertEquals(
                    garbage.opened(Kind.NOISE)
                            + garbage.opened(Kind.HALF_HANDSHAKE)
                            + garbage.opened(Kind.SLOW_HANDSHAKE)
                            + garbage.opened(Kind.OTHER_WEBSOCKET),
                    counters.badHandshakes());
            assertEquals(garbage.opened(Kind.NO_PROTOCOL), counters.malformedFirstFrames());
            assertEquals(garbage.opened(Kind.SILENT), counters.ended(Disconnect.STALE.code()));
            assertEquals(0, counters.refusedByLimit() + counters.refusedByRate());
            Await.until("the deaf ones alone", () -> gateway.connections() == garbage.opened(Kind.DEAF));
        }
    }

    private void report(final DeliveryTimes times, final Devices devices) {
        System.out.printf(
                "p99 %.1f ms of %d deliveries quietly, %.1f ms of %d under garbage, %.1f times; %s%n",
                times.p99(QUIETLY, ALL).toNanos() / 1e6,
                times.count(QUIETLY, ALL),
                times.p99(UNDER_GARBAGE, ALL).toNanos() / 1e6,
                times.count(UNDER_GARBAGE, ALL),
                factor(times),
                devices);
    }

    private static double factor(final DeliveryTimes times) {
        return (double) times.p99(UNDER_GARBAGE, ALL).toNanos()
                / times.p99(QUIETLY, ALL).toNanos();
    }

    private static List<String> topicsOf(final int number) {
        return List.of("chat:" + number / 2, "group:" + number / GROUP_SIZE, CHANNEL);
    }

    private static List<String> topics(final String prefix, final int size) {
        return IntStream.range(0, DEVICES / size)
                .mapToObj(number -> prefix + number)
                .toList();
    }

    /** Lets the load flow for a time, unless something is wrong already. */
    private void hold(final Duration length) {
        Load.flow(length, violations);
    }
}
