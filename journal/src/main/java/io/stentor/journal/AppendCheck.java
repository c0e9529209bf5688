package io.stentor.journal;

import org.agrona.DirectBuffer;

/** What every appender demands of a record before it copies it. Stateless. */
final class AppendCheck {
    private AppendCheck() {}

    /** Throws unless the record follows the last one, is as long as it says and no longer than a record may be. */
    static void requireNext(DirectBuffer record, int offset, int length, long lastSequence) {
        long sequence = RecordLayout.sequence(record, offset);
        if (sequence != lastSequence + 1) {
            throw new IllegalStateException("sequence " + sequence + " does not follow " + lastSequence);
        }
        if (length != RecordLayout.length(record, offset)
                || length < RecordLayout.HEADER_LENGTH
                || length > RecordLayout.MAX_LENGTH) {
            throw new IllegalStateException("record " + sequence + " of " + length + " bytes says that it has "
                    + RecordLayout.length(record, offset) + ", of at most " + RecordLayout.MAX_LENGTH);
        }
    }
}
