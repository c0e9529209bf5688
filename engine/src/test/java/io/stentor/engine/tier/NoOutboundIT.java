package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The tier talks to those who come to it and to nobody else. */
final class NoOutboundIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final long LOOK_NS = Duration.ofMillis(5).toNanos();

    @Test
    void shouldOnlyAcceptConnectionsFromStartToStop() {
        final int port = StentorProcesses.freePort();
        final Set<SocketTable.Socket> seen = ConcurrentHashMap.newKeySet();
        final StentorProcess process = STENTOR.start(
                "serve",
                "--dev",
                "--http",
                "127.0.0.1:" + port,
                "--data",
                STENTOR.newDirectory().toString());
        final Thread watch = new Thread(
                () -> {
                    while (process.isAlive()) {
                        seen.addAll(SocketTable.of(process.pid()));
                        LockSupport.parkNanos(LOOK_NS);
                    }
                },
                "socket-watch");
        watch.setDaemon(true);
        watch.start();
        final Tier tier = STENTOR.awaitReady(process);
        try (SocketClient client = SocketClient.connect(tier.webSocket(), null, push -> {})) {
            client.ask("subscribe", Map.of("channel", "chat:one"));
            for (int i = 1; i <= 100; i++) {
                assertEquals(i, tier.api().publish("chat:one", i));
            }
            Await.until("an accepted socket", () -> seen.stream().anyMatch(socket -> !socket.isListening()));
            process.terminate();
            assertEquals(0, process.awaitExit(Await.SOON));
        }
        assertTrue(seen.stream().anyMatch(SocketTable.Socket::isListening), "the listening socket was not seen");
        assertEquals(
                List.of(),
                seen.stream()
                        .filter(socket -> !socket.isAcceptedOnLoopback(port))
                        .toList(),
                "sockets that are not accepted on loopback");
    }

    /**
     * Polling may miss a short attempt, counting does not: in a network of its own that leads nowhere the kernel counts
     * each packet, of every protocol, that somebody wanted to send out.
     */
    @Test
    void shouldTryToReachNobodyWhenTheNetworkLeadsNowhere() throws IOException {
        assumeTrue(
                STENTOR.canRun(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && \"$@\"", "sh"))
                        && STENTOR.canRun(List.of(
                                "nsenter",
                                "--target",
                                Long.toString(ProcessHandle.current().pid())))
                        && STENTOR.canRun(List.of("bash", "-c", "exec \"$0\"")),
                "needs root, bash, util-linux and iproute2 for a network namespace");
        final List<String> command =
                new ArrayList<>(List.of("unshare", "--net", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"));
        command.addAll(List.of(StentorProcesses.command(
                        "serve",
                        "--dev",
                        "--http",
                        "127.0.0.1:8000",
                        "--data",
                        STENTOR.newDirectory().toString())
                .toArray(new String[0])));
        final StentorProcess process = STENTOR.start(command, Map.of());
        final Tier tier = STENTOR.awaitReady(process);
        assertEquals(
                URI.create("http://127.0.0.1:8000"),
                URI.create(tier.url().toString().replaceAll("/$", "")));
        final List<String> enter = List.of("nsenter", "--net", "--target", Long.toString(process.pid()));
        final StentorProcesses.Exit published =
                STENTOR.run(join(enter, StentorProcesses.command(tier.pub("chat:one", "1"))), Map.of());
        assertEquals(0, published.code(), published::text);
        assertEquals(0, sentNowhere(process.pid()), "packets that the tier or its client wanted to send out");

        final List<String> attempt = List.of("bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/80");
        assertTrue(STENTOR.run(join(enter, attempt), Map.of()).code() != 0, "the network leads nowhere");
        assertTrue(sentNowhere(process.pid()) > 0, "the kernel counts an attempt");
    }

    @Test
    void shouldBringNothingThatReportsHome() throws IOException {
        try (JarFile jar = new JarFile(StentorProcesses.jar().toFile())) {
            final List<String> names =
                    jar.stream().map(entry -> entry.getName()).toList();
            assertTrue(names.contains("net/openhft/chronicle/queue/ChronicleQueue.class"), "this is the distribution");
            assertEquals(
                    List.of(),
                    names.stream()
                            .filter(name -> name.startsWith("net/openhft/chronicle/analytics/")
                                    || (name.startsWith("com/google/") && name.contains("analytics")))
                            .toList());
            assertFalse(
                    jar.getManifest().getMainAttributes().containsKey(Attributes.Name.CLASS_PATH),
                    "the jar finds nothing beside it");
        }
    }

    /** How often a packet had no route, by IPv4 and by IPv6. */
    private static long sentNowhere(final long pid) throws IOException {
        final Path net = Path.of("/proc", Long.toString(pid), "net");
        final List<String> ip = Files.readAllLines(net.resolve("snmp")).stream()
                .filter(line -> line.startsWith("Ip: "))
                .toList();
        final int column = List.of(ip.get(0).split(" ", -1)).indexOf("OutNoRoutes");
        long count = Long.parseLong(ip.get(1).split(" ", -1)[column]);
        for (final String line : Files.readAllLines(net.resolve("snmp6"))) {
            if (line.startsWith("Ip6OutNoRoutes")) {
                count += Long.parseLong(line.split("\\s+", -1)[1]);
            }
        }
        return count;
    }

    private static List<String> join(final List<String> first, final List<String> second) {
        final List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
