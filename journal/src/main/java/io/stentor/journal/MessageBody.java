package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Body of a {@link RecordType#MESSAGE}: who sent it, under which id, from which connection, with which tags, and the
 * payload.
 *
 * <pre>
 *   0              2                 4              6            8
 *   +--------------+-----------------+--------------+------------+
 *   | senderLength | messageIdLength | originLength | tagsLength |   four unsigned shorts
 *   +--------------+-----------------+--------------+------------+
 *   | sender | messageId | origin | tags | payload ... to the end of the record
 *   +--------+-----------+--------+------+---------
 * </pre>
 *
 * <p>Every method takes the offset of the <em>record</em> and gives absolute positions in the buffer. Write the lengths
 * first, the positions follow from them. Stateless: any thread may call any method on bytes that it owns.
 */
public final class MessageBody {
    /** Length of the four lengths, in bytes. */
    public static final int PREFIX_LENGTH = 8;

    /** Longest sender in bytes, as long as a topic's name. */
    public static final int MAX_SENDER_LENGTH = 255;

    /** Longest client message id in bytes. */
    public static final int MAX_MESSAGE_ID_LENGTH = 255;

    /** Longest id of the client connection that a message came from, in bytes. */
    public static final int MAX_ORIGIN_LENGTH = 64;

    /** Longest encoded tags in bytes. */
    public static final int MAX_TAGS_LENGTH = 4096;

    private static final int SENDER_LENGTH_OFFSET = RecordLayout.BODY_OFFSET;
    private static final int MESSAGE_ID_LENGTH_OFFSET = RecordLayout.BODY_OFFSET + 2;
    private static final int ORIGIN_LENGTH_OFFSET = RecordLayout.BODY_OFFSET + 4;
    private static final int TAGS_LENGTH_OFFSET = RecordLayout.BODY_OFFSET + 6;
    private static final int SENDER_OFFSET = RecordLayout.BODY_OFFSET + PREFIX_LENGTH;

    private MessageBody() {}

    /**
     * Length of a body with these parts, for {@link RecordLayout#start}.
     *
     * @return length in bytes.
     */
    public static int length(
            int senderLength, int messageIdLength, int originLength, int tagsLength, int payloadLength) {
        return PREFIX_LENGTH + senderLength + messageIdLength + originLength + tagsLength + payloadLength;
    }

    /**
     * Writes the four lengths; afterwards the positions of the parts are known.
     *
     * @throws IllegalArgumentException if a part is longer than its limit.
     */
    public static void lengths(
            MutableDirectBuffer buffer,
            int recordOffset,
            int senderLength,
            int messageIdLength,
            int originLength,
            int tagsLength) {
        requireWithin("senderLength", senderLength, MAX_SENDER_LENGTH);
        requireWithin("messageIdLength", messageIdLength, MAX_MESSAGE_ID_LENGTH);
        requireWithin("originLength", originLength, MAX_ORIGIN_LENGTH);
        requireWithin("tagsLength", tagsLength, MAX_TAGS_LENGTH);
        buffer.putShort(recordOffset + SENDER_LENGTH_OFFSET, (short) senderLength, LITTLE_ENDIAN);
        buffer.putShort(recordOffset + MESSAGE_ID_LENGTH_OFFSET, (short) messageIdLength, LITTLE_ENDIAN);
        buffer.putShort(recordOffset + ORIGIN_LENGTH_OFFSET, (short) originLength, LITTLE_ENDIAN);
        buffer.putShort(recordOffset + TAGS_LENGTH_OFFSET, (short) tagsLength, LITTLE_ENDIAN);
    }

    /**
     * Tells whether the parts' lengths are within their limits and fit into the record.
     *
     * @return false if the body must not be read.
     */
    public static boolean isWellFormed(DirectBuffer buffer, int recordOffset) {
        return RecordLayout.bodyLength(buffer, recordOffset) >= PREFIX_LENGTH
                && senderLength(buffer, recordOffset) <= MAX_SENDER_LENGTH
                && messageIdLength(buffer, recordOffset) <= MAX_MESSAGE_ID_LENGTH
                && originLength(buffer, recordOffset) <= MAX_ORIGIN_LENGTH
                && tagsLength(buffer, recordOffset) <= MAX_TAGS_LENGTH
                && payloadLength(buffer, recordOffset) >= 0;
    }

    /** Length of the sender in bytes. */
    public static int senderLength(DirectBuffer buffer, int recordOffset) {
        return unsignedShort(buffer, recordOffset + SENDER_LENGTH_OFFSET);
    }

    /** Absolute position of the sender. */
    public static int senderOffset(int recordOffset) {
        return recordOffset + SENDER_OFFSET;
    }

    /** Length of the client's message id in bytes; 0 is none. */
    public static int messageIdLength(DirectBuffer buffer, int recordOffset) {
        return unsignedShort(buffer, recordOffset + MESSAGE_ID_LENGTH_OFFSET);
    }

    /** Absolute position of the client's message id. */
    public static int messageIdOffset(DirectBuffer buffer, int recordOffset) {
        return senderOffset(recordOffset) + senderLength(buffer, recordOffset);
    }

    /** Length of the id of the connection that the message came from, in bytes; 0 is none. */
    public static int originLength(DirectBuffer buffer, int recordOffset) {
        return unsignedShort(buffer, recordOffset + ORIGIN_LENGTH_OFFSET);
    }

    /** Absolute position of the id of the connection that the message came from. */
    public static int originOffset(DirectBuffer buffer, int recordOffset) {
        return messageIdOffset(buffer, recordOffset) + messageIdLength(buffer, recordOffset);
    }

    /** Length of the encoded tags in bytes; 0 is none. */
    public static int tagsLength(DirectBuffer buffer, int recordOffset) {
        return unsignedShort(buffer, recordOffset + TAGS_LENGTH_OFFSET);
    }

    /** Absolute position of the encoded tags. */
    public static int tagsOffset(DirectBuffer buffer, int recordOffset) {
        return originOffset(buffer, recordOffset) + originLength(buffer, recordOffset);
    }

    /** Absolute position of the payload. */
    public static int payloadOffset(DirectBuffer buffer, int recordOffset) {
        return tagsOffset(buffer, recordOffset) + tagsLength(buffer, recordOffset);
    }

    /** Length of the payload in bytes; negative if the body is not {@linkplain #isWellFormed well formed}. */
    public static int payloadLength(DirectBuffer buffer, int recordOffset) {
        return recordOffset + RecordLayout.length(buffer, recordOffset) - payloadOffset(buffer, recordOffset);
    }

    private static int unsignedShort(DirectBuffer buffer, int index) {
        return buffer.getShort(index, LITTLE_ENDIAN) & 0xFFFF;
    }

    private static void requireWithin(String name, int length, int limit) {
        if (length < 0 || length > limit) {
            throw new IllegalArgumentException(name + "=" + length + " bytes is not within 0.." + limit);
        }
    }
}
