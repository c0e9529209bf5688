package io.stentor.engine.pipeline;

import io.stentor.transport.wire.ResultCode;

/**
 * One read of a topic under way: from where, how far, how much. One thread, the views'. The limits are those of the
 * request, cut to what the engine grants.
 */
final class PageJob {

    /** The most messages of one page. */
    static final int MESSAGES_MAX = 10_000;

    /** The most bytes of payload of one page: 4 MiB. */
    static final int BYTES_MAX = 4 * 1024 * 1024;

    final long correlationId;
    final TopicState topic;
    final TopicPosition position;
    final long cursorSequence;
    final long throughSequence;
    final int messagesMax;
    final int bytesMax;
    final boolean reverse;

    ResultCode code;
    long topOffset;
    long afterOffset;
    long firstOffset;
    long nextOffset;
    int count;
    int bytes;
    boolean resolved;
    boolean more;
    private boolean lost;

    /**
     * A read.
     *
     * @param topic the topic; null when it does not exist.
     * @param cursorSequence a device's cursor to read after; negative to go by the position.
     * @param throughSequence the read waits until this much of the log is indexed.
     */
    PageJob(
            final long correlationId,
            final TopicState topic,
            final TopicPosition position,
            final long cursorSequence,
            final long throughSequence,
            final PageLimits limits) {
        this.correlationId = correlationId;
        this.topic = topic;
        this.position = position;
        this.cursorSequence = cursorSequence;
        this.throughSequence = throughSequence;
        this.messagesMax = limits.messagesMax() < 0 ? MESSAGES_MAX : Math.min(limits.messagesMax(), MESSAGES_MAX);
        this.bytesMax = limits.bytesMax() <= 0 ? BYTES_MAX : Math.min(limits.bytesMax(), BYTES_MAX);
        this.reverse = limits.reverse();
    }

    /** True when the index has got far enough to answer. */
    boolean isDue(final TopicReader reader) {
        return reader.indexedSequence() >= throughSequence;
    }

    /** Checks the position and finds the first message. */
    void resolve(final TopicReader reader) {
        final long topicId = topic == null ? 0 : topic.id();
        resolved = true;
        topOffset = reader.headOffset(topicId);
        firstOffset = reader.firstOffset(topicId);
        afterOffset = cursorSequence >= 0
                ? reader.resolveCursor(topicId, cursorSequence)
                : reader.resolve(topicId, position, reverse);
        code = lost || afterOffset == TopicReader.POSITION_LOST ? ResultCode.POSITION_LOST : ResultCode.OK;
        nextOffset = reverse ? afterOffset - 1 : afterOffset + 1;
        count = 0;
        bytes = 0;
    }

    /** Something that it would read is damaged, or not there: whoever asked must take a snapshot. */
    void lose() {
        lost = true;
    }

    /** True when nothing more is to be read. Says at the same time whether a limit cut the page. */
    boolean isComplete() {
        if (code != ResultCode.OK) {
            return true;
        }
        final boolean atEnd = reverse ? nextOffset < firstOffset : nextOffset > topOffset;
        if (atEnd) {
            return true;
        }
        more = count >= messagesMax || bytes >= bytesMax;
        return more;
    }

    /** Takes note of a message that was handed out. */
    void advance(final int payloadLength) {
        count++;
        bytes += payloadLength;
        nextOffset += reverse ? -1 : 1;
    }
}
