package io.stentor.engine.pipeline;

import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.Tags;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/**
 * Reads topics for callers in the engine's own process. Any thread asks; the views' thread answers, one page after the
 * other.
 */
public final class HistoryDesk {

    /** The most reads that may wait. */
    static final int WAITING_MAX = 4096;

    /** Thrown into the stage when the position is not one of this log, or no longer retained. */
    public static final class PositionLostException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        PositionLostException() {
            super("the position is not one of this log, or lies before what is retained", null, false, false);
        }
    }

    private record Request(PageJob job, CompletableFuture<Reply.HistoryPage> answer) {}

    private final ManyToOneConcurrentArrayQueue<Request> requests = new ManyToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private final RecordHandler recordHandler = this::onRecord;
    private final TopicTable topics;
    private final TopicReader reader;
    private final String epoch;
    private List<StoredPublication> publications;
    private int payloadLength;

    HistoryDesk(final TopicTable topics, final TopicReader reader, final LogIdentity log) {
        this.topics = topics;
        this.reader = reader;
        this.epoch = Epoch.format(log.logId(), log.term());
    }

    /**
     * Reads a topic. Any thread.
     *
     * @param topicName the topic's name, checked.
     * @param position where to begin.
     * @param limits how much to read.
     * @param throughSequence the read waits until this much of the log is indexed.
     * @return the page, or {@link PositionLostException}, or {@link IllegalStateException} when too many reads wait, or
     *     {@link JournalDamagedException} when a record of the page is damaged.
     */
    public CompletionStage<Reply.HistoryPage> read(
            final String topicName, final TopicPosition position, final PageLimits limits, final long throughSequence) {
        final PageJob job = new PageJob(0, topics.find(topicName), position, -1, throughSequence, limits);
        final Request request = new Request(job, new CompletableFuture<>());
        if (!requests.offer(request)) {
            return CompletableFuture.failedFuture(new IllegalStateException("too many reads of the journal wait"));
        }
        return request.answer;
    }

    int doWork() {
        int work = requests.drain(waiting::add);
        int records = 0;
        Request request;
        while (records < PageBudget.RECORDS_PER_CYCLE
                && (request = waiting.peek()) != null
                && request.job.isDue(reader)) {
            waiting.remove();
            answer(request);
            records += 1 + request.job.count;
            work++;
        }
        return work;
    }

    void close() {
        requests.drain(waiting::add);
        waiting.forEach(
                request -> request.answer.completeExceptionally(new IllegalStateException("the engine is closed")));
        waiting.clear();
    }

    private void answer(final Request request) {
        final PageJob job = request.job;
        try {
            job.resolve(reader);
            if (job.code != ResultCode.OK) {
                request.answer.completeExceptionally(new PositionLostException());
                return;
            }
            publications = new ArrayList<>();
            while (!job.isComplete()) {
                if (!reader.read(job.topic.id(), job.nextOffset, recordHandler)) {
                    if (job.nextOffset < reader.firstOffset(job.topic.id())) {
                        // Trimmed since the job was resolved, which happens again only with the next trim.
                        answer(request);
                    } else {
                        request.answer.completeExceptionally(new PositionLostException());
                    }
                    return;
                }
                job.advance(payloadLength);
            }
            request.answer.complete(new Reply.HistoryPage(new StreamPosition(epoch, job.topOffset), publications));
        } catch (final JournalDamagedException damage) {
            // One record that has rotted is no reason to serve nobody: it was reported, and nothing of it is handed
            // out.
            request.answer.completeExceptionally(damage);
        } catch (final RuntimeException ex) {
            request.answer.completeExceptionally(ex);
            throw ex;
        }
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        payloadLength = MessageBody.payloadLength(buffer, offset);
        final byte[] payload = new byte[payloadLength];
        buffer.getBytes(MessageBody.payloadOffset(buffer, offset), payload);
        publications.add(new StoredPublication(
                RecordLayout.offset(buffer, offset),
                payload,
                (RecordLayout.flags(buffer, offset) & MessageFlags.JSON) != 0,
                buffer.getStringWithoutLengthUtf8(
                        MessageBody.senderOffset(offset), MessageBody.senderLength(buffer, offset)),
                buffer.getStringWithoutLengthUtf8(
                        MessageBody.originOffset(buffer, offset), MessageBody.originLength(buffer, offset)),
                Tags.decode(buffer, MessageBody.tagsOffset(buffer, offset), MessageBody.tagsLength(buffer, offset)),
                RecordLayout.sequence(buffer, offset),
                RecordLayout.timestampNs(buffer, offset)));
    }
}
