package io.stentor.engine.pipeline;

import io.stentor.fanout.directory.CursorDirectory;
import io.stentor.transport.wire.FetchDecoder;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.MessageHeaderDecoder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Takes shards' fetches and answers each on its shard's stream of pages. Shards take turns, however much one of them asks for:
 * a storm of reconnects to one shard delays the recoveries of the others by a turn. One thread, the views'.
 */
final class FetchDesk {

    private static final int FRAGMENTS_PER_CYCLE = 16;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final FetchDecoder fetch = new FetchDecoder();
    private final FragmentHandler fragmentHandler = this::onFragment;
    private final FragmentReader.MessageHandler messageHandler = this::onMessage;
    private final Int2ObjectHashMap<PageStream> streams = new Int2ObjectHashMap<>();
    private final List<PageStream> turns = new ArrayList<>();
    private final PageBudget budget = new PageBudget();
    private final List<FragmentSource> sources;
    private final TopicTable topics;
    private final TopicReader reader;
    private final CursorDirectory cursors;
    private final LogIdentity log;
    private final ErrorHandler errorHandler;
    private int next;
    private boolean refused;

    FetchDesk(
            final List<FragmentSource> sources,
            final TopicTable topics,
            final TopicReader reader,
            final CursorDirectory cursors,
            final LogIdentity log,
            final ErrorHandler errorHandler) {
        this.sources = sources;
        this.topics = topics;
        this.reader = reader;
        this.cursors = cursors;
        this.log = log;
        this.errorHandler = errorHandler;
    }

    void open(final int shardId, final long ticket, final FragmentLink link) {
        close(shardId);
        final PageStream stream = new PageStream(ticket, link, reader, log.logId(), log.term());
        streams.put(shardId, stream);
        turns.add(stream);
    }

    void close(final int shardId) {
        final PageStream stream = streams.remove(shardId);
        if (stream != null) {
            turns.remove(stream);
            stream.close();
        }
    }

    int doWork() {
        int work = 0;
        for (int i = 0; i < sources.size(); i++) {
            work += sources.get(i).poll(fragmentHandler, FRAGMENTS_PER_CYCLE);
        }
        return work + serve();
    }

    /** Turns go on where the last cycle's budget was spent, until it is spent or a whole round has found nothing to do. */
    private int serve() {
        int work = 0;
        int idle = 0;
        budget.begin();
        while (idle < turns.size() && !budget.isSpent()) {
            next = next < turns.size() ? next : 0;
            budget.beginTurn();
            final int done = turns.get(next++).doWork(budget);
            idle = done == 0 ? idle + 1 : 0;
            work += done;
        }
        for (int i = 0; i < turns.size(); i++) {
            work += turns.get(i).flush();
        }
        return work;
    }

    private boolean onFragment(final long sourceId, final DirectBuffer buffer, final int offset, final int length) {
        refused = false;
        if (!FragmentReader.read(buffer, offset, length, messageHandler) || refused) {
            errorHandler.onError(
                    new IllegalArgumentException("malformed fragment of " + length + " bytes on the fetch stream"));
        }
        return true;
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (templateId != FetchDecoder.TEMPLATE_ID) {
            refused = true;
            return;
        }
        try {
            onFetch(fetch.wrapAndApplyHeader(buffer, offset, header));
        } catch (final IndexOutOfBoundsException ex) {
            errorHandler.onError(
                    new IllegalArgumentException("malformed fetch of " + length + " bytes on the fetch stream", ex));
        }
    }

    private void onFetch(final FetchDecoder decoder) {
        final PageStream stream = streams.get(decoder.shardId());
        if (stream == null || stream.ticket() != decoder.ticket() || !stream.mayAdd()) {
            // The shard attaches again, or what asks is none, or asks for too much at once: its own timeout answers the
            // client.
            return;
        }
        final long correlationId = decoder.correlationId();
        final TopicPosition position = new TopicPosition(decoder.logId(), decoder.term(), decoder.topicOffset());
        final boolean byCursor = decoder.cursorDevice() == 1;
        final long afterSequence = decoder.afterSequence();
        final long throughSequence = decoder.throughSequence();
        final PageLimits limits = new PageLimits(decoder.messagesMax(), decoder.bytesMax(), decoder.reverse() == 1);
        final TopicState topic = topics.find(decoder.topicName());
        final String user = decoder.user();
        final String device = decoder.device();
        final long cursor = byCursor ? cursors.cursorOf(user, device) : afterSequence > 0 ? afterSequence : -1;
        stream.add(new PageJob(correlationId, topic, position, cursor, throughSequence, limits));
    }
}
