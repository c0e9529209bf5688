package io.stentor.engine.pipeline;

/**
 * Where in a topic a read begins, before it is checked.
 *
 * @param logId the log that the position belongs to; 0 when it is not to be checked.
 * @param term the term in which its holder got it.
 * @param topicOffset read after it; before it in reverse; negative: from that end.
 */
public record TopicPosition(long logId, long term, long topicOffset) {

    /** The end where a read begins that names no position. */
    public static final TopicPosition END = new TopicPosition(0, 0, -1);
}
