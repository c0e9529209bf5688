package io.stentor.engine;

import io.stentor.engine.pipeline.FollowerCursor;
import io.stentor.engine.pipeline.TopicState;
import io.stentor.engine.pipeline.TopicTable;
import io.stentor.journal.JournalException;
import io.stentor.journal.JournalReader;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.transport.wire.MessageFlags;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * A durable named reader of the log: an indexer, an archive, a sender of push notifications. It runs on a thread of its
 * own and journals how far it has got, so that it continues there after a restart; what it had handled since its last
 * journaled cursor comes again.
 */
public final class Follower implements Agent, AutoCloseable {

    private static final int RECORDS_PER_CYCLE = 256;

    private final String name;
    private final JournalReader reader;
    private final TopicTable topics;
    private final FollowerCursor cursor;
    private final FollowHandler handler;
    private final RecordHandler recordHandler = this::onRecord;
    private final DeliveredMessage message = new DeliveredMessage();
    private Runnable closer = () -> {};
    /** Written by the follower's thread; read by any. */
    private volatile long handledSequence;

    private volatile Throwable failure;

    Follower(
            final String name,
            final JournalReader reader,
            final TopicTable topics,
            final FollowerCursor cursor,
            final FollowHandler handler) {
        this.name = name;
        this.reader = reader;
        this.topics = topics;
        this.cursor = cursor;
        this.handler = handler;
        this.handledSequence = reader.nextSequence() - 1;
    }

    String name() {
        return name;
    }

    /** The sequence up to which everything was handled. Any thread. */
    public long handledSequence() {
        return handledSequence;
    }

    /** Why the follower has stopped: what its handler threw, or damage in the journal. Null while it runs. Any thread. */
    public Throwable failure() {
        return failure;
    }

    @Override
    public int doWork() {
        final int work = failure == null ? poll() : 0;
        if (work > 0 && failure == null) {
            handledSequence = reader.nextSequence() - 1;
        }
        return work + cursor.moveTo(handledSequence);
    }

    @Override
    public void onClose() {
        cursor.flush(handledSequence);
        reader.close();
    }

    @Override
    public String roleName() {
        return "follow-" + name;
    }

    /** Stops following and journals how far it has got. Idempotent. */
    @Override
    public void close() {
        closer.run();
    }

    void closer(final Runnable value) {
        closer = value;
    }

    private int poll() {
        try {
            return reader.poll(recordHandler, RECORDS_PER_CYCLE);
        } catch (final JournalException ex) {
            failure = ex;
            throw new AgentTerminationException(
                    new EngineException("follower " + name + " stopped: " + ex.getMessage(), ex));
        }
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        final long sequence = RecordLayout.sequence(buffer, offset);
        if (failure != null) {
            return;
        }
        if (RecordLayout.type(buffer, offset) == RecordType.MESSAGE) {
            final TopicState topic = topics.find(RecordLayout.topicId(buffer, offset));
            message.place(
                            topic.name(),
                            topic.id(),
                            RecordLayout.offset(buffer, offset),
                            sequence,
                            RecordLayout.timestampNs(buffer, offset))
                    .json((RecordLayout.flags(buffer, offset) & MessageFlags.JSON) != 0)
                    .sender(buffer, MessageBody.senderOffset(offset), MessageBody.senderLength(buffer, offset))
                    .payload(
                            buffer,
                            MessageBody.payloadOffset(buffer, offset),
                            MessageBody.payloadLength(buffer, offset));
            try {
                handler.onMessage(message);
            } catch (final Exception ex) {
                failure = ex;
                throw new AgentTerminationException(
                        new EngineException("follower " + name + " stopped at sequence " + sequence, ex));
            }
        }
        handledSequence = sequence;
    }
}
