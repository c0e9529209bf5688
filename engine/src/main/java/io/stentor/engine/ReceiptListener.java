package io.stentor.engine;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;

/** Is told what became of the messages of one publisher. Called on the engine's thread for receipts, in order. */
@FunctionalInterface
public interface ReceiptListener {

    /**
     * A message has reached its level, or was refused.
     *
     * @param ticket what {@link Publisher#offer} returned.
     * @param code OK, REPEATED, or why it was refused.
     * @param topicId the topic's interned id.
     * @param sequence the message's sequence in the log.
     * @param offset the message's offset in its topic.
     * @param level the level reached; NONE when refused.
     */
    void onReceipt(long ticket, ResultCode code, long topicId, long sequence, long offset, AckLevel level);
}
