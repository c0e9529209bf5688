package io.stentor.engine.pipeline;

import io.stentor.journal.CheckpointWriter;
import org.agrona.DirectBuffer;

/**
 * State that follows from the journal's records alone, and how a checkpoint keeps it. The same records make the same
 * entries, byte for byte, whether they were replayed or lie before a checkpoint that was loaded. One thread at a time.
 */
interface ReplayedState {

    /**
     * Takes an entry of a checkpoint, in their order; the state was empty before the first.
     *
     * @throws IllegalArgumentException when it is none that {@link #write} makes.
     */
    void onEntry(DirectBuffer buffer, int offset, int length);

    /**
     * Is told that all entries were taken.
     *
     * @param sequence of the checkpoint.
     * @throws IllegalArgumentException when the entries are not those of a checkpoint at that record.
     */
    void onLoaded(long sequence);

    /** Takes the next record of the journal. */
    void onRecord(DirectBuffer buffer, int offset, int length);

    /**
     * Writes the next entries of a checkpoint, at most about a thousand; nothing is taken between the first and the last
     * call.
     *
     * @return false when these were the last: the call after it begins the next checkpoint.
     */
    boolean write(CheckpointWriter writer);
}
