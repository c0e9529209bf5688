package io.stentor.transport.gateway.client;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.codec.JsonFault;
import io.stentor.transport.gateway.codec.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Follows one topic over the client protocol: connects, subscribes, recovers after a lost connection and pages through
 * the history when the gap is too long for a recovery. One thread of its own does everything.
 *
 * <pre>
 *   WAITING    -> CONNECTING  when the back-off is over
 *   CONNECTING -> LIVE        when the subscription is answered
 *   LIVE       -> PAGING      when offsets are missing
 *   PAGING     -> LIVE        when the history has been read to its top
 *   any        -> WAITING     when the connection is lost
 *   any        -> ENDED       when the server sends the client away for good, or close() is called
 * </pre>
 */
@SuppressWarnings("FutureReturnValueIgnored") // What fails ends the socket, and that is told.
public final class TopicClient implements AutoCloseable {

    /** The SDKs' back-off: full jitter between these. */
    private static final long RECONNECT_MIN_MS = 500;

    private static final long RECONNECT_MAX_MS = 20_000;

    /** What the SDKs allow a ping to be late. */
    private static final long PING_LATE_MAX_MS = 10_000;

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int PAGE_LIMIT = 500;
    private static final int CONNECT_ID = 1;
    private static final int SUBSCRIBE_ID = 2;
    private static final int HISTORY_ID = 3;
    private static final int UNSUBSCRIBE_ID = 4;

