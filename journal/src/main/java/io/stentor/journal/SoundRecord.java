package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * All checks of {@link RecordLayout#verify} and that of the sequence, in one pass over memory outside of the heap, for the
 * many records that pass them. It does not say what is wrong: who wants to know asks the other.
 *
 * <p>A replay spends half of its time on the checks. Here bounds are checked once by the caller and not with every field,
 * and the JIT knows that the memory is no array: 10 ns less of 76 for a record of 360 bytes.
 *
 * <p>Stateless: any thread, on bytes that it owns.
 */
final class SoundRecord {
    private static final boolean IS_LITTLE_ENDIAN = ByteOrder.nativeOrder() == LITTLE_ENDIAN;

    /** The three bytes behind the length, as the upper half of the first word begins with them. */
    private static final long MAGIC_AND_VERSION_MASK = 0xFF_FFFF;

    private static final long MAGIC_AND_VERSION = RecordLayout.MAGIC | RecordLayout.VERSION << Short.SIZE;

    private SoundRecord() {}

    /**
     * Length of a record whose every check passed.
     *
     * @param address where it should start.
     * @param available bytes from there that may be read, at least those of a header.
     * @param sequence that it must have.
     * @return bytes of header and body; 0 if anything is wrong, and always on a machine whose byte order is another one than
     *     that of the format.
     */
    static int length(long address, int available, long sequence) {
        long firstWord = UnsafeApi.getLong(null, address);
        int length = (int) firstWord;
        if (!IS_LITTLE_ENDIAN
                || (firstWord >>> Integer.SIZE & MAGIC_AND_VERSION_MASK) != MAGIC_AND_VERSION
                || length < RecordLayout.HEADER_LENGTH
                || length > RecordLayout.MAX_LENGTH
                || length > available
                || UnsafeApi.getLong(null, address + RecordLayout.SEQUENCE_OFFSET) != sequence) {
            return 0;
        }
        boolean isSound = RecordChecksum.compute(address, RecordLayout.HEADER_CHECKSUM_OFFSET)
                        == UnsafeApi.getInt(null, address + RecordLayout.HEADER_CHECKSUM_OFFSET)
                && RecordChecksum.compute(address + RecordLayout.BODY_OFFSET, length - RecordLayout.HEADER_LENGTH)
                        == UnsafeApi.getInt(null, address + RecordLayout.BODY_CHECKSUM_OFFSET);
        return isSound ? length : 0;
    }
}
