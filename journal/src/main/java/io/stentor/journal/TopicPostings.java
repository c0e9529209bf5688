package io.stentor.journal;

/**
 * The posting lists of one segment: for each topic the sequences of its messages there, in groups of
 * {@link #GROUP_LENGTH}. In memory while the segment is written, in a file once it is sealed.
 */
interface TopicPostings {
    /** Messages in each group but a topic's last: what one step decodes, in about 0.2 us. */
    int GROUP_LENGTH = 128;

    /** First record of the segment. */
    long firstSequence();

    /** The term of the segment's first record, then that of each record that begins another: terms and sequences in turn. */
    long[] terms();

    /**
     * Finds a topic.
     *
     * @return false if the segment has neither a message of the topic nor its forgetting.
     */
    boolean find(long topicId, TopicSpan span);

    /**
     * Decodes a group of what was found.
     *
     * @param sequences filled from its start with {@link TopicSpan#groupLength} numbers.
     */
    void decode(TopicSpan span, long group, long[] sequences);

    /** The last group whose first sequence is not greater, or the first group. */
    long groupOf(TopicSpan span, long sequence);

    /** Releases what it holds. */
    void close();
}
