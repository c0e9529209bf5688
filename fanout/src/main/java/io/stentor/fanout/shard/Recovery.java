package io.stentor.fanout.shard;

import io.stentor.transport.gateway.StoredPublication;
import java.util.ArrayList;
import java.util.List;

/**
 * What a subscription has gathered on its way to being live. One thread, the shard's; bounded by the limits of one page and
 * what the window adds.
 */
final class Recovery {

    /** The log of the position. */
    long logId;

    /** The term of the position, then of the last page: what was read was of the log in that term. */
    long term;

    /** Everything up to it is gathered, or in the client's hands. */
    long reachedOffset;

    /** Bytes of payload gathered. */
    long bytes;

    /** How often the journal was asked. */
    int fetches;

    /** The read that is under way; null for none. */
    PendingFetch fetch;

    /** When a subscription that catches up tries again. */
    long retryAtNs;

    /** How many of {@link #publications} the sink of a subscription that catches up has taken. */
    int taken;

    /** What was gathered. */
    List<StoredPublication> publications = new ArrayList<>();

    void at(final long logId, final long term, final long offset) {
        this.logId = logId;
        this.term = term;
        this.reachedOffset = offset;
    }

    /**
     * Adds what follows.
     *
     * @return false when it does not follow without a gap.
     */
    boolean add(final StoredPublication publication) {
        if (publication.offset() <= reachedOffset) {
            return true;
        }
        if (publication.offset() != reachedOffset + 1) {
            return false;
        }
        publications.add(publication);
        reachedOffset = publication.offset();
        bytes += publication.payload().length;
        return true;
    }
}
