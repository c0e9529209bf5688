package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalReader;
import io.stentor.journal.JournalTrimmedException;
import io.stentor.journal.KeeperReader;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicIndex;
import org.agrona.DirectBuffer;
import org.agrona.ErrorHandler;
import org.agrona.collections.LongHashSet;

/**
 * Reads single topics from the journal, and from its keeper what it has of removed files, by the index of their offsets; and
 * judges positions. One thread, the views'.
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
    private final KeeperReader keptReader;
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
        this.keptReader = journal.keeper().newReader();
        this.logId = journal.logId();
    }

    /**
     * Checks a position: it is good if it names this log and does not lie beyond the topic's last offset before the first
     * term after its own began, and if what follows it is retained and nothing of it was given up. Where that term began is
     * not known once it was trimmed: then nothing of a topic that has lost messages can be proven but what is there still,
     * whose own term says when it was sequenced; any other position counts as lost.
     *
     * @return the offset to read after (before, in reverse), or {@link #POSITION_LOST}.
     */
    long resolve(final long topicId, final TopicPosition position, final boolean reverse) {
        final long head = headOffset(topicId);
        if (position.logId() != 0) {
            final long termAfter = index.sequenceOfTermAfter(position.term());
            final long lastGood = termAfter == Long.MAX_VALUE ? head : lastOffsetBefore(topicId, termAfter, head);
            // In this order: what is trimmed meanwhile only makes it stricter.
            final long first = firstOffset(topicId);
            final boolean provable =
                    first == 1 || position.topicOffset() >= first || termAfter > journal.firstSequence();
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
        final long first = firstOffset(topicId);
        if (reverse) {
            // Whoever reads back from beyond the end reads from the end.
            final long behindHead = index.headOffset(topicId) + 1;
            return position.topicOffset() < 0 ? behindHead : Math.min(position.topicOffset(), behindHead);
        }
        if (position.topicOffset() < 0) {
            return first - 1;
        }
        return isNextMissing(topicId, position.topicOffset(), first, head) ? POSITION_LOST : position.topicOffset();
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
        if (first > 1 && sequence + 1 < journal.firstSequence() && !isAtOrBehind(topicId, first, sequence)) {
            return POSITION_LOST;
        }
        return Math.max(index.offsetAfter(topicId, sequence), first) - 1;
    }

    /** A topic of which all messages were trimmed has its head from before any term whose beginning is still retained. */
    private long lastOffsetBefore(final long topicId, final long sequence, final long head) {
        final boolean isEmptied = losses.isEmpty() && index.headOffset(topicId) < head;
        return isEmptied ? head : index.lastOffsetBefore(topicId, sequence);
    }

    /** Whether a point of the log lies at a message that is there or behind it, so that what follows it is there too. */
    private boolean isAtOrBehind(final long topicId, final long topicOffset, final long sequence) {
        final long message = index.sequenceOf(topicId, topicOffset);
        return message != TopicIndex.UNKNOWN && message <= sequence;
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
        final long first = index.firstOffset(topicId);
        // A journal without files drops records that its index still knows.
        return begin == 1 || !journal.keeper().isEmpty()
                ? first
                : Math.max(first, index.offsetAfter(topicId, begin - 1));
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
        long before = TopicIndex.UNKNOWN;
        while ((sequence = index.sequenceOf(topicId, topicOffset)) != TopicIndex.UNKNOWN) {
            found = false;
            final boolean isThere = isRead(sequence);
            if (found) {
                return true;
            }
            // What is in neither was removed just now, or moved to the keeper, which the index knows when it is asked
            // again.
            if (!isThere && sequence == before && journal.keeper().isEmpty()) {
                return false;
            }
            if (isThere || sequence == before) {
                index.refute(sequence);
            }
            before = sequence;
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

    /** Reads a record from where it is; false if it was removed. */
    private boolean isRead(final long sequence) {
        try {
            return readKept(sequence) || readLog(sequence);
        } catch (final JournalDamagedException damage) {
            report(damage, sequence);
            throw damage;
        }
    }

    /** Reads a record that the log no longer has; false if it is not there. */
    private boolean readKept(final long sequence) {
        return sequence < journal.firstSequence() && keptReader.read(sequence, checkingHandler);
    }

    /** Reads a record that the log still has; false if it was removed. */
    private boolean readLog(final long sequence) {
        try {
            return (reader.nextSequence() == sequence || reader.seek(sequence) != JournalReader.TRIMMED)
                    && reader.poll(checkingHandler, 1) == 1;
        } catch (final JournalTrimmedException trimmed) {
            return false;
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
