package io.stentor.fanout.shard;

import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.ResultCode;
import java.util.ArrayList;
import java.util.List;

/**
 * One read of the journal and its answer as it arrives. One thread, the shard's.
 */
final class PendingFetch {

    /** Takes the answer. */
    interface Taker {

        /** The page is whole, whatever its code. */
        void onPage(PendingFetch fetch);

        /** No answer came, or one that cannot be believed. */
        void onFailure(PendingFetch fetch);
    }

    final String topicName;

    /** What the answer is for: a topic, a subscription, a command. Its taker knows. */
    final Object about;

    final Taker taker;
    long correlationId;
    long logId;
    long term;
    long offset;
    int messagesMax;
    int bytesMax;
    boolean reverse;

    /** Whose stored cursor to go by; null to go by position. */
    Session cursorOf;

    long deadlineNs;
    boolean done;

    ResultCode code;
    long pageLogId;
    long pageTerm;
    long topOffset;
    long afterOffset;
    boolean more;

    /** How many messages came, withheld ones included. */
    int received;

    /** The first {@code PAYMENT} message that is withheld because it is not forced yet; 0 for none. */
    long withheldSequence;

    final List<StoredPublication> publications = new ArrayList<>();

    PendingFetch(final String topicName, final Object about, final Taker taker) {
        this.topicName = topicName;
        this.about = about;
        this.taker = taker;
    }

    /** Reads after a position; a log of 0 reads without a check of the epoch. */
    PendingFetch after(final long logId, final long term, final long offset) {
        this.logId = logId;
        this.term = term;
        this.offset = offset;
        return this;
    }

    PendingFetch limits(final int messagesMax, final int bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        return this;
    }

    PendingFetch reverse(final boolean reverse) {
        this.reverse = reverse;
        return this;
    }

    /** Reads what the session's device has not acknowledged. */
    PendingFetch cursorOf(final Session session) {
        this.cursorOf = session;
        return this;
    }

    /** Forgets what has come of the page. */
    void restart() {
        received = 0;
        withheldSequence = 0;
        publications.clear();
    }

    boolean isOk() {
        return code == ResultCode.OK;
    }

    /** Nobody waits for the answer any more. */
    void cancel() {
        done = true;
        publications.clear();
    }
}
