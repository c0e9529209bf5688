package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.JournalTrimmedException;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicIndex;
import org.agrona.DirectBuffer;

/**
 * Reads single topics from the journal by the index of their offsets, and judges positions. One thread, the views'. Where the
 * log begins, once its oldest files were removed, the journal knows before the index does.
 */
final class TopicReader {

    /** {@link #resolve} found that the position is not one of this log, or no longer retained. */
    static final long POSITION_LOST = Long.MIN_VALUE;

    private final RecordHandler checkingHandler = this::onRecord;
    private final TopicIndex index;
    private final Journal journal;
    private final TopicTable topics;
    private final JournalReader reader;
    private final LossCheck losses;
    private final long logId;

    private RecordHandler handler;
    private long wantedTopicId;
    private long wantedOffset;
    private boolean found;

    TopicReader(final TopicIndex index, final Journal journal, final TopicTable topics, final LossCheck losses) {
        this.index = index;
        this.journal = journal;
        this.topics = topics;
        this.losses = losses;
        this.reader = journal.newReader();
        this.logId = journal.logId();
    }

    /**
     * Checks a position: it is good if it names this log and does not lie beyond the topic's last offset before the first
     * term after its own began, and if what follows it is retained and nothing of it was given up. Where that term began is
     * not known once it was trimmed: then nothing of a topic that has lost messages can be proven, and the position counts
     * as lost.
     *
     * @return the offset to read after (before, in reverse), or {@link #POSITION_LOST}.
     */
    long resolve(final long topicId, final TopicPosition position, final boolean reverse) {
        final long head = headOffset(topicId);
        final long first = firstOffset(topicId);
        if (position.logId() != 0) {
            final long termAfter = index.sequenceOfTermAfter(position.term());
            final long lastGood = termAfter == Long.MAX_VALUE ? head : index.lastOffsetBefore(topicId, termAfter);
            final boolean provable = first == 1 || termAfter > journal.firstSequence();
            if (position.logId() != logId
                    || position.term() > index.lastTerm()
                    || position.topicOffset() > lastGood
                    || !provable) {
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
     * Finds where a device goes on: its cursor is good if nothing of the topic behind it may have been trimmed or given up.
     *
     * @param sequence its cursor; 0 when it has acknowledged nothing.
     * @return the offset to read after, or {@link #POSITION_LOST}.
     */
    long resolveCursor(final long topicId, final long sequence) {
        final boolean isHeadGivenUp = !losses.isEmpty() && index.headOffset(topicId) < headOffset(topicId);
        if (isHeadGivenUp || (sequence > 0 && losses.mayHaveMissed(topicId, sequence))) {
            return POSITION_LOST;
        }
        final long first = firstOffset(topicId);
        if (first > 1 && sequence + 1 < journal.firstSequence()) {
            return POSITION_LOST;
        }
        return Math.max(index.offsetAfter(topicId, sequence), first) - 1;
    }

    private boolean isNextMissing(final long topicId, final long topicOffset, final long first, final long head) {
        return topicOffset < first - 1
                || (topicOffset < head && index.sequenceOf(topicId, topicOffset + 1) == TopicIndex.UNKNOWN);
    }

    /**
     * The offset of the topic's last message, as far as the index has got: or of the last one that a checkpoint knew, where the
     * records themselves were trimmed or given up.
     */
    long headOffset(final long topicId) {
        final TopicState topic = topics.find(topicId);
        return Math.max(index.headOffset(topicId), topic == null ? 0 : topic.headFloor());
    }

    /** The oldest offset that is retained; one beyond the last if none is. */
    long firstOffset(final long topicId) {
        final long head = headOffset(topicId);
        if (index.headOffset(topicId) < head) {
            // The topic's end was trimmed, or given up: what lies before that is no longer the topic's.
            return head + 1;
        }
        final long begin = journal.firstSequence();
        return begin == 1
                ? index.firstOffset(topicId)
                : Math.max(index.firstOffset(topicId), index.offsetAfter(topicId, begin - 1));
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
            try {
                if (reader.poll(checkingHandler, 1) == 1 && found) {
                    return true;
                }
            } catch (final JournalTrimmedException trimmed) {
                return false;
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
