package io.stentor.journal;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#TOPIC}: the topic's name in UTF-8, 1 to 255 bytes, to the end of the record. Its id and
 * class are in the header.
 *
 * <p>Stateless: any thread may call any method on bytes that it owns.
 */
public final class TopicBody {
    /** Longest name in bytes. */
    public static final int MAX_NAME_LENGTH = 255;

    private TopicBody() {}

    /** Absolute position of the name. */
    public static int nameOffset(int recordOffset) {
        return recordOffset + RecordLayout.BODY_OFFSET;
    }

    /** Length of the name in bytes. */
    public static int nameLength(DirectBuffer buffer, int recordOffset) {
        return RecordLayout.bodyLength(buffer, recordOffset);
    }

    /**
     * Writes the name; the record must have been started with the name's length.
     *
     * @throws IllegalArgumentException if the name is empty or longer than {@link #MAX_NAME_LENGTH}.
     */
    public static void name(
            MutableDirectBuffer buffer, int recordOffset, DirectBuffer name, int nameOffset, int nameLength) {
        if (nameLength < 1 || nameLength > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "nameLength=" + nameLength + " bytes is not within 1.." + MAX_NAME_LENGTH);
        }
        buffer.putBytes(nameOffset(recordOffset), name, nameOffset, nameLength);
    }

    /** The name as a string; allocates. */
    public static String name(DirectBuffer buffer, int recordOffset) {
        return buffer.getStringWithoutLengthUtf8(nameOffset(recordOffset), nameLength(buffer, recordOffset));
    }
}
