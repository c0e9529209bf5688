package io.stentor.journal;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A stretch of a {@link HeapJournal}: whole records from its start up to where the next segment's first record would be.
 *
 * <p>Written by the appending thread. Readers look only at records that the journal's last sequence covers, and that is
 * published after the bytes and after {@link #next}.
 */
final class HeapSegment {
    /** Room for two of the longest records, so that at most half of a segment stays empty. */
    static final int LENGTH = 2 * RecordLayout.MAX_LENGTH;

    final long firstSequence;
    final UnsafeBuffer buffer;

    /** Written by the appending thread when the segment is full, read by readers. */
    volatile HeapSegment next;

    HeapSegment(long firstSequence, byte[] memory) {
        this.firstSequence = firstSequence;
        buffer = new UnsafeBuffer(memory);
    }
}
