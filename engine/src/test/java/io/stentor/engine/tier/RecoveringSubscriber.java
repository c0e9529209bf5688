package io.stentor.engine.tier;

import io.stentor.engine.history.Witness;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A client that comes back with recovery whenever its connection ends, and writes down what it holds, asks and sees. Its
 * own thread connects; what it has seen may be asked for from any thread.
 */
final class RecoveringSubscriber implements AutoCloseable {

    private static final long RETRY_NS = Duration.ofMillis(20).toNanos();

    /** What the client knows of one topic. Guarded by this object. */
    private static final class Stream {
        private final List<JsonValue> publications = new ArrayList<>();
        private String epoch = "";
        private long offset;
        private boolean known;
    }

    private final URI address;
    private final String token;
    private final Witness witness;
    private final Queue<String> violations;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Thread thread = new Thread(this::run, "recovering-subscriber");
    private volatile boolean closed;
    private volatile SocketClient current;
    private final AtomicInteger recoveries = new AtomicInteger();
    private final AtomicInteger refusals = new AtomicInteger();

    /**
     * A client.
     *
     * @param witness gets a line for everything that it holds, asks and sees.
     * @param violations gets a line for each breach of the protocol.
     */
    RecoveringSubscriber(
            final URI address,
            final String token,
            final List<String> topics,
            final Witness witness,
            final Queue<String> violations) {
        this.address = address;
        this.token = token;
        this.witness = witness;
        this.violations = violations;
        topics.forEach(topic -> streams.put(topic, new Stream()));
    }

    RecoveringSubscriber start() {
        thread.start();
        return this;
    }

    /** What it has seen of a topic. */
    List<JsonValue> seen(final String topic) {
        final Stream stream = streams.get(topic);
        synchronized (stream) {
            return List.copyOf(stream.publications);
        }
    }

    /** The offset of a topic up to which it has seen everything. */
    long offset(final String topic) {
        final Stream stream = streams.get(topic);
        synchronized (stream) {
            return stream.offset;
        }
    }

    /** Whether it has been told where the topic stands. */
    boolean isSubscribed(final String topic) {
        final Stream stream = streams.get(topic);
        synchronized (stream) {
            return stream.known;
        }
    }

    /** How often it was told that its position is lost. */
    int refusals() {
        return refusals.get();
    }

    /** How many subscriptions it has recovered. */
    int recoveries() {
        return recoveries.get();
    }

    @Override
    public void close() {
        closed = true;
        final SocketClient socket = current;
        if (socket != null) {
            socket.close();
        }
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            try (SocketClient socket = SocketClient.connect(address, token, push -> checked(() -> pushed(push)))) {
                current = socket;
                streams.forEach((topic, stream) -> subscribe(socket, topic, stream));
                socket.end().join();
            } catch (final SocketClient.Gone ex) {
                LockSupport.parkNanos(RETRY_NS);
            } catch (final AssertionError ex) {
                violations.add("subscriber: " + ex.getMessage());
                LockSupport.parkNanos(RETRY_NS);
            }
        }
    }

    private void subscribe(final SocketClient socket, final String topic, final Stream stream) {
        final Map<String, Object> params = new LinkedHashMap<>();
        params.put("channel", topic);
        synchronized (stream) {
            if (stream.known) {
                params.put("recover", true);
                params.put("epoch", stream.epoch);
                params.put("offset", stream.offset);
                witness.asked(topic, stream.epoch, stream.offset);
            }
        }
        socket.command("subscribe", params, answer -> checked(() -> subscribed(topic, stream, answer)));
    }

    /** What does not have the shape of the protocol is a breach too. */
    private void checked(final Runnable handling) {
        try {
            handling.run();
        } catch (final AssertionError | RuntimeException ex) {
            violations.add("subscriber: " + ex);
        }
    }

    private void subscribed(final String topic, final Stream stream, final JsonValue answer) {
        final JsonValue subscribe = answer.at("subscribe");
        if (subscribe.isAbsent()) {
            violations.add("subscriber: subscribe to " + topic + " was refused: " + answer);
            current.close();
            return;
        }
        synchronized (stream) {
            final boolean recovered = !subscribe.at("recovered").isAbsent()
                    && subscribe.at("recovered").flag();
            // With recovered: where the client came from; the publications beside it move it on.
            final long position = subscribe.at("offset").numberOrZero();
            final String epoch = subscribe.at("epoch").text();
            if (recovered) {
                recoveries.incrementAndGet();
                witness.recovered(topic, epoch, position);
            } else if (stream.known) {
                refusals.incrementAndGet();
                witness.snapshot(topic, epoch, position);
                stream.publications.clear();
            } else {
                witness.began(topic, epoch, position);
            }
            stream.known = true;
            stream.epoch = epoch;
            stream.offset = position;
            final JsonValue missed = subscribe.at("publications");
            if (!missed.isAbsent()) {
                missed.items().forEach(publication -> accept(topic, stream, publication));
            }
        }
    }

    private void pushed(final JsonValue push) {
        final JsonValue publication = push.at("pub");
        if (!publication.isAbsent()) {
            final String topic = push.at("channel").text();
            final Stream stream = streams.get(topic);
            synchronized (stream) {
                accept(topic, stream, publication);
            }
        } else if (!push.at("unsubscribe").isAbsent() || !push.at("disconnect").isAbsent()) {
            // "Behind", or the end of the session: come back and recover.
            current.close();
        }
    }

    /** Not judged here: what is wrong with it is in the history. */
    private void accept(final String topic, final Stream stream, final JsonValue publication) {
        final long offset = publication.at("offset").number();
        witness.delivered(
                topic,
                stream.epoch,
                offset,
                JsonValue.write(publication.at("data")).getBytes(StandardCharsets.UTF_8));
        stream.publications.add(publication);
        stream.offset = offset;
    }
}
