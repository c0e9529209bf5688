package io.stentor.engine.pipeline;

import io.stentor.journal.GivenUp;
import io.stentor.journal.TopicIndex;
import java.util.List;

/**
 * Tells whether a reader may have missed records that an operator has given up. Which topics they were of nobody knows, but a
 * topic whose next message was sequenced while they were still there is known not to have lost any: offsets are dense, and a
 * gap in them ends what the index knows. Any other topic may have lost its last messages. One thread, the views'.
 */
final class LossCheck {

    private final TopicIndex index;
    private final List<GivenUp> ranges;

    LossCheck(final TopicIndex index, final List<GivenUp> ranges) {
        this.index = index;
        this.ranges = ranges;
    }

    /** Whether nothing was given up. */
    boolean isEmpty() {
        return ranges.isEmpty();
    }

    /**
     * Checks a position.
     *
     * @param topicOffset up to which the reader has everything.
     * @param termEnd sequence with which the term after the position's began: a position of a later term has been told.
     */
    boolean mayHaveMissed(final long topicId, final long topicOffset, final long termEnd) {
        for (final GivenUp range : ranges) {
            if (termEnd <= range.endSequence() + 1
                    && topicOffset < index.offsetAfter(topicId, range.firstSequence() - 1)
                    && !isWholeBehind(topicId, range)) {
                return true;
            }
        }
        return false;
    }

    /** Checks a device's cursor: the sequence up to which it has everything. */
    boolean mayHaveMissed(final long topicId, final long cursorSequence) {
        for (final GivenUp range : ranges) {
            final boolean isBefore = cursorSequence <= range.endSequence() && cursorSequence < range.lastSequence();
            if (isBefore && !(isWholeBehind(topicId, range) && isJoined(topicId, range))) {
                return true;
            }
        }
        return false;
    }

    /** Whether a message behind the lost records was sequenced by who still knew them. */
    private boolean isWholeBehind(final long topicId, final GivenUp range) {
        final long sequence = index.sequenceOf(topicId, index.offsetAfter(topicId, range.lastSequence()));
        return sequence != TopicIndex.UNKNOWN && sequence <= range.endSequence();
    }

    /** Whether the message behind the lost records follows the one before them. */
    private boolean isJoined(final long topicId, final GivenUp range) {
        final long next = index.offsetAfter(topicId, range.lastSequence());
        return next == 1 || index.sequenceOf(topicId, next - 1) != TopicIndex.UNKNOWN;
    }
}
