package io.stentor.journal;

import java.util.Arrays;

/**
 * One topic through the segments, the newest first, looked up as far as a question needs it and kept for the next
 * question about the same topic. A chain ends where the topic's offsets begin, where it was forgotten, or where they do not
 * join: what lies behind an accepted loss is no longer the topic's.
 */
final class TopicChain {
    private static final long NO_GROUP = -1;

    private final IndexParts parts;
    private final long[] sequences = new long[TopicPostings.GROUP_LENGTH];

    private TopicSpan[] spans = {new TopicSpan()};
    private int count;
    private int nextPart;
    private boolean isComplete;
    private long topicId;
    private long version = -1;

    private TopicSpan decodedSpan;
    private long decodedGroup = NO_GROUP;

    TopicChain(IndexParts parts) {
        this.parts = parts;
    }

    /** Moves to a topic. */
    TopicChain of(long id) {
        if (id != topicId || version != parts.version()) {
            topicId = id;
            version = parts.version();
            count = 0;
            nextPart = parts.count() - 1;
            isComplete = false;
            decodedGroup = NO_GROUP;
        }
        return this;
    }

    /** The topic in the newest segment that has it for 0, in older ones for more; null where the chain has ended. */
    TopicSpan span(int index) {
        while (count <= index && !isComplete) {
            findOlder();
        }
        return index < count ? spans[index] : null;
    }

    /** The oldest offset of the topic; 1 if it has none. */
    long firstOffset() {
        TopicSpan oldest = null;
        TopicSpan found;
        for (int i = 0; (found = span(i)) != null; i++) {
            oldest = found;
        }
        return oldest == null ? 1 : oldest.firstOffset;
    }

    /** Sequence of the message at an offset, or {@link TopicIndex#UNKNOWN}. */
    long sequenceOf(long offset) {
        TopicSpan found = spanOf(offset);
        if (found == null) {
            return TopicIndex.UNKNOWN;
        }
        long index = offset - found.firstOffset;
        return decode(found, index / TopicPostings.GROUP_LENGTH)[(int) (index % TopicPostings.GROUP_LENGTH)];
    }

    /** Copies sequences from an offset on, as many as lie together. */
    int copySequences(long offset, long[] target) {
        TopicSpan found = spanOf(offset);
        if (found == null) {
            return 0;
        }
        long index = offset - found.firstOffset;
        long group = index / TopicPostings.GROUP_LENGTH;
        int from = (int) (index % TopicPostings.GROUP_LENGTH);
        int length = Math.min(target.length, found.groupLength(group) - from);
        System.arraycopy(decode(found, group), from, target, 0, length);
        return length;
    }

    /** The first offset with a greater sequence; one beyond the newest if there is none, 1 if the topic has no offset. */
    long offsetAfter(long sequence) {
        TopicSpan found = span(0);
        long after = found == null ? 1 : found.headOffset() + 1;
        for (int i = 0; (found = span(i)) != null; i++) {
            if (found.postings.firstSequence() <= sequence) {
                long group = found.postings.groupOf(found, sequence);
                int before = floor(decode(found, group), found.groupLength(group), sequence) + 1;
                return found.firstOffset + group * TopicPostings.GROUP_LENGTH + before;
            }
            after = found.firstOffset;
        }
        return after;
    }

    /** The segment's part of the topic that an offset lies in; null if there is none. */
    private TopicSpan spanOf(long offset) {
        TopicSpan found;
        for (int i = 0; (found = span(i)) != null && offset <= found.headOffset(); i++) {
            if (offset >= found.firstOffset) {
                return found;
            }
        }
        return null;
    }

    /** The last of so many sequences that is not greater, -1 if there is none. */
    private static int floor(long[] sequences, int length, long sequence) {
        int found = Arrays.binarySearch(sequences, 0, length, sequence);
        return found >= 0 ? found : -found - 2;
    }

    /** The sequences of a group; valid until the next question. */
    private long[] decode(TopicSpan span, long group) {
        if (decodedSpan != span || decodedGroup != group) {
            decodedGroup = NO_GROUP;
            span.postings.decode(span, group, sequences);
            decodedSpan = span;
            decodedGroup = group;
        }
        return sequences;
    }

    private void findOlder() {
        if (count == spans.length) {
            spans = Arrays.copyOf(spans, 2 * count);
            for (int i = count; i < spans.length; i++) {
                spans[i] = new TopicSpan();
            }
        }
        TopicSpan found = spans[count];
        while (nextPart >= 0 && !parts.postings(nextPart).find(topicId, found)) {
            nextPart--;
        }
        boolean joins = nextPart >= 0
                && found.count > 0
                && (count == 0 || found.headOffset() == spans[count - 1].firstOffset - 1);
        if (joins) {
            count++;
            nextPart--;
        }
        isComplete = !joins || found.isCut || found.firstOffset <= 1;
    }
}
