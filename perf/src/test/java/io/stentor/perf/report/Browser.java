package io.stentor.perf.report;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Chromium without a window, and one page of it, told what to do over its own protocol for tools. Test's thread; what the page
 * says comes on a thread of the client.
 */
final class Browser implements AutoCloseable {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long LIMIT_SECONDS = 120;
    private static final long POLL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final Process process;
    private WebSocket socket;
    private int lastId;

    private Browser(final Process process) {
        this.process = process;
    }

    /**
     * Starts it with an empty page. Where it is not installed the test is skipped, and in continuous integration fails.
     *
     * @param profile an empty directory.
     */
    static Browser start(final Path profile) throws Exception {
        final Process process;
        try {
            process = new ProcessBuilder(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-quic",
                            "--disable-dev-shm-usage",
                            "--no-first-run",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-sync",
                            "--user-data-dir=" + profile,
                            "--remote-debugging-port=0",
                            "about:blank")
                    .redirectErrorStream(true)
                    .redirectOutput(profile.resolve("chromium.log").toFile())
                    .start();
        } catch (final IOException ex) {
            final String reason = "chromium is not installed, and a report is opened in it";
            if ("true".equals(System.getenv("CI"))) {
                throw new AssertionError(reason, ex);
            }
            return abort(reason);
        }
        final Browser browser = new Browser(process);
        try {
            browser.connect(profile);
            return browser;
        } catch (final Exception | AssertionError ex) {
            browser.close();
            throw ex;
        }
    }

    /** Opens a file and waits until it is loaded. */
    void open(final Path file) throws Exception {
        call("Page.navigate", Map.of("url", file.toUri().toString()));
        await("document.readyState === 'complete' && location.protocol === 'file:'");
    }

    /** Makes the window so large, and prefers {@code light} or {@code dark}. */
    void show(final int width, final int height, final double scale, final String theme) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", scale, "mobile", width < 600));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
        // Two frames: what observes sizes and themes has run, and what it drew is there.
        evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))");
    }

    /** The value of an expression, as JSON. */
    JsonNode evaluate(final String expression) throws Exception {
        final JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        final JsonNode problem = answer.get("exceptionDetails");
        assertNull(problem, () -> expression + ": " + problem);
        return answer.path("result").path("value");
    }

    /** A picture of the whole page. */
    void screenshot(final Path file) throws Exception {
        final JsonNode answer = call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", true));
        Files.write(file, Base64.getDecoder().decode(answer.path("data").asText()));
    }

    /** Errors and warnings of the console, and exceptions, so far. */
    List<String> complaints() {
        return complaints;
    }

    /** What was asked for over any scheme but {@code file} and {@code data}, so far. */
    List<String> requests() {
        return requests;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
        final List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException ex) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }

    private void connect(final Path profile) throws Exception {
        final Path port = profile.resolve("DevToolsActivePort");
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
            if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                throw new AssertionError(
                        "chromium did not start: " + Files.readString(profile.resolve("chromium.log")));
            }
            LockSupport.parkNanos(POLL_NS);
        }
        final HttpClient client = HttpClient.newHttpClient();
        final URI list =
                URI.create("http://127.0.0.1:" + Files.readAllLines(port).get(0) + "/json/list");
        final HttpResponse<String> pages =
                client.send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString());
        final String address = MAPPER.readTree(pages.body())
                .get(0)
                .path("webSocketDebuggerUrl")
                .asText();
        socket = client.newWebSocketBuilder()
                .buildAsync(URI.create(address), new Listener())
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        for (final String domain : List.of("Page", "Runtime", "Log", "Network")) {
            call(domain + ".enable", Map.of());
        }
    }

    private void await(final String condition) throws Exception {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!evaluate(condition).asBoolean()) {
            if (System.nanoTime() > deadlineNs) {
                throw new AssertionError("not within " + LIMIT_SECONDS + " s: " + condition);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    private JsonNode call(final String method, final Map<String, ?> parameters) throws Exception {
        final int id = ++lastId;
        final CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        answers.put(id, answer);
        final ObjectNode message = MAPPER.createObjectNode().put("id", id).put("method", method);
        message.set("params", MAPPER.valueToTree(parameters));
        socket.sendText(message.toString(), true).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        CompletableFuture.anyOf(answer, gone).get(LIMIT_SECONDS, TimeUnit.SECONDS);
        final JsonNode whole = answer.getNow(MAPPER.createObjectNode().put("error", "chromium is gone"));
        if (whole.has("error")) {
            throw new AssertionError(method + ": " + whole.get("error"));
        }
        return whole.path("result");
    }

    private void onMessage(final JsonNode message) {
        final JsonNode parameters = message.path("params");
        switch (message.path("method").asText()) {
            case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
            case "Runtime.consoleAPICalled" -> {
                if (List.of("error", "warning").contains(parameters.path("type").asText())) {
                    complaints.add(parameters.toString());
                }
            }
            case "Log.entryAdded" -> complaints.add(parameters.path("entry").toString());
            case "Network.requestWillBeSent" -> {
                final String url = parameters.path("request").path("url").asText();
                if (!url.startsWith("file:") && !url.startsWith("data:")) {
                    requests.add(url);
                }
            }
            default -> {
                final CompletableFuture<JsonNode> answer =
                        answers.remove(message.path("id").asInt());
                if (answer != null) {
                    answer.complete(message);
                }
            }
        }
    }

    /** Puts the parts of a message together; one thread at a time. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence data, final boolean last) {
            text.append(data);
            if (last) {
                try {
                    onMessage(MAPPER.readTree(text.toString()));
                } catch (final IOException ex) {
                    complaints.add("not JSON: " + text);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(final WebSocket from, final int code, final String reason) {
            gone.complete(null);
            return null;
        }

        @Override
        public void onError(final WebSocket from, final Throwable problem) {
            gone.complete(null);
        }
    }
}
