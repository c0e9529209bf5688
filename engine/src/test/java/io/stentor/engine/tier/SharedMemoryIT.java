package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Shared memory that is too small for a start, and that others fill up under a tier which serves. */
final class SharedMemoryIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final List<String> NAMESPACE = List.of("unshare", "--mount");

    /** Docker's default. */
    private static final int CONTAINER_MIB = 64;

    /** From nothing at all to one stream too few. */
    private static final List<Integer> TOO_SMALL_MIB = List.of(1, 9, 12, 30, 50);

    private static final String TOPIC = "chat:first";
    private static final int PAYLOAD = 60_000;
    private static final int PER_CALL = 15;

    /** More than the three terms of a stream, so that every page of it is written. */
    private static final int CALLS = 40;

    private final Keys keys = Keys.write(STENTOR.newDirectory());

    @Test
    @Tag("disk-full")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldRefuseToStartWhereSharedMemoryIsTooSmall() {
        assumeTrue(STENTOR.canRun(NAMESPACE), "needs root and util-linux for a mount namespace");
        Storm.run("disk-full", "shared-memory-start", 2, 25, (number, seed) -> {
            final int mebibytes = TOO_SMALL_MIB.get(Math.floorMod(seed, TOO_SMALL_MIB.size()));
            final StentorProcess process = start(mebibytes, StentorProcesses.freePort());
            assertNotEquals(0, process.awaitExit(Await.SOON), () -> mebibytes + " MiB" + process.tail());
            final String err = String.join("\n", process.err());
            assertTrue(err.contains("/dev/shm"), () -> mebibytes + " MiB: " + err);
            assertTrue(!err.contains("InternalError"), () -> mebibytes + " MiB: " + err);
            System.out.printf(
                    "%d MiB: %s%n", mebibytes, process.err().get(process.err().size() - 1));
        });
    }

    @Test
    @Tag("disk-full")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldServeOnWhenOthersFillSharedMemory() {
        assumeTrue(STENTOR.canRun(NAMESPACE), "needs root and util-linux for a mount namespace");
        Storm.run("disk-full", "shared-memory", 1, 25, (number, seed) -> fillUnderLoad());
    }

    private void fillUnderLoad() throws IOException {
        final int port = StentorProcesses.freePort();
        final Tier tier = STENTOR.awaitReady(start(CONTAINER_MIB, port));
        final ApiClient api = new ApiClient(URI.create("http://127.0.0.1:" + port), keys.apiKey());
        final AtomicLong delivered = new AtomicLong();
        try (SocketClient client = SocketClient.connect(tier.webSocket(), keys.token("watcher"), push -> {
            if (!push.at("pub").isAbsent()) {
                delivered.incrementAndGet();
            }
        })) {
            client.ask("subscribe", Map.of("channel", TOPIC));
            api.publish(TOPIC, "before");
            fill(Path.of("/proc", Long.toString(tier.process().pid()), "root/dev/shm/ballast"));

            final List<Map<String, ?>> commands = new ArrayList<>();
            for (int i = 0; i < PER_CALL; i++) {
                commands.add(Map.of("publish", Map.of("channel", TOPIC, "data", "x".repeat(PAYLOAD))));
            }
            for (int call = 1; call <= CALLS; call++) {
                api.call("batch", Map.of("commands", commands)).result();
                final long wanted = (long) call * PER_CALL;
                // One call at a time, so that nobody falls behind.
                Await.until("the messages of call " + call, () -> delivered.get() >= wanted);
            }
            assertEquals(200, api.status("/readyz"));
        }
        tier.process().terminate();
        assertEquals(
                0,
                tier.process().awaitExit(Await.SOON),
                () -> "exit code after SIGTERM" + tier.process().tail());
    }

    /** Until there is not a byte left. */
    private static void fill(final Path file) throws IOException {
        final byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(page);
            }
        } catch (final IOException full) {
            assertTrue(full.getMessage().contains("No space left"), full::toString);
        }
    }

    /** A tier with shared memory of its own. */
    private StentorProcess start(final int mebibytes, final int port) {
        final List<String> command = new ArrayList<>(NAMESPACE);
        final String mount = "mount -t tmpfs -o size=" + mebibytes + "m tmpfs /dev/shm";
        command.addAll(List.of("sh", "-c", mount + " && exec \"$@\"", "sh"));
        command.addAll(
                StentorProcesses.serveCommand(keys, STENTOR.newDirectory().resolve("data"), port));
        // A call's messages come at once, and the client that does not recover is to get them all.
        command.addAll(List.of("--outbox-bytes", Integer.toString(4 * PER_CALL * PAYLOAD)));
        return STENTOR.start(command, Map.of());
    }
}
