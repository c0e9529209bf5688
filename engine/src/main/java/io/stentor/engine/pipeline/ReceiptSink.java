package io.stentor.engine.pipeline;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;

/** Where the outcome of an accepted message goes. Called on the pipeline's last thread; must not block. */
public interface ReceiptSink {

    /**
     * The message has reached its level, or was refused.
     *
     * @param correlationId what the publisher named it.
     * @param code OK, REPEATED, or why it was refused.
     * @param reached the level reached; NONE when refused.
     * @param topicId the topic's id.
     * @param sequence the message's sequence, or its original's when it was a repeat.
     * @param topicOffset the message's offset, or its original's.
     */
    void onReceipt(
            long correlationId, ResultCode code, AckLevel reached, long topicId, long sequence, long topicOffset);
}