    private enum State {
        WAITING,
        CONNECTING,
        LIVE,
        PAGING,
        ENDED
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        final Thread named = new Thread(task, "stentor-topic-client");
        named.setDaemon(true);
        return named;
    });
    private final URI url;
    private final Supplier<String> token;
    private final String topic;
    private final TopicListener listener;
    private State state = State.WAITING;
    private TopicSocket socket;
    private StreamPosition last;
    private Future<?> silence;
    private long pingMs;
    private int attempts;

    private TopicClient(
            final URI url,
            final Supplier<String> token,
            final String topic,
            final StreamPosition since,
            final TopicListener listener) {
        this.url = url;
        this.token = token;
        this.topic = topic;
        this.last = since;
        this.listener = listener;
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /**
     * Starts following a topic.
     *
     * @param url the server's WebSocket, as in {@code ws://127.0.0.1:8000/connection/websocket}.
     * @param token gives the connection's token each time one is needed; an empty one for none.
     * @param topic the topic's name.
     * @param since the position to continue after, with an empty epoch when only the offset is known; null for live
     *     messages only.
     * @param listener what is told.
     */
    public static TopicClient launch(
            final URI url,
            final Supplier<String> token,
            final String topic,
            final StreamPosition since,
            final TopicListener listener) {
        final TopicClient client = new TopicClient(url, token, topic, since, listener);
        client.thread.execute(client::connect);
        return client;
    }

    /** Ends the connection; nothing is told afterwards. */
    @Override
    public void close() {
        try {
            thread.execute(this::end);
        } catch (final RejectedExecutionException ex) {
            // It has ended before.
        }
    }

    /** A socket's message; called by {@link TopicSocket} on any thread. */
    void received(final TopicSocket from, final String message) {
        run(from, () -> {
            hear();
            try {
                for (final String line : message.split("\n", -1)) {
                    if (!line.isBlank()) {
                        on(JsonObject.parse(line.getBytes(StandardCharsets.UTF_8)));
                    }
                }
            } catch (final JsonFault ex) {
                from.abort();
                lost(0, "the server does not speak the protocol: " + ex.getMessage());
            }
        });
    }

    /** The end of a socket; called by {@link TopicSocket} on any thread. */
    void closed(final TopicSocket from, final int code, final String reason) {
        run(from, () -> {
            if ((code >= 3500 && code < 4000) || (code >= 4500 && code < 5000)) {
                end();
                listener.onEnded(code, reason);
            } else {
                lost(code, reason);
            }
        });
    }

    private void run(final TopicSocket from, final Runnable event) {
        try {
            thread.execute(() -> {
                if (from == socket && state != State.ENDED) {
                    event.run();
                }
            });
        } catch (final RejectedExecutionException ex) {
            // The client has been closed.
        }
    }

    private void connect() {
        if (state != State.WAITING) {
            return;
        }
        state = State.CONNECTING;
        final TopicSocket opening = new TopicSocket(this);
        socket = opening;
        http.newWebSocketBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .buildAsync(url, opening)
                .whenComplete((opened, fault) -> run(opening, () -> opened(fault)));
    }

    private void opened(final Throwable fault) {
        if (fault != null) {
            final Throwable cause = fault.getCause() == null ? fault : fault.getCause();
            lost(0, cause.getMessage() == null ? "cannot connect" : cause.getMessage());
            return;
        }
        socket.send(
                ClientText.connect(CONNECT_ID, token.get()) + "\n" + ClientText.subscribe(SUBSCRIBE_ID, topic, last));
    }

    private void on(final JsonObject message) {
        final JsonObject push = message.object("push");
        final JsonObject error = message.object("error");
        if (push != null) {
            pushed(push);
        } else if (error != null) {
            refused((int) message.integer("id", 0), error);
        } else if (message.has("connect")) {
            pingMs = message.object("connect").integer("ping", 0) * 1000;
            hear();
        } else if (message.has("subscribe")) {
            subscribed(message.object("subscribe"));
        } else if (message.has("history")) {
            page(message.object("history"));
        } else if (!message.has("id")) {
            socket.send("{}");
        }
    }

    private void pushed(final JsonObject push) {
        final JsonObject publication = push.object("pub");
        final JsonObject unsubscribed = push.object("unsubscribe");
        if (publication != null && state == State.LIVE) {
            publication(publication);
        } else if (unsubscribed != null) {
            // Behind, or expired: the position is known, so subscribe again and recover.
            state = State.CONNECTING;
            socket.send(ClientText.subscribe(SUBSCRIBE_ID, topic, last));
        }
    }

    private void subscribed(final JsonObject subscription) {
        attempts = 0;
        final StreamPosition told = position(subscription);
        final boolean lostTrack = subscription.flag("was_recovering") && !subscription.flag("recovered");
        if (last == null || !lostTrack) {
            last = told;
        }
        state = State.LIVE;
        if (lostTrack) {
            askForPage();
        } else {
            publications(subscription);
            listener.onSubscribed(last);
        }
    }

    private void publications(final JsonObject of) {
        final List<JsonObject> publications = of.objects("publications");
        publications.forEach(this::publication);
    }

    private void publication(final JsonObject publication) {
        final long offset = publication.natural("offset", 0);
        if (offset == last.offset() + 1) {
            last = new StreamPosition(last.epoch(), offset);
            listener.onMessage(last, ClientText.payload(publication));
        } else if (offset > last.offset() && state == State.LIVE) {
            askForPage();
        }
    }

    private void askForPage() {
        state = State.PAGING;
        socket.send(ClientText.history(HISTORY_ID, topic, last, PAGE_LIMIT));
    }

    private void page(final JsonObject page) {
        final StreamPosition top = position(page);
        final long before = last.offset();
        last = new StreamPosition(top.epoch(), before);
        publications(page);
        if (last.offset() >= top.offset()) {
            state = State.LIVE;
            listener.onSubscribed(last);
        } else if (last.offset() > before) {
            askForPage();
        } else {
            skipTo(top);
        }
    }

    private void refused(final int id, final JsonObject error) {
        final int code = (int) error.integer("code", 0);
        final String reason = error.text("message", "");
        if (id == HISTORY_ID && code == ClientError.UNRECOVERABLE_POSITION.code()) {
            skipTo(null);
        } else if (error.flag("temporary") || code == ClientError.TOKEN_EXPIRED.code()) {
            socket.abort();
            lost(code, reason);
        } else {
            end();
            listener.onEnded(code, reason);
        }
    }

    /** What is missing is gone: tells so and goes on at the top. */
    private void skipTo(final StreamPosition top) {
        final StreamPosition gap = last;
        if (top == null) {
            // The top is not known yet: subscribing anew without a position tells it.
            last = null;
            state = State.CONNECTING;
            socket.send(ClientText.unsubscribe(UNSUBSCRIBE_ID, topic) + "\n"
                    + ClientText.subscribe(SUBSCRIBE_ID, topic, null));
            listener.onGap(gap, new StreamPosition("", 0));
        } else {
            last = top;
            state = State.LIVE;
            listener.onGap(gap, top);
            listener.onSubscribed(top);
        }
    }

    /** Something was heard: the server is there until it is silent for a ping's interval and its lateness. */
    private void hear() {
        if (silence != null) {
            silence.cancel(false);
        }
        if (pingMs > 0) {
            final TopicSocket heard = socket;
            silence = thread.schedule(
                    () -> run(heard, () -> {
                        heard.abort();
                        lost(0, "no ping");
                    }),
                    pingMs + PING_LATE_MAX_MS,
                    TimeUnit.MILLISECONDS);
        }
    }

    private void lost(final int code, final String reason) {
        if (state == State.ENDED) {
            return;
        }
        state = State.WAITING;
        socket = null;
        pingMs = 0;
        listener.onDisconnected(code, reason);
        final long ceiling = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS << Math.min(attempts, 16));
        attempts++;
        final long delayMs = Math.min(
                RECONNECT_MAX_MS, RECONNECT_MIN_MS + ThreadLocalRandom.current().nextLong(ceiling));
        thread.schedule(this::connect, delayMs, TimeUnit.MILLISECONDS);
    }

    private void end() {
        state = State.ENDED;
        if (socket != null) {
            socket.close();
            socket = null;
        }
        thread.shutdown();
    }

    private static StreamPosition position(final JsonObject from) {
        return new StreamPosition(from.text("epoch", ""), from.natural("offset", 0));
    }
}
