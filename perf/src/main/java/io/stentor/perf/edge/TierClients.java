package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.SystemNanoClock;

/**
 * WebSocket clients of a running tier: subscribers spread over its addresses, and one connection that publishes. They speak the
 * Centrifuge protocol in JSON; a payload is a JSON string of Base64. One event loop; {@link #publish} is one thread's, the
 * publisher's.
 */
@SuppressWarnings("FutureReturnValueIgnored") // What the event loop is asked to do fails the clients when it fails.
public final class TierClients implements TierPublisher {

    /** What the clients learn. Event loop. */
    public interface Listener {

        /**
         * A subscriber was given a message.
         *
         * @param subscriber from 0.
         * @param topic index of it, from 0; negative when it is none that was asked for.
         * @param offset that it has in its topic.
         * @param payload its bytes.
         */
        void onMessage(int subscriber, int topic, long offset, byte[] payload);

        /** The publisher's next message, in the order of publishing, is journaled. */
        void onReceipt();
    }

    /** Messages that wait for the event loop, and messages without an answer: far below what a server's outbox holds. */
    private static final int WAITING_MAX = 1024;

    private static final int UNANSWERED_MAX = 4096;

    /** Commands of one frame. */
    private static final int BATCH = 64;

    /** The publisher's topics. */
    private static final int[] NONE = {};

    private static final long OPEN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final byte[] CHANNEL = "\"channel\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\"data\":\"".getBytes(StandardCharsets.US_ASCII);

    private final OneToOneConcurrentArrayQueue<String> waiting = new OneToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final AtomicBoolean draining = new AtomicBoolean();
    private final AtomicLong answered = new AtomicLong();
    private final Listener listener;
    private final List<Swarm> swarms;
    private final Swarm publishing;
    private final String topicPrefix;
    private final int topics;

    /** Written by the event loop, read by the thread that opens. */
    private volatile int open;

    private volatile SwarmSocket publisher;
    private volatile String failure;
    private volatile boolean closing;
    private long published;
    private long sent;

