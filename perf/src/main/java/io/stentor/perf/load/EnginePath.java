package io.stentor.perf.load;

import io.stentor.engine.DeliveredMessage;
import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.EngineSession;
import io.stentor.engine.JournalKind;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.SessionHandler;
import io.stentor.engine.StageTimers;
import io.stentor.engine.ThreadingMode;
import io.stentor.engine.Topic;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;

/** The whole path in this process: publish, journal, Aeron, embedded shard, callback of each session. */
final class EnginePath implements MessagePath {
    private static final String TOPIC_PREFIX = "bench:";
    private static final long SUBSCRIBE_DEADLINE_SECONDS = 30;

    /** Subscribes that wait for their answers at once: well below what the shard's queue of commands holds. */
    private static final int SUBSCRIBES_MAX = 64;

    private final DeliveryEngine engine;
    private final Publisher publisher;
    private final Topic[] topics;
    private final Traffic traffic;
    private final AckLevel level;
    private final Message message = new Message();
    private volatile Throwable sessionFailure;

    private EnginePath(final RunOptions options, final DeliveryEngine engine, final Acknowledgements acknowledgements) {
        this.engine = engine;
        traffic = options.traffic();
        level = options.level == null ? null : AckLevel.valueOf(options.level.name());
        publisher = acknowledgements == null
                ? engine.newPublisher()
                : engine.newPublisher((ticket, code, topicId, sequence, offset, reached) ->
                        acknowledgements.onReceipt(ticket, code == ResultCode.OK && reaches(reached)));
        topics = new Topic[traffic.topics()];
        for (int i = 0; i < topics.length; i++) {
            topics[i] = engine.topic(TOPIC_PREFIX + (i + 1));
        }
    }

    /** Launches an engine and subscribes everybody. */
    static MessagePath launch(
            final RunOptions options,
            final Path directory,
            final List<? extends DeliveryListener> subscribers,
            final Acknowledgements acknowledgements)
            throws Exception {
        final DeliveryEngine engine = DeliveryEngine.launch(new EngineContext()
                .directory(directory)
                .threadingMode(ThreadingMode.valueOf(options.threading.name()))
                .journalKind(JournalKind.valueOf(options.journal.name())));
        final EnginePath path = new EnginePath(options, engine, acknowledgements);
        boolean connected = false;
        try {
            for (int i = 0; i < subscribers.size(); i++) {
                path.subscribe(i, subscribers.get(i), options.ack);
            }
            connected = true;
            return path;
        } finally {
            if (!connected) {
                path.close();
            }
        }
    }

    @Override
    public long offer(final int topic, final DirectBuffer buffer, final int length) {
        final AckLevel asked = traffic.level(topic);
        final long ticket;
        if (asked == null) {
            ticket = publisher.offer(topics[topic], buffer, 0, length);
        } else {
            ticket = publisher.offer(message.topic(topics[topic])
                    .deliveryClass(traffic.deliveryClass(topic))
                    .payload(buffer, 0, length)
                    .level(asked));
        }
        return ticket == Publisher.BACK_PRESSURED ? BACK_PRESSURED : ticket;
    }

    @Override
    public String reasonFor(final long code) {
        if (code == Publisher.CLOSED) {
            return "the engine is closed";
        }
        if (code == Publisher.DISK_RESERVE) {
            return "the disk is down to its reserve";
        }
        if (code == Publisher.TOO_LARGE) {
            return "the payload is longer than the engine's limit";
        }
        return "the engine answered " + code;
    }

    @Override
    public void drainTimers(final StageLog stages) {
        final StageTimers timers = engine.stageTimers();
        stages.add(Stage.RING_WAIT, timers.ringWait());
        stages.add(Stage.JOURNAL, timers.journal());
        stages.add(Stage.ROUTE_AND_SEND, timers.routeAndSend());
        stages.add(Stage.PUBLISH_TO_SHARD, timers.publishToShard());
        stages.add(Stage.PUBLISH_TO_ACK, timers.publishToAck());
    }

    @Override
    public Throwable failure() {
        final Throwable failure = engine.failure();
        return failure == null ? sessionFailure : failure;
    }

    @Override
    public void close() {
        engine.close();
    }

    private boolean reaches(final AckLevel reached) {
        return reached.value() >= level.value();
    }

    private void subscribe(final int number, final DeliveryListener listener, final boolean acknowledges)
            throws Exception {
        final String device = acknowledges ? "device" : "";
        final EngineSession session =
                engine.attach("user-" + (number + 1), device, new Subscriber(listener, acknowledges));
        final List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (final int topic : traffic.topicsOf(number)) {
            waiting.add(session.subscribeLive(topics[topic].name()).toCompletableFuture());
            if (waiting.size() == SUBSCRIBES_MAX) {
                await(waiting);
            }
        }
        await(waiting);
    }

    private static void await(final List<CompletableFuture<?>> waiting) throws Exception {
        for (final CompletableFuture<?> answer : waiting) {
            answer.get(SUBSCRIBE_DEADLINE_SECONDS, TimeUnit.SECONDS);
        }
        waiting.clear();
    }

    /** Hands on what one session is given. The shard's thread. */
    private final class Subscriber implements SessionHandler {
        private final DeliveryListener listener;
        private final boolean acknowledges;

        Subscriber(final DeliveryListener listener, final boolean acknowledges) {
            this.listener = listener;
            this.acknowledges = acknowledges;
        }

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage delivered) {
            listener.onDelivery(
                    delivered.topicId(),
                    delivered.offset(),
                    delivered.buffer(),
                    delivered.payloadOffset(),
                    delivered.payloadLength());
            if (acknowledges) {
                // A refusal needs no repeat: the next message's acknowledgement covers this one.
                session.ack(delivered.topic(), delivered.offset());
            }
        }

        @Override
        public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
            sessionFailure = new IllegalStateException(
                    "a session was told to take a snapshot of " + topic + " at offset " + offset);
        }

        @Override
        public void onClosed(final EngineSession session, final int code, final String reason) {
            sessionFailure = new IllegalStateException("a session was closed with " + code + ": " + reason);
        }
    }
}
