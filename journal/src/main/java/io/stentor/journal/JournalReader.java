package io.stentor.journal;

/**
 * A cursor on a {@link Journal}. Belongs to one thread at a time. Reads what is journaled and nothing beyond.
 *
 * <p>Each record is verified (magic, bounds, both checksums, dense sequence) before it is handed out.
 */
public interface JournalReader extends AutoCloseable {
    /** {@link #seek} asked for a record that the journal no longer holds. */
    long TRIMMED = -1;

    /**
     * Moves the cursor: the next record polled is the first one with at least this sequence.
     *
     * @param sequence from 1, at most one beyond the journal's last.
     * @return the sequence, or {@link #TRIMMED} if it lies before {@link Journal#firstSequence}; then the cursor stays
     *     where it was.
     * @throws IllegalArgumentException if the sequence is below 1 or further beyond the journal's last.
     * @throws JournalDamagedException if the record cannot be found where the journal must have it.
     */
    long seek(long sequence);

    /**
     * Hands records to the handler in the order of their sequence.
     *
     * @param handler called for each, on this thread.
     * @param limit most records to hand out.
     * @return how many there were; 0 when the cursor has reached the journal's last record.
     * @throws JournalDamagedException if a record does not verify; none of its bytes was handed out, and the cursor stays
     *     before it.
     */
    int poll(RecordHandler handler, int limit);

    /**
     * Where the cursor stands.
     *
     * @return sequence of the next record to be polled.
     */
    long nextSequence();

    /** Releases what the reader holds. Idempotent. */
    @Override
    void close();
}
