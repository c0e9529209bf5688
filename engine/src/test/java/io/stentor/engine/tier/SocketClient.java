package io.stentor.engine.tier;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One WebSocket that speaks the client protocol in JSON, without an SDK's ways of its own. Any thread may command it;
 * answers and pushes come on the thread of the socket, in the order in which the server wrote them.
 */
final class SocketClient implements AutoCloseable {

    /** The answer to a command that the socket did not live to see. */
    static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone(final String reason) {
            super(reason);
        }
    }

    /**
     * How the socket ended.
     *
     * @param code the code of the close frame; -1 without one.
     */
    record End(int code, String reason) {}

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long ANSWER_LIMIT_S = 180;

    private final Consumer<JsonValue> pushes;
    private final Map<Long, CompletableFuture<JsonValue>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong commandId = new AtomicLong();
    private final CompletableFuture<End> end = new CompletableFuture<>();
    private WebSocket socket;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    private SocketClient(final Consumer<JsonValue> pushes) {
        this.pushes = pushes;
    }

    /**
     * Opens a socket and says nothing yet.
     *
     * @param pushes gets what the server pushes.
     * @throws Gone when there is nobody.
     */
    static SocketClient open(final URI address, final Consumer<JsonValue> pushes) {
        final SocketClient client = new SocketClient(pushes);
        try {
            client.socket = HTTP.newWebSocketBuilder()
                    .buildAsync(address, client.new Frames())
                    .orTimeout(ANSWER_LIMIT_S, TimeUnit.SECONDS)
                    .join();
        } catch (final CompletionException ex) {
            throw new Gone("cannot connect to " + address + ": " + ex.getCause());
        }
        return client;
    }

    /**
     * Opens a session.
     *
     * @param token a token; null for none.
     */
    static SocketClient connect(final URI address, final String token, final Consumer<JsonValue> pushes) {
        final SocketClient client = open(address, pushes);
        final JsonValue answer = client.ask("connect", token == null ? Map.of() : Map.of("token", token));
        if (answer.at("connect").isAbsent()) {
            client.close();
            throw new AssertionError("connect was refused: " + answer);
        }
        return client;
    }

    /**
     * Sends a command.
     *
     * @return its answer; ends with {@link Gone} when the socket ended before.
     */
    CompletableFuture<JsonValue> command(final String name, final Map<String, ?> params) {
        final CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        command(name, params, answer);
        return answer;
    }

    private void command(final String name, final Map<String, ?> params, final CompletableFuture<JsonValue> answer) {
        final long id = commandId.incrementAndGet();
        waiting.put(id, answer);
        final Map<String, Object> command = new LinkedHashMap<>();
        command.put("id", id);
        command.put(name, params);
        send(JsonValue.write(command));
        if (end.isDone()) {
            failWaiting();
        }
    }

    /** Sends a command; its answer, if one comes, is handled before anything that the server wrote behind it. */
    @SuppressWarnings("FutureReturnValueIgnored") // Without an answer there is the end of the socket.
    void command(final String name, final Map<String, ?> params, final Consumer<JsonValue> onAnswer) {
        final CompletableFuture<JsonValue> answer = new CompletableFuture<>();
        answer.thenAccept(onAnswer);
        command(name, params, answer);
    }

    /** Sends a command and waits for its answer. */
    JsonValue ask(final String name, final Map<String, ?> params) {
        try {
            return command(name, params)
                    .orTimeout(ANSWER_LIMIT_S, TimeUnit.SECONDS)
                    .join();
        } catch (final CompletionException ex) {
            if (ex.getCause() instanceof Gone gone) {
                throw gone;
            }
            throw new AssertionError("no answer to " + name + " " + params, ex);
        }
    }

    /** Calls a method. */
    CompletableFuture<JsonValue> rpc(final String method, final Map<String, ?> data) {
        return command("rpc", Map.of("method", method, "data", data));
    }

    /** Sends a text frame as it is. */
    synchronized void send(final String text) {
        sent = sent.handle((done, fault) -> null).thenCompose(done -> socket.sendText(text, true));
    }

    /** Ends when the socket has ended. */
    CompletableFuture<End> end() {
        return end;
    }

    /** Waits until the server has ended the socket. */
    End awaitEnd() {
        return end.orTimeout(ANSWER_LIMIT_S, TimeUnit.SECONDS).join();
    }

    /** Cuts the socket. */
    @Override
    public void close() {
        socket.abort();
        ended(-1, "closed by this client");
    }

    private void received(final String line) {
        final JsonValue reply = JsonValue.parse(line);
        if (reply.fields().isEmpty()) {
            send("{}");
        } else if (reply.at("id").isAbsent()) {
            pushes.accept(reply.at("push"));
        } else {
            final CompletableFuture<JsonValue> answer =
                    waiting.remove(reply.at("id").number());
            if (answer != null) {
                answer.complete(reply);
            }
        }
    }

    private void ended(final int code, final String reason) {
        end.complete(new End(code, reason));
        failWaiting();
    }

    private void failWaiting() {
        final Gone gone = new Gone("the socket has ended: " + end.join());
        waiting.values().forEach(answer -> answer.completeExceptionally(gone));
    }

    private final class Frames implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(final WebSocket from, final CharSequence part, final boolean last) {
            text.append(part);
            if (last) {
                final String message = text.toString();
                text.setLength(0);
                message.lines().filter(line -> !line.isBlank()).forEach(SocketClient.this::received);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(final WebSocket from, final int code, final String reason) {
            ended(code, reason);
            return null;
        }

        @Override
        public void onError(final WebSocket from, final Throwable fault) {
            ended(-1, String.valueOf(fault));
        }
    }
}
