package io.stentor.journal;

import org.agrona.DirectBuffer;

/** Appends records to a {@link Journal}. Belongs to one thread; allocation-free. */
public interface JournalAppender {
    /**
     * Appends a whole sealed record to the open batch, which readers see after {@link #commit}. Records are copied: the
     * buffer is free again on return.
     *
     * @param record buffer that holds it.
     * @param offset where it starts.
     * @param length of header and body in bytes; what the record itself says.
     * @throws IllegalStateException if its sequence is not {@code lastSequence() + 1}, its length is not what it says, or
     *     the journal failed or is closed.
     * @throws JournalException if it could not be written; then the journal has failed.
     */
    void append(DirectBuffer record, int offset, int length);

    /**
     * Ends the open batch: afterwards its records are journaled and readers see them. Does nothing if there is none.
     *
     * @throws JournalException if it could not be written; then the journal has failed.
     */
    void commit();

    /**
     * The last record appended, committed or not.
     *
     * @return its sequence, 0 while there is none.
     */
    long lastSequence();
}
