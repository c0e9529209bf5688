package io.stentor.perf.edge;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Topic;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Messages at a constant rate to a few topics in turn, each with a client that checks that none is missing and times them from
 * when they were meant to be sent: an open loop, so that a publisher or a server that falls behind does not slow the clock.
 * Which message it is follows from its offset.
 */
final class LiveFlow implements AutoCloseable {

    /** Topics of the flow, each with a client of its own. */
    static final int TOPICS = 20;

    private static final String PREFIX = "live:";
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int DIGITS = 3;
    private static final double NS_PER_SECOND = 1e9;

    private final SingleWriterRecorder latency = new SingleWriterRecorder(DIGITS);
    private final Thread thread = new Thread(this::publish, "perf-flow");
    private final DeliveryEngine engine;
    private final Swarm swarm;
    private final byte[] payload;
    private final int rate;

    /** Written by the event loop, read by the thread that measures. */
    private volatile int open;

    private volatile String problem;

    /** Written by the thread that measures before the flow begins. */
    private volatile long startNs;

    private volatile boolean stopped;

    /**
     * A flow to be.
     *
     * @param engine that is published to.
     * @param port of the shard that the clients connect to.
     * @param tokens that the clients show.
     * @param rate messages a second.
     * @param payload of each message: one JSON value.
     */
    LiveFlow(final DeliveryEngine engine, final int port, final Tokens tokens, final int rate, final byte[] payload) {
        this.engine = engine;
        this.rate = rate;
        this.payload = payload;
        this.swarm = new Swarm(
                port, number -> Subscribes.live(tokens.of("live-" + number % TOPICS), PREFIX + number % TOPICS));
    }

    /** Connects the clients, of which each says where it begins, and begins to publish. */
    void begin(final int addressNumber) {
        for (int i = 0; i < TOPICS; i++) {
            swarm.start(addressNumber + i, new Client(i));
        }
        final long beganNs = SystemNanoClock.INSTANCE.nanoTime();
        while (open < TOPICS) {
            check();
            if (SystemNanoClock.INSTANCE.nanoTime() - beganNs > DEADLINE_NS) {
                throw new IllegalStateException("only " + open + " of " + TOPICS + " clients connected");
            }
            LockSupport.parkNanos(PARK_NS);
        }
        startNs = SystemNanoClock.INSTANCE.nanoTime();
        thread.start();
    }

    /** Latencies since the last call. The thread that measures. */
    Histogram takeLatencies() {
        check();
        return latency.getIntervalHistogram();
    }

    /** Throws when a message was lost, repeated or refused, or a client has gone. */
    void check() {
        final String reason = problem;
        if (reason != null) {
            throw new IllegalStateException(reason);
        }
        final Throwable failure = engine.failure();
        if (failure != null) {
            throw new IllegalStateException("the engine has failed", failure);
        }
    }

    @Override
    public void close() {
        stopped = true;
        try {
            if (thread.isAlive()) {
                thread.join();
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        swarm.close();
    }

    private void publish() {
        final Publisher publisher = engine.newPublisher();
        final Topic[] topics = new Topic[TOPICS];
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = engine.topic(PREFIX + i);
        }
        final Message message = new Message();
        long sent = 0;
        while (!stopped) {
            final long due = (long) ((SystemNanoClock.INSTANCE.nanoTime() - startNs) / NS_PER_SECOND * rate);
            while (sent < due && !stopped) {
                message.clear()
                        .topic(topics[(int) (sent % TOPICS)])
                        .payload(payload)
                        .json(true);
                final long ticket = publisher.offer(message);
                if (ticket > 0) {
                    sent++;
                } else if (ticket == Publisher.BACK_PRESSURED) {
                    LockSupport.parkNanos(PARK_NS);
                } else {
                    fail("the engine took nothing more: " + ticket);
                    return;
                }
            }
            LockSupport.parkNanos(PARK_NS);
        }
    }

    private void fail(final String reason) {
        if (problem == null && !stopped) {
            problem = reason;
        }
    }

    /** One topic's client. Event loop only. */
    private final class Client implements SwarmSocket.Listener {
        private final int topic;
        private long last;

        Client(final int topic) {
            this.topic = topic;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // The event loop is its only writer.
        public void onOpen(final SwarmSocket socket) {
            open++;
        }

        @Override
        public void onFrame() {
            // Publications are counted one by one.
        }

        @Override
        public void onPublication(final SwarmSocket socket, final long offset) {
            if (offset != last + 1) {
                fail("offset " + offset + " of a live topic came after " + last);
            }
            last = offset;
            final double number = (double) (offset - 1) * TOPICS + topic;
            latency.recordValue(Math.max(
                    0, SystemNanoClock.INSTANCE.nanoTime() - startNs - (long) (number / rate * NS_PER_SECOND)));
        }

        @Override
        public void onAnswer() {
            fail("a live client got an answer that it did not ask for");
        }

        @Override
        public void onFailure(final String reason) {
            fail("a live client: " + reason);
        }
    }
}
