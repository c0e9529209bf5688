package io.stentor.journal;

import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes sealed records whose bytes follow from their sequence, so that a reader can tell right from wrong. */
final class Records {
    /** 2026-11-01T00:00:00Z: the start of an hour and of a day. */
    static final long START_NS = 1_793_491_200_000_000_000L;

    private Records() {}

    static MutableDirectBuffer buffer() {
        return new UnsafeBuffer(new byte[RecordLayout.MAX_LENGTH]);
    }

    static int write(MutableDirectBuffer buffer, long sequence, int bodyLength, long timestampNs) {
        RecordLayout.start(buffer, 0, RecordType.TICK, bodyLength);
        for (int i = 0; i < bodyLength; i++) {
            buffer.putByte(RecordLayout.BODY_OFFSET + i, bodyByte(sequence, i));
        }
        RecordLayout.sealBody(buffer, 0);
        RecordLayout.sequence(buffer, 0, sequence);
        RecordLayout.term(buffer, 0, 1);
        RecordLayout.timestampNs(buffer, 0, timestampNs);
        RecordLayout.sealHeader(buffer, 0);
        return RecordLayout.length(buffer, 0);
    }

    static byte bodyByte(long sequence, int i) {
        return (byte) (sequence * 31 + i);
    }

    /** Body lengths of all sorts: none, odd ones, and some that make batches of differing size. */
    static int bodyLength(long sequence) {
        return (int) (sequence * 37 % 613);
    }

    static void appendEach(JournalAppender appender, long first, long last) {
        MutableDirectBuffer buffer = buffer();
        for (long sequence = first; sequence <= last; sequence++) {
            appender.append(buffer, 0, write(buffer, sequence, bodyLength(sequence), START_NS + sequence));
        }
    }
}
