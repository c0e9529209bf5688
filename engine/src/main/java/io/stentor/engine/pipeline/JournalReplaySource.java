package io.stentor.engine.pipeline;

import io.stentor.fanout.route.MessageFrame;
import io.stentor.fanout.route.ReplaySource;
import io.stentor.journal.JournalReader;
import io.stentor.journal.JournalTrimmedException;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import org.agrona.DirectBuffer;

/** Feeds a lagging shard from the journal. One thread, the send step's. */
final class JournalReplaySource implements ReplaySource {

    private final JournalReader reader;
    private final TopicTable topics;
    private final MessageFrame frame = new MessageFrame();
    private final RecordHandler recordHandler = this::onRecord;
    private final RecordHandler termHandler = (buffer, offset, length) -> term = RecordLayout.term(buffer, offset);
    private Handler handler;
    private long term;

    JournalReplaySource(final JournalReader reader, final TopicTable topics) {
        this.reader = reader;
        this.topics = topics;
    }

    @Override
    public long termAt(final long sequence) {
        term = NO_TERM;
        try {
            if (reader.seek(sequence) != JournalReader.TRIMMED) {
                reader.poll(termHandler, 1);
            }
        } catch (final JournalTrimmedException trimmed) {
            // Gone between the two: as if it had been before.
            return NO_TERM;
        }
        return term;
    }

    @Override
    public boolean seekAfter(final long sequence) {
        return reader.seek(sequence + 1) != JournalReader.TRIMMED;
    }

    @Override
    public int poll(final Handler to, final int limit) {
        handler = to;
        try {
            return reader.poll(recordHandler, limit);
        } catch (final JournalTrimmedException trimmed) {
            return TRIMMED;
        }
    }

    @Override
    public void close() {
        reader.close();
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        switch (RecordLayout.type(buffer, offset)) {
            case RecordType.MESSAGE -> {
                RecordFrames.fill(frame, buffer, offset, 0);
                handler.onMessage(topics.byId(frame.topicId()), frame);
            }
            case RecordType.TOPIC ->
                handler.onTopicOpened(
                        topics.byId(RecordLayout.topicId(buffer, offset)), RecordLayout.sequence(buffer, offset));
            default -> handler.onOther(RecordLayout.sequence(buffer, offset));
        }
    }
}
