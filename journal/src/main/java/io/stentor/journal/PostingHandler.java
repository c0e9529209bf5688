package io.stentor.journal;

/** Receives where messages are, in the order of their sequence, from {@link TopicIndex#messagesAfter}. */
@FunctionalInterface
public interface PostingHandler {
    /**
     * Called for each message.
     *
     * @param topicId of the message.
     * @param offset of the message in its topic.
     * @param sequence of its record.
     */
    void onPosting(long topicId, long offset, long sequence);
}
