package io.stentor.engine.tier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A Node process that holds unmodified clients of the npm package {@code centrifuge}, each known by a name. Needs
 * {@code node} and {@code npm}: without them a test is skipped, but fails where {@code CI} is {@code true}. Any thread.
 */
final class NodeClients implements AutoCloseable {

    /** How a command ended. */
    record Outcome(JsonValue answer) {

        /** What it returned. */
        JsonValue result() {
            if (answer.at("result").isAbsent()) {
                throw new AssertionError("the client was refused: " + answer);
            }
            return answer.at("result");
        }

        /** The number of the refusal; 0 when there was none. */
        long errorCode() {
            return answer.at("error").at("code").numberOrZero();
        }
    }

    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(3);
    private static final List<String> SOURCES = List.of("package.json", "package-lock.json", "clients.mjs");

    private final Process process;
    private final BufferedWriter commands;
    private final List<JsonValue> events = new ArrayList<>();
    private final Map<String, List<JsonValue>> publications = new HashMap<>();
    private final Map<Long, JsonValue> answers = new LinkedHashMap<>();
    private long commandId;

    private NodeClients(final Process process) {
        this.process = process;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        final Thread reader = new Thread(this::read, "node-clients");
        reader.setDaemon(true);
        reader.start();
    }

    /** Installs the packages where that was not done yet, and starts the process. */
    static NodeClients start() {
        try {
            final Path directory = install();
            return new NodeClients(new ProcessBuilder("node", "clients.mjs")
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Opens and connects a client and waits until it is connected. */
    void connect(final String client, final Map<String, ?> settings) {
        open(client, settings);
        awaitEvent(client, "connected", event -> true);
    }

    /** Opens and connects a client. */
    void open(final String client, final Map<String, ?> settings) {
        execute(client, "open", settings).result();
        execute(client, "connect", Map.of()).result();
    }

    /** Subscribes and waits until that is answered; the event. */
    JsonValue subscribe(final String client, final String topic) {
        final int from = eventCount();
        execute(client, "subscribe", Map.of("topic", topic)).result();
        return awaitEventFrom(from, client, "subscribed", event -> isOf(topic, event));
    }

    /** Executes a command. */
    Outcome execute(final String client, final String what, final Map<String, ?> params) {
        final long id;
        synchronized (this) {
            id = ++commandId;
            final Map<String, Object> command = new LinkedHashMap<>(params);
            command.put("id", id);
            command.put("client", client);
            command.put("do", what);
            try {
                commands.write(JsonValue.write(command));
                commands.newLine();
                commands.flush();
            } catch (final IOException ex) {
                throw new AssertionError("the Node process has ended", ex);
            }
        }
        Await.until(() -> "the answer to " + what + " of " + client, Await.SOON, () -> hasAnswer(id));
        synchronized (this) {
            return new Outcome(answers.remove(id));
        }
    }

    /** How many events there were, publications apart, to wait for one from here on. */
    synchronized int eventCount() {
        return events.size();
    }

    JsonValue awaitEvent(final String client, final String event, final Predicate<JsonValue> wanted) {
        return awaitEventFrom(0, client, event, wanted);
    }

    /** Waits for an event that is the {@code from}-th or later. */
    JsonValue awaitEventFrom(
            final int from, final String client, final String event, final Predicate<JsonValue> wanted) {
        Await.until(
                () -> "event " + event + " of " + client + " in " + eventsFrom(from, client),
                Await.SOON,
                () -> eventsFrom(from, client).stream().anyMatch(each -> isCalled(event, each) && wanted.test(each)));
        return eventsFrom(from, client).stream()
                .filter(each -> isCalled(event, each) && wanted.test(each))
                .findFirst()
                .orElseThrow();
    }

    /** What a client got of a topic, in the order in which it came. */
    synchronized List<JsonValue> publications(final String client, final String topic) {
        return List.copyOf(publications.getOrDefault(key(client, topic), List.of()));
    }

    /** How much a client got of a topic. */
    synchronized int publicationCount(final String client, final String topic) {
        return publications.getOrDefault(key(client, topic), List.of()).size();
    }

    /** Waits until a client has got a number of publications of a topic. */
    List<JsonValue> awaitPublications(final String client, final String topic, final int count) {
        Await.until(
                () -> count + " publications of " + topic + " at " + client + ", which got "
                        + publications(client, topic),
                Await.SOON,
                () -> publicationCount(client, topic) >= count);
        return publications(client, topic);
    }

    /** What a client was told, publications apart. */
    synchronized List<JsonValue> eventsOf(final String client, final String event) {
        return events.stream()
                .filter(each -> isFrom(client, each) && isCalled(event, each))
                .toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private synchronized boolean hasAnswer(final long id) {
        return answers.containsKey(id);
    }

    private synchronized List<JsonValue> eventsFrom(final int from, final String client) {
        return events.stream().skip(from).filter(each -> isFrom(client, each)).toList();
    }

    private static String key(final String client, final String topic) {
        return client + ' ' + topic;
    }

    private static boolean isFrom(final String client, final JsonValue event) {
        return client.equals(event.at("client").value());
    }

    private static boolean isCalled(final String name, final JsonValue event) {
        return name.equals(event.at("event").value());
    }

    private static boolean isOf(final String topic, final JsonValue event) {
        return topic.equals(event.at("topic").value());
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                final JsonValue value = JsonValue.parse(line);
                synchronized (this) {
                    if (isCalled("publication", value)) {
                        publications
                                .computeIfAbsent(
                                        key(
                                                value.at("client").text(),
                                                value.at("topic").text()),
                                        each -> new ArrayList<>())
                                .add(value);
                    } else if (value.at("answer").isAbsent()) {
                        events.add(value);
                    } else {
                        answers.put(value.at("answer").number(), value);
                    }
                }
            }
        } catch (final IOException ex) {
            // The stream ends with its process.
        }
    }

    private static synchronized Path install() throws IOException {
        require("node");
        require("npm");
        final Path sources = StentorProcesses.module().resolve("src/test/node");
        final Path directory = Files.createDirectories(StentorProcesses.module().resolve("target/node"));
        final Path installed = directory.resolve("installed-lock.json");
        for (final String source : SOURCES) {
            Files.copy(sources.resolve(source), directory.resolve(source), StandardCopyOption.REPLACE_EXISTING);
        }
        final Path lock = directory.resolve("package-lock.json");
        if (!Files.exists(installed) || Files.mismatch(installed, lock) >= 0) {
            final Path log = directory.resolve("npm.log");
            final Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertEquals(0, exitCode(npm), () -> "npm ci in " + directory + ": " + read(log));
            Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
        }
        return directory;
    }

    private static void require(final String program) throws IOException {
        try {
            exitCode(new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (final IOException ex) {
            final String reason = "the program " + program + " is not installed, and real clients need it";
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(reason, ex);
            }
            abort(reason);
        }
    }

    private static int exitCode(final Process process) {
        try {
            if (process.waitFor(INSTALL_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            throw new AssertionError("not within " + INSTALL_LIMIT + ": " + process.info());
        } catch (final InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", ex);
        }
    }

    private static String read(final Path log) {
        try {
            return Files.readString(log);
        } catch (final IOException ex) {
            return ex.toString();
        }
    }
}
