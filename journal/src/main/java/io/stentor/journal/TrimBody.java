package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#TRIM}: i64, the first record that the journal still holds once the oldest files are gone.
 *
 * <p>Stateless: any thread may call any method on bytes that it owns.
 */
public final class TrimBody {
    /** Length of the body in bytes. */
    public static final int LENGTH = Long.BYTES;

    private TrimBody() {}

    /** Sequence of the first record that is retained. */
    public static long firstRetainedSequence(DirectBuffer buffer, int recordOffset) {
        return buffer.getLong(recordOffset + RecordLayout.BODY_OFFSET, LITTLE_ENDIAN);
    }

    /** Writes what {@link #firstRetainedSequence(DirectBuffer, int)} reads. */
    public static void firstRetainedSequence(MutableDirectBuffer buffer, int recordOffset, long sequence) {
        buffer.putLong(recordOffset + RecordLayout.BODY_OFFSET, sequence, LITTLE_ENDIAN);
    }
}
