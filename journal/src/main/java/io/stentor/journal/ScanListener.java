package io.stentor.journal;

import org.agrona.DirectBuffer;

/** Is told what a scan of {@link JournalFiles} finds, in order, on the scanning thread. */
public interface ScanListener {
    /**
     * A record that is sound.
     *
     * @param buffer that holds it; valid and unchanging until this call returns.
     * @param offset where it starts.
     * @param length of header and body in bytes.
     */
    default void onRecord(DirectBuffer buffer, int offset, int length) {}

    /**
     * A segment was read to its end.
     *
     * @param segment what it is.
     */
    default void onSegment(ScannedSegment segment) {}

    /**
     * A record that is sound and was kept when its segment was removed. All of them are told before the first record of the
     * log, in order and with gaps.
     *
     * @param buffer that holds it; valid and unchanging until this call returns.
     * @param offset where it starts.
     * @param length of header and body in bytes.
     */
    default void onKeptRecord(DirectBuffer buffer, int offset, int length) {}

    /**
     * A file of the keeper was read to its end.
     *
     * @param file what it is; not every sequence between its first and its last is there.
     * @param count how many records it has.
     */
    default void onKeptFile(ScannedSegment file, long count) {}

    /**
     * Records that an operator has given up are not there.
     *
     * @param firstSequence the first of them.
     * @param lastSequence the last of them.
     */
    default void onLoss(long firstSequence, long lastSequence) {}

    /**
     * The scan goes on; told at least once for each MiB and each segment.
     *
     * @param bytes read so far.
     * @param total that there are, as far as known.
     */
    default void onProgress(long bytes, long total) {}
}
