package io.stentor.engine;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A session inside the application's own process: the same as a client's behind a socket, without the socket. Any thread
 * may call it; its {@link SessionHandler} is called on the shard's thread.
 *
 * <p>A session with a user and a device has a cursor: what it acknowledges is journaled, and {@link #subscribe(String)}
 * continues after it, in this process or a later one.
 */
public final class EngineSession implements AutoCloseable {

    private final SessionHandler handler;
    private final ClientSession session;
    private final AtomicLong nextId = new AtomicLong(1);
    private final ConcurrentMap<Long, Pending> pending = new ConcurrentHashMap<>();
    private final boolean hasCursor;

    private record Pending(String topic, CompletableFuture<StreamPosition> answer, boolean recovering) {}

    EngineSession(final SessionPort port, final String user, final String device, final SessionHandler handler) {
        this.handler = handler;
        this.hasCursor = !user.isEmpty() && !device.isEmpty();
        this.session = port.open(new Sink());
        offer(new ClientCommand.Connect(0, UUID.randomUUID().toString(), user, device, null));
    }

    /**
     * Subscribes after what the device has acknowledged: everything since is delivered first, then what comes live.
     *
     * @param topic the topic's name; it need not exist.
     * @return the position after which live messages follow.
     * @throws IllegalStateException when the session has no device: nobody acknowledges, so there is nothing to go by.
     */
    public CompletionStage<StreamPosition> subscribe(final String topic) {
        if (!hasCursor) {
            throw new IllegalStateException("a session without user and device has no cursor: say where to begin");
        }
        return subscribe(topic, true, null, true);
    }

    /**
     * Subscribes to what comes from now on.
     *
     * @param topic the topic's name; it need not exist.
     * @return the position after which messages follow.
     */
    public CompletionStage<StreamPosition> subscribeLive(final String topic) {
        return subscribe(topic, false, null, false);
    }

    /**
     * Subscribes after a position that the application has kept itself.
     *
     * @param topic the topic's name.
     * @param since the epoch and the offset of the last message that the application has.
     * @return the position after which live messages follow. When the gap cannot be filled,
     *     {@link SessionHandler#onSnapshotNeeded} is called first.
     */
    public CompletionStage<StreamPosition> subscribe(final String topic, final StreamPosition since) {
        return subscribe(topic, true, since, false);
    }

    /** Ends a subscription. */
    public void unsubscribe(final String topic) {
        offer(new ClientCommand.Unsubscribe(0, topic));
    }

    /**
     * Acknowledges everything up to an offset of a topic. Monotone and idempotent; journaled in batches.
     *
     * @param topic the topic.
     * @param offset the offset.
     * @return false when the shard's queue is full: acknowledge again with the next message.
     */
    public boolean ack(final String topic, final long offset) {
        return session.offer(new ClientCommand.Ack(0, topic, offset));
    }

    /** Ends the session. Idempotent. */
    @Override
    public void close() {
        session.close();
        fail(new EngineException("the session is closed"));
    }

    private CompletionStage<StreamPosition> subscribe(
            final String topic, final boolean recover, final StreamPosition since, final boolean fromCursor) {
        final long id = nextId.getAndIncrement();
        final CompletableFuture<StreamPosition> answer = new CompletableFuture<>();
        pending.put(id, new Pending(topic, answer, recover));
        if (!session.offer(new ClientCommand.Subscribe(id, topic, recover, since, false, fromCursor))) {
            pending.remove(id);
            answer.completeExceptionally(new EngineException("the shard's queue of commands is full: try again"));
        }
        return answer;
    }

    private void offer(final ClientCommand command) {
        if (!session.offer(command)) {
            throw new EngineException("the shard's queue of commands is full: try again");
        }
    }

    private void fail(final EngineException failure) {
        pending.values().forEach(waiting -> waiting.answer.completeExceptionally(failure));
        pending.clear();
    }

    /** Hands on what the shard says. The shard's thread. */
    private final class Sink implements SessionSink {

        private final DeliveredMessage message = new DeliveredMessage();
        private final UnsafeBuffer stored = new UnsafeBuffer(0, 0);

        @Override
        public boolean onPublication(final Publication publication) {
            handler.onMessage(
                    EngineSession.this,
                    message.place(
                                    publication.topic(),
                                    publication.topicId(),
                                    publication.offset(),
                                    publication.sequence(),
                                    publication.timestampNs())
                            .json(publication.json())
                            .sender(
                                    publication.sender(),
                                    0,
                                    publication.sender().capacity())
                            .payload(
                                    publication.payload(),
                                    0,
                                    publication.payload().capacity()));
            return true;
        }

        @Override
        public boolean onReply(final long commandId, final Reply reply) {
            final Pending waiting = pending.remove(commandId);
            if (waiting == null) {
                return true;
            }
            if (reply instanceof Reply.Subscribed subscribed) {
                if (waiting.recovering && !subscribed.recovered()) {
                    handler.onSnapshotNeeded(
                            EngineSession.this,
                            waiting.topic,
                            subscribed.position().offset());
                }
                for (final StoredPublication publication : subscribed.publications()) {
                    deliver(waiting.topic, publication);
                }
                waiting.answer.complete(subscribed.position());
            } else if (reply instanceof Reply.Failed failed) {
                final ClientError error = failed.error();
                waiting.answer.completeExceptionally(new EngineException("refused with " + error.code() + ": "
                        + error.message() + (failed.detail().isEmpty() ? "" : ": " + failed.detail())));
            } else {
                waiting.answer.complete(null);
            }
            return true;
        }

        @Override
        public boolean onPush(final Push push) {
            if (push instanceof Push.Unsubscribed unsubscribed && unsubscribed.code() >= 2500 && hasCursor) {
                subscribe(unsubscribed.topic());
            } else if (push instanceof Push.Unsubscribed unsubscribed) {
                handler.onSnapshotNeeded(EngineSession.this, unsubscribed.topic(), 0);
            }
            return true;
        }

        @Override
        public void disconnect(final Disconnect disconnect) {
            fail(new EngineException("the session has ended with " + disconnect.code() + ": " + disconnect.reason()));
            handler.onClosed(EngineSession.this, disconnect.code(), disconnect.reason());
        }

        private void deliver(final String topic, final StoredPublication publication) {
            stored.wrap(publication.payload());
            handler.onMessage(
                    EngineSession.this,
                    message.place(topic, 0, publication.offset(), publication.sequence(), publication.timestampNs())
                            .json(publication.json())
                            .sender(stored, 0, 0)
                            .payload(stored, 0, publication.payload().length));
        }
    }
}
