package io.stentor.perf.edge;

import io.stentor.transport.gateway.client.ApiClient;
import io.stentor.transport.gateway.client.RefusedException;
import io.stentor.transport.gateway.codec.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Publishes as a backend does: batches over the HTTP API, one request after the other, each with what has come since the last.
 * A thread of its own sends them.
 */
public final class ApiPublisher implements TierPublisher {
    private static final int WAITING_MAX = 4096;

    /** What the API takes at once. */
    private static final int BATCH_MAX = 1_000;

    private static final int BODY_LENGTH_MAX = 512 * 1024;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long STOP_MS = TimeUnit.SECONDS.toMillis(35);

    private final OneToOneConcurrentArrayQueue<String> waiting = new OneToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final ApiClient api;
    private final String topicPrefix;
    private final Runnable onReceipt;
    private final Thread thread = new Thread(this::run, "perf-api-publisher");
    private volatile String failure;
    private volatile boolean closing;

    /**
     * A publisher.
     *
     * @param port where the API listens, on loopback.
     * @param apiKey that it asks for.
     * @param topicPrefix of the topics' names: numbers from 0 follow.
     * @param onReceipt called for each message that is journaled, in their order, by the publisher's own thread.
     */
    public ApiPublisher(final int port, final String apiKey, final String topicPrefix, final Runnable onReceipt) {
        this.api = new ApiClient(URI.create("http://127.0.0.1:" + port), apiKey);
        this.topicPrefix = topicPrefix;
        this.onReceipt = onReceipt;
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public boolean publish(final int topic, final byte[] payload) {
        return waiting.offer("{" + TierPublisher.command(topicPrefix, topic, payload) + "}");
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join(STOP_MS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        final StringBuilder body = new StringBuilder();
        try {
            while (!closing) {
                // All at once: the engine takes them in the order in which they stand.
                body.append("{\"parallel\":true,\"commands\":[");
                int count = 0;
                String command;
                while (count < BATCH_MAX && body.length() < BODY_LENGTH_MAX && (command = waiting.poll()) != null) {
                    body.append(count++ == 0 ? "" : ",").append(command);
                }
                if (count == 0) {
                    LockSupport.parkNanos(PARK_NS);
                } else {
                    send(body.append("]}").toString(), count);
                }
                body.setLength(0);
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        } catch (final IOException | RefusedException | RuntimeException ex) {
            failure = "the publisher: " + ex.getMessage();
        }
    }

    private void send(final String body, final int count) throws IOException, RefusedException, InterruptedException {
        final List<JsonObject> replies =
                api.call("batch", body.getBytes(StandardCharsets.US_ASCII)).objects("replies");
        if (replies.size() != count) {
            throw new IOException(count + " publishes were answered with " + replies.size() + " replies");
        }
        for (final JsonObject reply : replies) {
            final JsonObject error = reply.object("error");
            if (error != null) {
                throw new IOException(
                        "a publish was refused: " + error.integer("code", 0) + " " + error.text("message", ""));
            }
            onReceipt.run();
        }
    }
}
