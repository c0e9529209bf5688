package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SIGTERM drains: clients are told to come back, what was acknowledged is there, nothing is left behind. */
final class ShutdownIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final String TOPIC = "chat:one";
    private static final int DISCONNECT_SHUTDOWN = 3001;

    @Test
    void shouldTellClientsAndExitWithZeroWhenTerminated() {
        final Path data = STENTOR.newDirectory();
        final int port = StentorProcesses.freePort();
        final Tier tier = start(data, port);
        final Set<Path> sharedMemory = tier.process().sharedMemory();
        assertFalse(sharedMemory.isEmpty(), "a tier maps its transport's directory");
        final StentorProcess sub = STENTOR.start(tier.sub(TOPIC));
        try (SocketClient client = SocketClient.connect(tier.webSocket(), null, push -> {});
                SocketClient idle = SocketClient.open(tier.webSocket(), push -> {})) {
            client.ask("subscribe", Map.of("channel", TOPIC));
            awaitSubscribers(tier, 2);
            assertEquals(1, tier.api().publish(TOPIC, "one"));
            sub.awaitOut(line -> line.contains("one"), Await.SOON);

            tier.process().terminate();
            assertEquals(DISCONNECT_SHUTDOWN, client.awaitEnd().code());
            idle.awaitEnd();
            assertEquals(0, tier.process().awaitExit(Await.SOON));
        }
        sharedMemory.forEach(directory -> assertFalse(Files.exists(directory), directory + " is left behind"));

        final Tier again = start(data, port);
        assertEquals(2, again.api().publish(TOPIC, "two"));
        assertEquals(2, again.api().history(TOPIC).size());
        sub.awaitOut(line -> line.contains("two"), Await.SOON);
        assertEquals(2, sub.out().size(), "the subscriber came back and saw each message once");
    }

    @Test
    void shouldEndAtOnceWhenSubscriberIsTerminated() {
        final Tier tier = STENTOR.serveDev();
        final StentorProcess sub = STENTOR.start(tier.sub(TOPIC));
        awaitSubscribers(tier, 1);
        sub.terminate();
        final int code = sub.awaitExit(Await.SOON);
        assertTrue(code == 0 || code == 143, () -> "exit code " + code + sub.tail());
    }

    private static void awaitSubscribers(final Tier tier, final int count) {
        Await.until(
                count + " subscribers",
                () -> tier.api()
                                .call("presence_stats", Map.of("channel", TOPIC))
                                .result()
                                .at("num_clients")
                                .number()
                        == count);
    }

    private static Tier start(final Path data, final int port) {
        return STENTOR.awaitReady(
                STENTOR.start("serve", "--dev", "--http", "127.0.0.1:" + port, "--data", data.toString()));
    }
}