    /**
     * Connects them, and waits until each has subscribed.
     *
     * @param addresses where the tier's shards listen, all on loopback.
     * @param tokens that sign for them; null for a tier that lets anybody in.
     * @param subscribers how many.
     * @param topicPrefix of the topics' names: numbers from 0 follow.
     * @param topics how many.
     * @param topicsOf those that a subscriber subscribes to, by its number from 0.
     * @param listener told what comes.
     * @throws IOException when one is refused, or nothing moves for too long.
     */
    public TierClients(
            final List<Integer> addresses,
            final Tokens tokens,
            final int subscribers,
            final String topicPrefix,
            final int topics,
            final IntFunction<int[]> topicsOf,
            final Listener listener)
            throws IOException {
        this.listener = listener;
        this.topicPrefix = topicPrefix;
        this.topics = topics;
        this.swarms = addresses.stream()
                .map(port -> new Swarm(
                        port, number -> commands(tokens, number, number < subscribers ? topicsOf.apply(number) : NONE)))
                .toList();
        this.publishing = swarms.get(0);
        boolean opened = false;
        try {
            open(subscribers);
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    /** Over a connection of its own. */
    @Override
    public boolean publish(final int topic, final byte[] payload) {
        if (published - answered.get() >= UNANSWERED_MAX) {
            return false;
        }
        if (!waiting.offer("," + TierPublisher.command(topicPrefix, topic, payload) + "}")) {
            return false;
        }
        published++;
        if (!draining.getAndSet(true)) {
            publishing.loop().execute(this::drain);
        }
        return true;
    }

    @Override
    public String failure() {
        return failure;
    }

    @Override
    public void close() {
        closing = true;
        swarms.forEach(Swarm::close);
    }

    private void open(final int subscribers) throws IOException {
        int started = 0;
        long movedNs = SystemNanoClock.INSTANCE.nanoTime();
        int seen = 0;
        while (open <= subscribers) {
            while (started <= subscribers && started - open < BATCH) {
                final boolean publishes = started == subscribers;
                final Swarm swarm = publishes ? publishing : swarms.get(started % swarms.size());
                swarm.start(started, new Client(started, publishes));
                started++;
            }
            if (failure != null) {
                throw new IOException(failure);
            }
            if (open != seen) {
                seen = open;
                movedNs = SystemNanoClock.INSTANCE.nanoTime();
            } else if (SystemNanoClock.INSTANCE.nanoTime() - movedNs > OPEN_TIMEOUT_NS) {
                throw new IOException("only " + seen + " of " + (subscribers + 1) + " connections opened");
            }
            LockSupport.parkNanos(PARK_NS);
        }
    }

    private String commands(final Tokens tokens, final int number, final int[] subscribed) {
        final StringBuilder lines = new StringBuilder("{\"id\":1,\"connect\":{");
        if (tokens != null) {
            lines.append("\"token\":\"").append(tokens.of("rig-" + number)).append('"');
        }
        lines.append("}}");
        for (int i = 0; i < subscribed.length; i++) {
            lines.append("\n{\"id\":")
                    .append(i + 2)
                    .append(",\"subscribe\":{\"channel\":\"")
                    .append(topicPrefix)
                    .append(subscribed[i])
                    .append("\"}}");
        }
        return lines.toString();
    }

    /** Sends what waits, many commands in a frame. */
    private void drain() {
        draining.set(false);
        final StringBuilder lines = new StringBuilder();
        int count = 0;
        String command;
        while ((command = waiting.poll()) != null) {
            // The ids of a connection are its own: 1 was connect.
            lines.append(count++ == 0 ? "" : "\n")
                    .append("{\"id\":")
                    .append(++sent + 1)
                    .append(command);
            if (count == BATCH) {
                publisher.send(lines.toString());
                lines.setLength(0);
                count = 0;
            }
        }
        if (count > 0) {
            publisher.send(lines.toString());
        }
    }

    private void fail(final String reason) {
        if (failure == null && !closing) {
            failure = reason;
        }
    }

    /** One connection. Event loop of its swarm. */
    private final class Client implements SwarmSocket.Listener {
        private final int number;
        private final boolean publishes;
        private byte[] current;
        private int currentTopic;

        Client(final int number, final boolean publishes) {
            this.number = number;
            this.publishes = publishes;
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // Guarded by the lock of all swarms' loops.
        public void onOpen(final SwarmSocket socket) {
            synchronized (TierClients.this) {
                if (publishes) {
                    publisher = socket;
                }
                open++;
            }
        }

        @Override
        public void onFrame() {
            // Messages are counted one by one.
        }

        @Override
        public void onPublicationText(final SwarmSocket socket, final ByteBuf in, final int index, final int length) {
            final String channel = quoted(in, index, length, CHANNEL);
            final String data = quoted(in, index, length, DATA);
            if (channel == null || data == null) {
                fail("a publication without channel or data");
                return;
            }
            try {
                current = Base64.getDecoder().decode(data);
            } catch (final IllegalArgumentException ex) {
                current = new byte[0];
            }
            currentTopic = topic(channel);
        }

        @Override
        public void onPublication(final SwarmSocket socket, final long offset) {
            listener.onMessage(number, currentTopic, offset, current);
        }

        @Override
        public void onAnswer() {
            if (publishes) {
                listener.onReceipt();
                answered.incrementAndGet();
            } else {
                fail("a subscriber got an answer that it did not ask for");
            }
        }

        @Override
        public void onFailure(final String reason) {
            fail((publishes ? "the publisher: " : "subscriber " + number + ": ") + reason);
        }

        private int topic(final String channel) {
            try {
                final int topic = channel.startsWith(topicPrefix)
                        ? Integer.parseInt(channel.substring(topicPrefix.length()))
                        : -1;
                return topic < topics ? topic : -1;
            } catch (final NumberFormatException ex) {
                return -1;
            }
        }

        private static String quoted(final ByteBuf in, final int index, final int length, final byte[] name) {
            final int at = find(in, index, index + length, name);
            if (at < 0) {
                return null;
            }
            final int start = at + name.length;
            final int end = in.indexOf(start, index + length, (byte) '"');
            return end < 0 ? null : new String(ByteBufUtil.getBytes(in, start, end - start), StandardCharsets.US_ASCII);
        }

        private static int find(final ByteBuf in, final int from, final int to, final byte[] text) {
            for (int i = from; i <= to - text.length; i++) {
                int matching = 0;
                while (matching < text.length && in.getByte(i + matching) == text[matching]) {
                    matching++;
                }
                if (matching == text.length) {
                    return i;
                }
            }
            return -1;
        }
    }
}
