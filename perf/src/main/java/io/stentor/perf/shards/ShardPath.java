package io.stentor.perf.shards;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.JournalKind;
import io.stentor.engine.Publisher;
import io.stentor.engine.ShardServer;
import io.stentor.engine.ShardServerContext;
import io.stentor.engine.Topic;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.SessionPort;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * An engine and a shard in this process with a session for each share of the topics: from the offer to the session's
 * callback it is the path of a message in production, without the socket. One thread publishes.
 */
final class ShardPath implements AutoCloseable {

    /** Bytes of a message's payload. */
    static final int PAYLOAD_LENGTH = 256;

    /** How long nothing may happen before it is an error. */
    static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    /** As long as the closed loop of the load rig waits for a ring that is full: it empties in a few milliseconds. */
    private static final long REFUSED_PARK_NS = TimeUnit.MICROSECONDS.toNanos(300);

    /** Commands that wait for their answers at once: well below what the shard's queue holds. */
    private static final int COMMANDS_MAX = 1_000;

    /** No multiple of two or five, so that it visits every one of a power of ten; neighbours are far apart. */
    private static final int STRIDE = 618_033;

    /** How a shard is reached. */
    enum Link {
        /** The embedded one, over memory. */
        IPC,
        /** One with a media driver of its own, over UDP on loopback. */
        UDP
    }

    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
    private final DeliveryEngine engine;
    private final ShardServer shard;
    private final Publisher publisher;
    private final Deliveries deliveries;
    private final Topic[] topics;
    private int topic;
    private long published;

    private ShardPath(
            final DeliveryEngine engine, final ShardServer shard, final Deliveries deliveries, final int topicCount) {
        this.engine = engine;
        this.shard = shard;
        this.deliveries = deliveries;
        this.publisher = engine.newPublisher();
        this.topics = new Topic[topicCount];
        for (int i = 0; i < topicCount; i++) {
            topics[i] = engine.topic(name(i));
        }
    }

    /**
     * Launches an engine and a shard and subscribes one session to each topic.
     *
     * @param directory an empty one for the journal.
     * @param link how the shard is reached.
     * @param journal what the log is kept in.
     * @param topicCount how many topics, a power of ten.
     * @param topicsPerSession how many of them each session has.
     */
    static ShardPath launch(
            final Path directory,
            final Link link,
            final JournalKind journal,
            final int topicCount,
            final int topicsPerSession) {
        final EngineContext context = new EngineContext().directory(directory).journalKind(journal);
        final byte[] secret = new byte[32];
        if (link == Link.UDP) {
            context.shards().embedded(false).endpoint("127.0.0.1:0").secret(secret);
        }
        final DeliveryEngine engine = DeliveryEngine.launch(context);
        ShardServer shard = null;
        boolean launched = false;
        try {
            if (link == Link.UDP) {
                shard = ShardServer.open(new ShardServerContext()
                        .id(ShardServerContext.ID_MIN)
                        .engine(engine.shardsEndpoint())
                        .secret(secret));
                shard.start("");
                final ShardServer waited = shard;
                await(() -> waited.notReadyReason() == null, "the shard did not attach");
            }
            final ShardPath path = new ShardPath(engine, shard, new Deliveries(topicCount), topicCount);
            path.subscribe(shard == null ? engine.sessions() : shard.sessions(), topicsPerSession);
            launched = true;
            return path;
        } finally {
            if (!launched) {
                CloseHelper.closeAll(shard, engine);
            }
        }
    }

    /**
     * Publishes so many messages as fast as the ring takes them and waits until each has come to its session.
     *
     * @return how long that took, in nanoseconds.
     * @throws IllegalStateException when one was lost, repeated or out of order.
     */
    long run(final long messages) {
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        for (long i = 0; i < messages; i++) {
            payload.putLong(0, published, ByteOrder.LITTLE_ENDIAN);
            long ticket;
            while ((ticket = publisher.offer(topics[topic], payload, 0, PAYLOAD_LENGTH)) == Publisher.BACK_PRESSURED) {
                LockSupport.parkNanos(REFUSED_PARK_NS);
            }
            if (ticket < 0) {
                throw new IllegalStateException("the engine took nothing more: " + ticket, engine.failure());
            }
            published++;
            topic = (topic + STRIDE % topics.length) % topics.length;
        }
        deliveries.await(published);
        return SystemNanoClock.INSTANCE.nanoTime() - startNs;
    }

    @Override
    public void close() {
        CloseHelper.closeAll(shard, engine);
    }

    private void subscribe(final SessionPort port, final int topicsPerSession) {
        long offered = 0;
        ClientSession session = null;
        for (int i = 0; i < topics.length; i++) {
            if (i % topicsPerSession == 0) {
                session = port.open(deliveries);
                final String number = Integer.toString(i / topicsPerSession);
                offer(session, new ClientCommand.Connect(0, "client-" + number, "user-" + number, "", null));
            }
            offer(session, new ClientCommand.Subscribe(i + 1L, name(i), false, null, false));
            if (++offered % COMMANDS_MAX == 0) {
                deliveries.awaitAnswers(offered);
            }
        }
        deliveries.awaitAnswers(offered);
    }

    private static void offer(final ClientSession session, final ClientCommand command) {
        await(() -> session.offer(command), "the shard took no command");
    }

    private static String name(final int topic) {
        return "perf:" + topic;
    }

    private static void await(final BooleanSupplier condition, final String otherwise) {
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        while (!condition.getAsBoolean()) {
            if (SystemNanoClock.INSTANCE.nanoTime() - startNs > DEADLINE_NS) {
                throw new IllegalStateException(otherwise);
            }
            LockSupport.parkNanos(REFUSED_PARK_NS);
        }
    }
}
