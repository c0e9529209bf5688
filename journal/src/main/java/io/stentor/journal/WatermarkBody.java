package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#WATERMARK}: one kind, then entries, one behind the other to the end of the record.
 *
 * <pre>
 *   0      1               9               17           18
 *   +------+---------------+---------------+------------+------ - - ----+
 *   | kind |    topicId    |    offset     | userLength | user          | the next entry ...
 *   +------+---------------+---------------+------------+------ - - ----+
 * </pre>
 *
 * <p>To read, walk from {@link #firstEntry} by {@link #nextEntry} until {@link #end}, and stop at the first entry that is
 * not {@link #isWellFormed}. Entries are addressed by their absolute position. Stateless: any thread may call any method
 * on bytes that it owns.
 */
public final class WatermarkBody {
    /** A device of the user acknowledged every message up to the offset. */
    public static final byte KIND_DELIVERED = 1;

    /** The user saw every message up to the offset. */
    public static final byte KIND_READ = 2;

    /** Length of the kind, in bytes. */
    public static final int PREFIX_LENGTH = 1;

    /** Longest user in bytes. */
    public static final int MAX_USER_LENGTH = 255;

    private static final int OFFSET_OFFSET = 8;
    private static final int USER_LENGTH_OFFSET = 16;
    private static final int USER_OFFSET = 17;

    private WatermarkBody() {}

    /** Length of one entry in bytes. */
    public static int entryLength(int userLength) {
        return USER_OFFSET + userLength;
    }

    /** {@link #KIND_DELIVERED} or {@link #KIND_READ}. */
    public static byte kind(DirectBuffer buffer, int recordOffset) {
        return buffer.getByte(recordOffset + RecordLayout.BODY_OFFSET);
    }

    /** Writes what {@link #kind(DirectBuffer, int)} reads. */
    public static void kind(MutableDirectBuffer buffer, int recordOffset, byte kind) {
        buffer.putByte(recordOffset + RecordLayout.BODY_OFFSET, kind);
    }

    /** Absolute position of the first entry. */
    public static int firstEntry(int recordOffset) {
        return recordOffset + RecordLayout.BODY_OFFSET + PREFIX_LENGTH;
    }

    /** Absolute position behind the last entry. */
    public static int end(DirectBuffer buffer, int recordOffset) {
        return recordOffset + RecordLayout.length(buffer, recordOffset);
    }

    /** Absolute position of the entry behind this one. */
    public static int nextEntry(DirectBuffer buffer, int entry) {
        return userOffset(entry) + userLength(buffer, entry);
    }

    /** Tells whether the entry lies wholly before the end. */
    public static boolean isWellFormed(DirectBuffer buffer, int entry, int end) {
        return entry + USER_OFFSET <= end && nextEntry(buffer, entry) <= end;
    }

    /**
     * Writes an entry.
     *
     * @return absolute position behind it.
     * @throws IllegalArgumentException if the user is longer than {@link #MAX_USER_LENGTH}.
     */
    public static int put(MutableDirectBuffer buffer, int entry, long topicId, long offset, byte[] user) {
        if (user.length > MAX_USER_LENGTH) {
            throw new IllegalArgumentException("userLength=" + user.length + " bytes is above " + MAX_USER_LENGTH);
        }
        buffer.putLong(entry, topicId, LITTLE_ENDIAN);
        buffer.putLong(entry + OFFSET_OFFSET, offset, LITTLE_ENDIAN);
        buffer.putByte(entry + USER_LENGTH_OFFSET, (byte) user.length);
        buffer.putBytes(entry + USER_OFFSET, user);
        return entry + USER_OFFSET + user.length;
    }

    /** Topic that the watermark is in. */
    public static long topicId(DirectBuffer buffer, int entry) {
        return buffer.getLong(entry, LITTLE_ENDIAN);
    }

    /** Offset up to which it holds, inclusive. */
    public static long offset(DirectBuffer buffer, int entry) {
        return buffer.getLong(entry + OFFSET_OFFSET, LITTLE_ENDIAN);
    }

    /** Length of the user in bytes. */
    public static int userLength(DirectBuffer buffer, int entry) {
        return buffer.getByte(entry + USER_LENGTH_OFFSET) & 0xFF;
    }

    /** Absolute position of the user. */
    public static int userOffset(int entry) {
        return entry + USER_OFFSET;
    }
}
