package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalReader;
import io.stentor.journal.JournalTrimmedException;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicIndex;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.collections.LongHashSet;

/**
 * Reads single topics from the journal by the index of their offsets, and judges positions. One thread, the views'. Where the
 * log begins, once its oldest files were removed, the journal knows before the index does.
 */
final class TopicReader {

    /** {@link #resolve} found that the position is not one of this log, or no longer retained. */
    static final long POSITION_LOST = Long.MIN_VALUE;

    /** Damaged records that are remembered as reported: 8 KiB. */
    private static final int REPORTED_MAX = 1024;

    private final RecordHandler checkingHandler = this::onRecord;
    private final LongHashSet reported = new LongHashSet();
    private final TopicIndex index;
    private final Journal journal;
    private final TopicTable topics;
    private final JournalReader reader;
    private final LossCheck losses;
    private final ErrorHandler errorHandler;
    private final long logId;

    private RecordHandler handler;
    private long wantedTopicId;
    private long wantedOffset;
    private boolean found;

    TopicReader(
            final TopicIndex index,
            final Journal journal,
            final TopicTable topics,
            final LossCheck losses,
            final ErrorHandler errorHandler) {
        this.index = index;
        this.journal = journal;
        this.topics = topics;
        this.losses = losses;
        this.errorHandler = errorHandler;
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
            final long lastGood = termAfter == Long.MAX_VALUE ? head : lastOffsetBefore(topicId, termAfter, head);
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

    /** A topic of which all messages were trimmed has its head from before any term whose beginning is still retained. */
    private long lastOffsetBefore(final long topicId, final long sequence, final long head) {
        final boolean isEmptied = losses.isEmpty() && index.headOffset(topicId) < head;
        return isEmptied ? head : index.lastOffsetBefore(topicId, sequence);
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
     * @throws JournalDamagedException if the record is damaged; the error handler was told.
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
            } catch (final JournalDamagedException damage) {
                report(damage, sequence);
                throw damage;
            }
            index.refute(sequence);
        }
        return false;
    }

    /** Each record once: clients may ask for it as often as they like. */
    private void report(final JournalDamagedException damage, final long sequence) {
        if (reported.size() >= REPORTED_MAX) {
            reported.clear();
        }
        if (reported.add(sequence)) {
            errorHandler.onError(damage);
        }
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
