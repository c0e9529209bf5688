package io.stentor.perf.load;

import org.agrona.collections.LongHashSet;

/**
 * Checks one topic as one subscriber sees it: every message once, in the order of sending, under dense offsets from 1.
 * Belongs to the thread that delivers.
 */
final class StreamCheck {
    /** How a message stands to those before it. */
    enum Finding {
        /** The one that was due. */
        IN_ORDER,
        /** It came after one that was sent later. */
        OUT_OF_ORDER,
        /** It had come before. */
        DUPLICATED,
        /** Its offset or its topic's id is not the one that was due. */
        MISPLACED
    }

    /**
     * How many passed-over messages are remembered, so that a late one can be told from a repeated one. Beyond it, late ones
     * count as duplicates; the run has failed either way.
     */
    private static final int PASSED_OVER_MAX = 1 << 16;

    private LongHashSet passedOver;
    private long nextOrdinal;
    private long seen;
    private long topicId;

    /**
     * Takes the next message of the topic.
     *
     * @param ordinal the message's place in what was sent to this topic, from 0.
     * @param offset the offset that the path gave it.
     * @param topicId the id of the topic that it came from.
     */
    Finding check(final long ordinal, final long offset, final long topicId) {
        if (seen == 0) {
            this.topicId = topicId;
        }
        if (ordinal < nextOrdinal) {
            return checkLate(ordinal);
        }
        if (ordinal > nextOrdinal) {
            passOver(ordinal);
        }
        nextOrdinal = ordinal + 1;
        seen++;
        return offset == nextOrdinal && topicId == this.topicId ? Finding.IN_ORDER : Finding.MISPLACED;
    }

    /**
     * How many messages never came.
     *
     * @param sent how many were sent to this topic.
     */
    long lost(final long sent) {
        return Math.max(0, sent - seen);
    }

    private Finding checkLate(final long ordinal) {
        if (passedOver == null || !passedOver.remove(ordinal)) {
            return Finding.DUPLICATED;
        }
        seen++;
        return Finding.OUT_OF_ORDER;
    }

    private void passOver(final long ordinal) {
        if (passedOver == null) {
            passedOver = new LongHashSet();
        }
        for (long missing = nextOrdinal; missing < ordinal && passedOver.size() < PASSED_OVER_MAX; missing++) {
            passedOver.add(missing);
        }
    }
}
