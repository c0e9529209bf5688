package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#CURSOR}: entries, one behind the other to the end of the record, each the cursor of one
 * device.
 *
 * <pre>
 *   0               8            9               9 + u
 *   +---------------+------------+------ - - ----+--------------+------ - - ----+
 *   |   sequence    | userLength | user          | deviceLength | device        |
 *   +---------------+------------+------ - - ----+--------------+------ - - ----+
 * </pre>
 *
 * <p>To read, walk from {@link #firstEntry} by {@link #nextEntry} until {@link #end}, and stop at the first entry that is
 * not {@link #isWellFormed}. Entries are addressed by their absolute position. Stateless: any thread may call any method
 * on bytes that it owns.
 */
public final class CursorBody {
    /** Longest user in bytes, and longest device. */
    public static final int MAX_NAME_LENGTH = 255;

    private static final int USER_LENGTH_OFFSET = 8;
    private static final int USER_OFFSET = 9;

    private CursorBody() {}

    /** Length of one entry in bytes. */
    public static int entryLength(int userLength, int deviceLength) {
        return USER_OFFSET + userLength + 1 + deviceLength;
    }

    /** Absolute position of the first entry. */
    public static int firstEntry(int recordOffset) {
        return recordOffset + RecordLayout.BODY_OFFSET;
    }

    /** Absolute position behind the last entry. */
    public static int end(DirectBuffer buffer, int recordOffset) {
        return recordOffset + RecordLayout.length(buffer, recordOffset);
    }

    /** Absolute position of the entry behind this one. */
    public static int nextEntry(DirectBuffer buffer, int entry) {
        return deviceOffset(buffer, entry) + deviceLength(buffer, entry);
    }

    /** Tells whether the entry lies wholly before the end. */
    public static boolean isWellFormed(DirectBuffer buffer, int entry, int end) {
        return entry + USER_OFFSET <= end
                && deviceOffset(buffer, entry) <= end
                && deviceOffset(buffer, entry) + deviceLength(buffer, entry) <= end;
    }

    /**
     * Writes an entry.
     *
     * @return absolute position behind it.
     * @throws IllegalArgumentException if the user or the device is longer than {@link #MAX_NAME_LENGTH}.
     */
    public static int put(MutableDirectBuffer buffer, int entry, long sequence, byte[] user, byte[] device) {
        if (user.length > MAX_NAME_LENGTH || device.length > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException("userLength=" + user.length + " or deviceLength=" + device.length
                    + " bytes is above " + MAX_NAME_LENGTH);
        }
        buffer.putLong(entry, sequence, LITTLE_ENDIAN);
        buffer.putByte(entry + USER_LENGTH_OFFSET, (byte) user.length);
        buffer.putBytes(entry + USER_OFFSET, user);
        int deviceLengthOffset = entry + USER_OFFSET + user.length;
        buffer.putByte(deviceLengthOffset, (byte) device.length);
        buffer.putBytes(deviceLengthOffset + 1, device);
        return deviceLengthOffset + 1 + device.length;
    }

    /** The last sequence that the device has acknowledged. */
    public static long sequence(DirectBuffer buffer, int entry) {
        return buffer.getLong(entry, LITTLE_ENDIAN);
    }

    /** Length of the user in bytes. */
    public static int userLength(DirectBuffer buffer, int entry) {
        return buffer.getByte(entry + USER_LENGTH_OFFSET) & 0xFF;
    }

    /** Absolute position of the user. */
    public static int userOffset(int entry) {
        return entry + USER_OFFSET;
    }

    /** Length of the device in bytes. */
    public static int deviceLength(DirectBuffer buffer, int entry) {
        return buffer.getByte(deviceOffset(buffer, entry) - 1) & 0xFF;
    }

    /** Absolute position of the device. */
    public static int deviceOffset(DirectBuffer buffer, int entry) {
        return userOffset(entry) + userLength(buffer, entry) + 1;
    }
}
