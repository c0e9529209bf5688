package io.stentor.engine.tier;

import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * A publisher that goes on whatever happens: what was not acknowledged it repeats under its key, until it is. One thread
 * of its own.
 */
final class Load implements AutoCloseable {

    /** Publishes what has the number {@code number}, all of it acknowledged when it returns normally. */
    interface Step {
        void publish(long number) throws IOException;
    }

    /** The tier is full for the moment. */
    static final long TOO_MANY_REQUESTS = 111;

    /** The tier ends and cannot say what became of it. */
    static final long INTERNAL_ERROR = 100;

    private static final int PAD_MAX = 1_500;
    private static final long RETRY_NS = Duration.ofMillis(20).toNanos();
    private static final long JOIN_LIMIT_MS = Duration.ofSeconds(60).toMillis();

    private final Step step;
    private final long paceNs;
    private final Queue<String> violations;
    private final Thread thread;
    private volatile boolean stopping;

    private Load(final String name, final Step step, final Duration pace, final Queue<String> violations) {
        this.step = step;
        this.paceNs = pace.toNanos();
        this.violations = violations;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** One message after the other over HTTP. */
    static Load overHttp(
            final String name,
            final ApiClient api,
            final List<String> topics,
            final Ledger ledger,
            final Queue<String> violations) {
        return overHttp(name, api, topics, Load::level, Duration.ofMillis(5), ledger, violations);
    }

    /** One message after the other over HTTP, each of them forced before the next. */
    static Load syncedOverHttp(
            final String name,
            final ApiClient api,
            final List<String> topics,
            final Ledger ledger,
            final Queue<String> violations) {
        return overHttp(name, api, topics, number -> AckLevel.SYNCED, Duration.ofMillis(20), ledger, violations);
    }

    /** One message after the other over HTTP, with a pause behind each. */
    static Load overHttp(
            final String name,
            final ApiClient api,
            final List<String> topics,
            final Duration pace,
            final Ledger ledger,
            final Queue<String> violations) {
        return overHttp(name, api, topics, Load::level, pace, ledger, violations);
    }

    private static Load overHttp(
            final String name,
            final ApiClient api,
            final List<String> topics,
            final LongFunction<AckLevel> level,
            final Duration pace,
            final Ledger ledger,
            final Queue<String> violations) {
        return new Load(
                name,
                number -> {
                    final String topic = topics.get((int) (number % topics.size()));
                    publishOverHttp(name, api, topic, name + "-" + number, level.apply(number), ledger);
                },
                pace,
                violations);
    }

    /** One message to many topics in one call over HTTP. */
    static Load broadcast(
            final String name,
            final ApiClient api,
            final List<String> topics,
            final Ledger ledger,
            final Queue<String> violations) {
        return new Load(
                name,
                number -> {
                    final String key = name + "-" + number;
                    topics.forEach(topic -> ledger.asks(name, topic, key, AckLevel.JOURNALED));
                    final List<JsonValue> responses = accepted(api.tryCall(
                                    "broadcast",
                                    Map.of(
                                            "channels",
                                            topics,
                                            "data",
                                            data(key),
                                            "idempotency_key",
                                            key,
                                            "level",
                                            "JOURNALED")))
                            .at("responses")
                            .items();
                    boolean refused = false;
                    for (int i = 0; i < topics.size(); i++) {
                        final JsonValue published = responses.get(i).at("result");
                        if (published.isAbsent()) {
                            ledger.refused(
                                    name,
                                    topics.get(i),
                                    key,
                                    responses.get(i).at("error").at("code").numberOrZero());
                            refused = true;
                        } else {
                            ledger.acknowledged(name, topics.get(i), key, published);
                        }
                    }
                    if (refused) {
                        throw new IOException("refused for some: " + responses);
                    }
                },
                Duration.ofMillis(100),
                violations);
    }

    /** Bursts of messages over a WebSocket, by the method {@code publish}: many are on their way at a time. */
    static Load overWebSocket(
            final String name,
            final RpcPublisher publisher,
            final String topic,
            final int burst,
            final Ledger ledger,
            final Queue<String> violations) {
        return new Load(
                name,
                number -> {
                    final List<CompletableFuture<JsonValue>> answers = new ArrayList<>(burst);
                    final SocketClient socket = publisher.socket();
                    for (long i = number * burst; i < (number + 1) * burst; i++) {
                        ledger.asks(name, topic, name + "-" + i, level(i));
                        answers.add(socket.rpc("publish", publish(topic, "id", name + "-" + i, "topic", level(i))));
                    }
                    for (int i = 0; i < burst; i++) {
                        final JsonValue answer = join(answers.get(i));
                        if (RpcPublisher.isUnknown(answer)) {
                            ledger.unanswered(name, topic, name + "-" + (number * burst + i));
                            throw new IOException("nobody can say: " + answer);
                        }
                        if (RpcPublisher.isTemporarilyRefused(answer)) {
                            ledger.refused(name, topic, name + "-" + (number * burst + i), TOO_MANY_REQUESTS);
                            throw new IOException("try again: " + answer);
                        }
                        ledger.acknowledged(
                                name, topic, name + "-" + (number * burst + i), RpcPublisher.published(answer));
                    }
                },
                Duration.ofMillis(50),
                violations);
    }

    /** The content of a message: of many lengths, and the same whenever it is asked for. */
    static Map<String, ?> data(final String key) {
        final Map<String, Object> data = new LinkedHashMap<>();
        data.put("key", key);
        data.put("pad", "x".repeat(Math.floorMod(key.hashCode() * 31, PAD_MAX)));
        return data;
    }

    /** The content of a message as bytes. */
    static byte[] content(final String key) {
        return JsonValue.write(data(key)).getBytes(StandardCharsets.UTF_8);
    }

    /** The level that a number is published at, and repeated at by its own publisher. */
    private static AckLevel level(final long number) {
        return number % 8 == 7 ? AckLevel.SYNCED : AckLevel.JOURNALED;
    }

    /** The message of a key: repeats carry the same. */
    static Map<String, ?> publish(
            final String topic,
            final String keyField,
            final String key,
            final String topicField,
            final AckLevel level) {
        return Map.of(topicField, topic, "data", data(key), keyField, key, "level", level.name());
    }

    private static void publishOverHttp(
            final String name,
            final ApiClient api,
            final String topic,
            final String key,
            final AckLevel level,
            final Ledger ledger)
            throws IOException {
        ledger.asks(name, topic, key, level);
        final ApiClient.Answer answer;
        try {
            answer = api.tryCall("publish", publish(topic, "idempotency_key", key, "channel", level));
        } catch (final IOException ex) {
            ledger.unanswered(name, topic, key);
            throw ex;
        }
        if (answer.errorCode() == INTERNAL_ERROR) {
            ledger.unanswered(name, topic, key);
            throw new IOException("nobody can say: " + answer);
        }
        if (answer.errorCode() != 0) {
            ledger.refused(name, topic, key, answer.errorCode());
        }
        ledger.acknowledged(name, topic, key, accepted(answer));
    }

    /** Lets loads flow for a time, unless something is wrong already. */
    static void flow(final Duration length, final Queue<String> violations) {
        final long began = System.nanoTime();
        while (violations.isEmpty() && System.nanoTime() - began < length.toNanos()) {
            LockSupport.parkNanos(RETRY_NS);
        }
    }

    /** Acknowledges what is on its way, then ends. */
    void finish() {
        stopping = true;
        try {
            thread.join(JOIN_LIMIT_MS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            violations.add(thread.getName() + " has something that is never acknowledged");
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        long number = 0;
        while (!stopping && !Thread.currentThread().isInterrupted()) {
            if (isPublished(number)) {
                number++;
            }
        }
    }

    private boolean isPublished(final long number) {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                step.publish(number);
                LockSupport.parkNanos(paceNs);
                return true;
            } catch (final IOException | SocketClient.Gone ex) {
                LockSupport.parkNanos(RETRY_NS);
            } catch (final AssertionError | RuntimeException ex) {
                if (Thread.currentThread().isInterrupted()) {
                    // It was told to end, and what it wrote to was closed by that.
                    return false;
                }
                violations.add(thread.getName() + ": " + ex);
                LockSupport.parkNanos(RETRY_NS);
            }
        }
        return false;
    }

    private static JsonValue accepted(final ApiClient.Answer answer) throws IOException {
        if (answer.errorCode() == TOO_MANY_REQUESTS) {
            throw new IOException("try again: " + answer);
        }
        return answer.result();
    }

    private static JsonValue join(final CompletableFuture<JsonValue> answer) throws IOException {
        try {
            return answer.orTimeout(3, TimeUnit.MINUTES).join();
        } catch (final CompletionException ex) {
            throw new IOException("no answer: " + ex.getCause(), ex);
        }
    }
}
