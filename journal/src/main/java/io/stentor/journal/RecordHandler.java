package io.stentor.journal;

import org.agrona.DirectBuffer;

/** Receives records from a {@link JournalReader}. */
@FunctionalInterface
public interface RecordHandler {
    /**
     * Called for each record, in the order of their sequence.
     *
     * @param buffer that holds the record; valid and unchanging until this call returns, and not to be written to.
     * @param offset where the record starts; read it with {@link RecordLayout}.
     * @param length of header and body in bytes.
     */
    void onRecord(DirectBuffer buffer, int offset, int length);
}
