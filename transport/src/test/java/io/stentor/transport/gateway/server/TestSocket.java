package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.Await;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A WebSocket of a test: it remembers messages and how it ended. */
final class TestSocket implements WebSocket.Listener, AutoCloseable {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** Text messages, cut at the line feeds that separate the protocol's messages; without pings, which come at any moment. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    /** Pings, in text. */
    final AtomicInteger pings = new AtomicInteger();

    /** Binary messages. */
    final List<byte[]> frames = new CopyOnWriteArrayList<>();

    /** "code reason" of the close frame; "error" when the socket broke without one. */
    final CompletableFuture<String> end = new CompletableFuture<>();

    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final boolean reading;
    private WebSocket socket;

    private TestSocket(final boolean reading) {
        this.reading = reading;
    }

    static TestSocket open(final int port) throws Exception {
        return open(port, HTTP.newWebSocketBuilder(), "", true);
    }

    static TestSocket openProtobuf(final int port) throws Exception {
        return open(port, HTTP.newWebSocketBuilder().subprotocols("centrifuge-protobuf"), "", true);
    }

    static TestSocket openWithQuery(final int port, final String query) throws Exception {
        return open(port, HTTP.newWebSocketBuilder(), query, true);
    }

    /** A socket that is open and never read from. */
    static TestSocket openDeaf(final int port) throws Exception {
        return open(port, HTTP.newWebSocketBuilder(), "", false);
    }

    /** The status of a refused upgrade; 101 when it was not refused. */
    static int upgradeStatus(final int port, final String origin) throws Exception {
        try {
            open(port, HTTP.newWebSocketBuilder().header("Origin", origin), "", true)
                    .close();
            return 101;
        } catch (final java.util.concurrent.ExecutionException ex) {
            return ((java.net.http.WebSocketHandshakeException) ex.getCause())
                    .getResponse()
                    .statusCode();
        }
    }

    private static TestSocket open(
            final int port, final WebSocket.Builder builder, final String query, final boolean reading)
            throws Exception {
        final TestSocket test = new TestSocket(reading);
        test.socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + port + "/connection/websocket" + query), test)
                .get(10, TimeUnit.SECONDS);
        return test;
    }

    TestSocket send(final String... commands) throws Exception {
        socket.sendText(String.join("\n", commands), true).get(10, TimeUnit.SECONDS);
        return this;
    }

    TestSocket send(final byte[] frame) throws Exception {
        socket.sendBinary(ByteBuffer.wrap(frame), true).get(10, TimeUnit.SECONDS);
        return this;
    }

    /** Sends one message in two fragments. */
    TestSocket sendFragmented(final String first, final String second) throws Exception {
        socket.sendText(first, false).get(10, TimeUnit.SECONDS);
        socket.sendText(second, true).get(10, TimeUnit.SECONDS);
        return this;
    }

    /** The line at an index, when it has come. */
    String line(final int index) throws Exception {
        Await.until("message " + index + ", after " + lines, () -> lines.size() > index);
        return lines.get(index);
    }

    /** Waits until so many pings have come. */
    void awaitPings(final int count) throws Exception {
        Await.until(count + " pings", () -> pings.get() >= count);
    }

    /** How the socket ended, when it has. */
    String end() throws Exception {
        return end.get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        socket.abort();
    }

    @Override
    public void onOpen(final WebSocket opened) {
        if (reading) {
            opened.request(Long.MAX_VALUE);
        }
    }

    @Override
    public CompletionStage<?> onText(final WebSocket from, final CharSequence part, final boolean last) {
        text.append(part);
        if (last) {
            text.toString().lines().forEach(this::onLine);
            text.setLength(0);
        }
        return null;
    }

    private void onLine(final String line) {
        if (line.equals("{}")) {
            pings.incrementAndGet();
        } else {
            lines.add(line);
        }
    }

    @Override
    public CompletionStage<?> onBinary(final WebSocket from, final ByteBuffer part, final boolean last) {
        final byte[] chunk = new byte[part.remaining()];
        part.get(chunk);
        bytes.writeBytes(chunk);
        if (last) {
            frames.add(bytes.toByteArray());
            bytes.reset();
        }
        return null;
    }

    @Override
    public CompletionStage<?> onClose(final WebSocket from, final int code, final String reason) {
        end.complete(code + " " + reason);
        return null;
    }

    @Override
    public void onError(final WebSocket from, final Throwable error) {
        end.complete("error");
    }
}
