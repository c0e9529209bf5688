package io.stentor.fanout.shard;

import io.stentor.transport.wire.Epoch;

/**
 * How far the shard has followed the log: the position that it names when it attaches. Every frame says which frame came
 * before it; one that does not follow the last proves that something is missing. One thread, the shard's.
 *
 * <p>An {@code InterestOn} is checked like any frame but moves nothing: it has no record of its own.
 */
final class Chain {

    private long logId;
    private long term;
    private long sequence;
    private long syncedSequence;
    private String epoch = "";
    private long engineTimeNs;
    private long engineTimeReadNs;

    /** Begins a chain after {@code sequence}. */
    void start(final long logId, final long term, final long sequence, final long syncedSequence) {
        this.logId = logId;
        this.sequence = sequence;
        this.syncedSequence = syncedSequence;
        this.term = term;
        this.epoch = Epoch.format(logId, term);
    }

    /** Names an earlier position, behind which the log has ended; a sequence of 0 names none. */
    void truncate(final long logId, final long term, final long sequence) {
        start(logId, term, sequence, Math.min(syncedSequence, sequence));
    }

    boolean follows(final long prevSequence) {
        return prevSequence == sequence;
    }

    void advance(final long sequence, final long syncedSequence) {
        this.sequence = sequence;
        synced(syncedSequence);
    }

    void synced(final long syncedSequence) {
        this.syncedSequence = Math.max(this.syncedSequence, syncedSequence);
    }

    /** Takes note of a term seen in the chain; terms only grow. */
    void term(final long term) {
        if (term > this.term) {
            this.term = term;
            this.epoch = Epoch.format(logId, term);
        }
    }

    /** True for a page of the present log and term: one of another term may not agree with what the window holds. */
    boolean agreesWith(final PendingFetch page) {
        return page.pageLogId == logId && page.pageTerm == term;
    }

    void engineTime(final long engineTimeNs, final long nowNs) {
        this.engineTimeNs = engineTimeNs;
        this.engineTimeReadNs = nowNs;
    }

    /** Engine time as the last heartbeat said it, carried on by the shard's own clock; 0 before the first. */
    long engineTimeNs(final long nowNs) {
        return engineTimeNs == 0 ? 0 : engineTimeNs + (nowNs - engineTimeReadNs);
    }

    /** The log; 0 before the first attach. */
    long logId() {
        return logId;
    }

    long term() {
        return term;
    }

    /** The sequence of the last frame. */
    long sequence() {
        return sequence;
    }

    /** What the engine has forced to its device. */
    long syncedSequence() {
        return syncedSequence;
    }

    /** The present epoch as clients see it. */
    String epoch() {
        return epoch;
    }
}
