package io.stentor.engine.pipeline;

import io.stentor.journal.JournalReader;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicIndex;
import org.agrona.DirectBuffer;

/**
 * Reads single topics from the journal by the index of their offsets, and judges positions. One thread, the views'.
 */
final class TopicReader {

    /** {@link #resolve} found that the position is not one of this log, or no longer retained. */
    static final long POSITION_LOST = Long.MIN_VALUE;

    private final RecordHandler checkingHandler = this::onRecord;
    private final TopicIndex index;
    private final JournalReader reader;
    private final TopicTable topics;
    private final LossCheck losses;
    private final long logId;

    private RecordHandler handler;
    private long wantedTopicId;
    private long wantedOffset;
    private boolean found;

    TopicReader(
            final TopicIndex index,
            final JournalReader reader,
            final TopicTable topics,
            final LossCheck losses,
            final long logId) {
        this.index = index;
        this.reader = reader;
        this.topics = topics;
        this.losses = losses;
        this.logId = logId;
    }

    /**
     * Checks a position: it is good if it names this log and does not lie beyond the topic's last offset before the first
     * term after its own began, and if what follows it is retained and nothing of it was given up.
     *
     * @return the offset to read after (before, in reverse), or {@link #POSITION_LOST}.
     */
    long resolve(final long topicId, final TopicPosition position, final boolean reverse) {
        final long head = headOffset(topicId);
        final long first = index.firstOffset(topicId);
        if (position.logId() != 0) {
            final long termAfter = index.sequenceOfTermAfter(position.term());
            final long lastGood = termAfter == Long.MAX_VALUE ? head : index.lastOffsetBefore(topicId, termAfter);
            if (position.logId() != logId || position.term() > index.lastTerm() || position.topicOffset() > lastGood) {
                return POSITION_LOST;
            }
            if (!reverse
                    && position.topicOffset() >= 0
                    && losses.mayHaveMissed(topicId, position.topicOffset(), termAfter)) {
                return POSITION_LOST;
            }
        }
        if (position.topicOffset() < 0) {
            return reverse ? index.headOffset(topicId) + 1 : first - 1;
        }
        return !reverse && isNextMissing(topicId, position.topicOffset(), first, head)
                ? POSITION_LOST
                : position.topicOffset();
    }

    /**
     * Finds where a device goes on.
     *
     * @param sequence its cursor; 0 when it has acknowledged nothing and is given what is retained.
     * @return the offset to read after, or {@link #POSITION_LOST}.
     */
    long resolveCursor(final long topicId, final long sequence) {
        final boolean isHeadMissing = index.headOffset(topicId) < headOffset(topicId);
        if (isHeadMissing || (sequence > 0 && losses.mayHaveMissed(topicId, sequence))) {
            return POSITION_LOST;
        }
        return Math.max(offsetAt(topicId, sequence), firstOffset(topicId) - 1);
    }

    private boolean isNextMissing(final long topicId, final long topicOffset, final long first, final long head) {
        return topicOffset < first - 1
                || (topicOffset < head && index.sequenceOf(topicId, topicOffset + 1) == TopicIndex.UNKNOWN);
    }

    /**
     * The offset of the topic's last message, as far as the index has got: or of the last one that a checkpoint knew, where the
     * records themselves were given up.
     */
    long headOffset(final long topicId) {
        final TopicState topic = topics.find(topicId);
        return Math.max(index.headOffset(topicId), topic == null ? 0 : topic.startOffset());
    }

    /** The oldest offset that is retained. */
    long firstOffset(final long topicId) {
        return index.firstOffset(topicId);
    }

    /** The offset of the last message of a topic whose sequence is not greater. */
    long offsetAt(final long topicId, final long sequence) {
        return index.offsetAfter(topicId, sequence) - 1;
    }

    /** How far the index has got. */
    long indexedSequence() {
        return index.indexedSequence();
    }

    /**
     * Hands out one message. The record itself is asked whether it is that one: an index that was wrong is built again.
     *
     * @return false when the index does not know it, or the journal no longer holds it.
     */
    boolean read(final long topicId, final long topicOffset, final RecordHandler to) {
        handler = to;
        wantedTopicId = topicId;
        wantedOffset = topicOffset;
        long sequence;
        while ((sequence = index.sequenceOf(topicId, topicOffset)) != TopicIndex.UNKNOWN) {
            if (reader.nextSequence() != sequence && reader.seek(sequence) == JournalReader.TRIMMED) {
                return false;
            }
            found = false;
            if (reader.poll(checkingHandler, 1) == 1 && found) {
                return true;
            }
            index.refute(sequence);
        }
        return false;
    }

    private void onRecord(final DirectBuffer buffer, final int offset, final int length) {
        found = RecordLayout.type(buffer, offset) == RecordType.MESSAGE
                && RecordLayout.topicId(buffer, offset) == wantedTopicId
                && RecordLayout.offset(buffer, offset) == wantedOffset;
        if (found) {
            handler.onRecord(buffer, offset, length);
        }
    }
}
