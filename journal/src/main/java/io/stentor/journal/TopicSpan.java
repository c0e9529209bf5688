package io.stentor.journal;

/**
 * One topic in one segment: which offsets, and where {@link TopicPostings} has them. Filled by {@link TopicPostings#find};
 * mutable, so that a search allocates nothing.
 */
final class TopicSpan {
    TopicPostings postings;
    long topicId;

    /** Offset of the topic's first message here; means nothing while there is none. */
    long firstOffset;

    /** Messages here, with dense offsets. */
    long count;

    /** What earlier segments have of the topic no longer counts. */
    boolean isCut;

    /** For the implementation: the entry, or the first skip entry, or where the postings start in their block. */
    long location;

    /** For the implementation: the block. */
    int block;

    /** For the implementation: whether {@link #location} is a skip entry. */
    boolean isLong;

    long headOffset() {
        return firstOffset + count - 1;
    }

    long groupCount() {
        return (count + TopicPostings.GROUP_LENGTH - 1) / TopicPostings.GROUP_LENGTH;
    }

    /** How many messages a group has. */
    int groupLength(long group) {
        return (int) Math.min(TopicPostings.GROUP_LENGTH, count - group * TopicPostings.GROUP_LENGTH);
    }
}
