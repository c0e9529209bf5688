package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators get wrong at the start: a message that names what and where, and an exit code. */
final class BadStartIT {

    @RegisterExtension
    static final StentorProcesses STENTOR = new StentorProcesses();

    private static final int FAILURE = 1;
    private static final int USAGE = 2;

    /** A reason and, for usage, the synopsis; never pages of anything. */
    private static final int LINES_MAX = 30;

    @Test
    void shouldNameOptionWhenItIsUnknown() {
        final StentorProcesses.Exit exit = STENTOR.run("serve", "--dev", "--no-such-option");
        assertRefused(USAGE, exit, "--no-such-option");
    }

    @Test
    void shouldNameCommandWhenItIsUnknown() {
        assertRefused(USAGE, STENTOR.run("no-such-command"), "no-such-command");
    }

    @Test
    void shouldNameParameterWhenItIsMissing() {
        assertRefused(USAGE, STENTOR.run("pub", "chat:one"), "DATA");
        assertRefused(USAGE, STENTOR.run("sub"), "TOPIC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:65536", "127.0.0.1:-1", ":8000"})
    void shouldNameAddressWhenItIsBad(final String address) {
        assertRefused(USAGE, serve("--dev", "--http", address), "--http", address);
    }

    @Test
    void shouldNameAddressWhenHostIsUnknownOrNotOurs() {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final String file = keys.tokenKeyFile().toString();
        // RFC 6761 reserves .invalid, RFC 5737 the network 192.0.2.0/24.
        final String unknown = "no-such-host.invalid:8000";
        assertRefused(USAGE, serve("--http", unknown, "--token-key-file", file), unknown);
        final String notOurs = "192.0.2.1:8000";
        assertRefused(FAILURE, serve("--http", notOurs, "--token-key-file", file), notOurs);
    }

    @Test
    void shouldNameAddressWhenPortIsInUse() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            final String address = "127.0.0.1:" + other.getLocalPort();
            assertRefused(FAILURE, serve("--dev", "--http", address), address, "in use");
        }
    }

    @Test
    void shouldNameBothKeyFilesWhenThereIsNeitherAndNoDev() {
        assertRefused(USAGE, serve(), "--api-key-file", "--token-key-file", "--dev");
    }

    @Test
    void shouldServeOnlyThoseWhoseKeysItHas() {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final Tier clients = STENTOR.awaitReady(STENTOR.start(serveOn(
                STENTOR.newDirectory(), "--token-key-file", keys.tokenKeyFile().toString())));
        try (SocketClient client = SocketClient.connect(clients.webSocket(), keys.token("alice"), push -> {})) {
            final JsonValue answer = client.ask("publish", Map.of("channel", "chat:one", "data", 1));
            assertTrue(answer.at("error").isAbsent(), answer::toString);
        }
        assertEquals(404, clients.api(keys.apiKey()).call("info", Map.of()).status());
        assertEquals(200, clients.api().status("/readyz"));

        final Tier backends = STENTOR.awaitReady(STENTOR.start(serveOn(
                STENTOR.newDirectory(), "--api-key-file", keys.apiKeyFile().toString())));
        assertEquals(1, backends.api(keys.apiKey()).publish("chat:one", 1));
        assertThrows(SocketClient.Gone.class, () -> SocketClient.open(backends.webSocket(), push -> {}));
        assertEquals(200, backends.api().status("/readyz"));
    }

    @Test
    void shouldNameKeyFileWhenItCannotBeUsed() throws IOException {
        final Path directory = STENTOR.newDirectory();
        final Path missing = directory.resolve("missing.key");
        final Path empty = Files.writeString(directory.resolve("empty.key"), "\n");
        final Path weak = Files.writeString(directory.resolve("weak.key"), "too short\n");
        assertRefused(USAGE, serve("--api-key-file", missing.toString()), "--api-key-file", missing.toString());
        assertRefused(USAGE, serve("--token-key-file", missing.toString()), "--token-key-file", missing.toString());
        assertRefused(USAGE, serve("--api-key-file", empty.toString()), "--api-key-file", empty.toString());
        assertRefused(USAGE, serve("--token-key-file", empty.toString()), "--token-key-file", empty.toString());
        assertRefused(USAGE, serve("--token-key-file", weak.toString()), "--token-key-file", weak.toString());
    }

    @Test
    void shouldRefuseWhenDevWouldListenBeyondLoopback() {
        assertRefused(USAGE, serve("--dev", "--http", "0.0.0.0:0"), "--dev", "0.0.0.0");
    }

    @Test
    void shouldNameDataDirectoryWhenItIsAFile() throws IOException {
        final Path file = Files.writeString(STENTOR.newDirectory().resolve("file"), "mine");
        assertRefused(FAILURE, serveData(file), file.toString());
        assertRefused(FAILURE, serveData(file.resolve("below")), file.toString());
        assertEquals("mine", Files.readString(file));
    }

    @Test
    void shouldNameDataDirectoryAndTouchNothingWhenItIsForeign() throws IOException {
        final Path foreign = STENTOR.newDirectory();
        Files.writeString(foreign.resolve("thesis.txt"), "mine");
        assertRefused(FAILURE, serveData(foreign), foreign.toString());
        try (Stream<Path> files = Files.list(foreign)) {
            assertEquals(List.of(foreign.resolve("thesis.txt")), files.toList());
        }
    }

    @Test
    void shouldNameDataDirectoryWhenAnotherProcessHasIt() {
        final Path data = STENTOR.newDirectory();
        final Tier first =
                STENTOR.awaitReady(STENTOR.start("serve", "--dev", "--http", "127.0.0.1:0", "--data", data.toString()));
        assertEquals(1, first.api().publish("chat:one", 1));
        assertRefused(FAILURE, serveData(data), data.toString());
        assertEquals(2, first.api().publish("chat:one", 2), "the first one has lost nothing");
        first.process().sharedMemory().forEach(directory -> assertTrue(Files.isDirectory(directory), "in use"));
    }

    @Test
    void shouldGoOnAsTheRefusalOfADamagedJournalSays() throws IOException {
        final Path data = STENTOR.newDirectory();
        final Tier first = STENTOR.serveDev(data);
        for (int i = 1; i <= 3; i++) {
            assertEquals(i, first.api().publish("chat:one", "message number " + i));
        }
        first.process().terminate();
        first.process().awaitExit(Duration.ofSeconds(30));
        final Path file = damage(data, "message number 2");
        assertRefused(USAGE, serve(data, "--dev", "--accept-loss=3..2"), "--accept-loss", "'3..2'", "FIRST..LAST");

        final StentorProcesses.Exit refused = serveData(data);
        assertRefused(FAILURE, refused, file.toString(), "at byte", "stentor journal verify " + data, "--accept-loss=");
        final String option = String.join(" ", refused.err()).replaceAll(".*(--accept-loss=\\d+\\.\\.\\d+).*", "$1");
        final Tier second = STENTOR.serveDev(data, option);
        final String history = second.api()
                .call("history", Map.of("channel", "chat:one", "limit", 10))
                .toString();
        assertTrue(history.contains("message number 3") && !history.contains("message number 1"), history);
        assertEquals(4, second.api().publish("chat:one", "message number 4"));
        try (Stream<Path> kept = Files.list(data.resolve("quarantine"))) {
            assertEquals(1, kept.count());
        }
    }

    private static Path damage(final Path data, final String text) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("log"))) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                final int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    bytes[at] ^= 1;
                    Files.write(file, bytes);
                    return file;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }

    @Test
    void shouldNameFlagsWhenJvmLacksThem() {
        final String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        final List<String> command = new ArrayList<>(
                List.of(StentorProcesses.java().toString(), "-cp", classPath, "io.stentor.engine.cli.Main"));
        command.addAll(List.of(
                "serve",
                "--dev",
                "--http",
                "127.0.0.1:0",
                "--data",
                STENTOR.newDirectory().toString()));
        final StentorProcesses.Exit exit = STENTOR.run(command, Map.of());
        assertRefused(FAILURE, exit, "--add-opens", "java.base/jdk.internal.misc", "java.base/sun.nio.ch");
    }

    @Test
    void shouldNameAddressWhenNobodyListensThere() {
        final String address = "127.0.0.1:" + StentorProcesses.freePort();
        final Tier nobody = new Tier(null, URI.create("http://" + address));
        assertRefused(FAILURE, STENTOR.run(nobody.pub("chat:one", "1")), address);
    }

    @Test
    void shouldNameNumberWhenServerRefusesCommand() throws IOException {
        final Keys keys = Keys.write(STENTOR.newDirectory());
        final Tier tier = STENTOR.serve(keys, STENTOR.newDirectory(), 0);
        assertRefused(FAILURE, STENTOR.run(tier.pub("chat:one", "1")), "101", "X-API-Key");
        assertRefused(FAILURE, STENTOR.run(tier.sub("chat:one")), "101");
        final Path token = Files.writeString(STENTOR.newDirectory().resolve("token"), "forged\n");
        final List<String> sub = new ArrayList<>(List.of(tier.sub("chat:one")));
        sub.addAll(List.of("--token-file", token.toString()));
        assertRefused(FAILURE, STENTOR.run(sub.toArray(new String[0])), "3500");
        final List<String> pub = new ArrayList<>(List.of(tier.pub("chat:one", "x".repeat(70_000))));
        pub.addAll(List.of("--api-key-file", keys.apiKeyFile().toString()));
        assertRefused(FAILURE, STENTOR.run(pub.toArray(new String[0])), "4001");
    }

    @Test
    void shouldNameTopicWhenItIsInvalid() {
        final Tier tier = STENTOR.serveDev();
        final StentorProcesses.Exit pub = STENTOR.run(tier.pub("with blank", "1"));
        final StentorProcesses.Exit sub = STENTOR.run(tier.sub("with blank"));
        assertRefused(USAGE, pub, "with blank");
        assertRefused(USAGE, sub, "with blank");
    }

    @Test
    void shouldPrintVersionWhenAsked() {
        final StentorProcesses.Exit exit = STENTOR.run("version");
        assertEquals(0, exit.code(), exit::text);
        assertTrue(exit.text().contains("0.1.0"), exit::text);
        assertEquals(List.of(), exit.err());
    }

    private StentorProcesses.Exit serve(final String... options) {
        return serve(STENTOR.newDirectory().resolve("data"), options);
    }

    private StentorProcesses.Exit serveData(final Path data) {
        return serve(data, "--dev", "--http", "127.0.0.1:0");
    }

    private StentorProcesses.Exit serve(final Path data, final String... options) {
        final List<String> args = new ArrayList<>(List.of("serve", "--data", data.toString()));
        args.addAll(List.of(options));
        return STENTOR.run(args.toArray(new String[0]));
    }

    private static String[] serveOn(final Path data, final String option, final String value) {
        return new String[] {"serve", "--http", "127.0.0.1:0", "--data", data.toString(), option, value};
    }

    static void assertRefused(final int code, final StentorProcesses.Exit exit, final String... names) {
        assertEquals(code, exit.code(), exit::text);
        final String said = String.join("\n", exit.err());
        for (final String name : names) {
            assertTrue(said.contains(name), () -> "the message names " + name + ": " + exit.text());
        }
        assertEquals(List.of(), exit.out(), "what is wrong goes to standard error");
        assertTrue(exit.err().size() <= LINES_MAX, exit::text);
        assertTrue(exit.err().stream().noneMatch(line -> line.startsWith("\tat ")), exit::text);
    }
}
