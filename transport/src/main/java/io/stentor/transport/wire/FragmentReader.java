package io.stentor.transport.wire;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.DirectBuffer;

/**
 * Takes a packed fragment apart and checks every length before it believes it. Stateless; any thread.
 *
 * @see FragmentPacker
 */
public final class FragmentReader {

    /** Takes the messages of a fragment. */
    @FunctionalInterface
    public interface MessageHandler {

        /**
         * Takes one message.
         *
         * @param templateId the message's template id.
         * @param buffer valid during the call only.
         * @param offset where the message's header begins.
         * @param length the message's length, header included.
         */
        void onMessage(int templateId, DirectBuffer buffer, int offset, int length);
    }

    private FragmentReader() {}

    /**
     * Reads a fragment.
     *
     * @param buffer where it is.
     * @param offset where it begins.
     * @param length its length.
     * @param handler takes the messages in order.
     * @return true when the fragment was whole; false when a length or the schema's id was wrong, in which case the
     *     messages before the damage have been handed out.
     */
    public static boolean read(
            final DirectBuffer buffer, final int offset, final int length, final MessageHandler handler) {
        final int limit = offset + length;
        int at = offset;
        while (at < limit) {
            if (limit - at < FragmentPacker.PREFIX_LENGTH + MessageHeaderDecoder.ENCODED_LENGTH) {
                return false;
            }
            final int messageLength = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            final int messageOffset = at + FragmentPacker.PREFIX_LENGTH;
            if (messageLength < MessageHeaderDecoder.ENCODED_LENGTH || messageLength > limit - messageOffset) {
                return false;
            }
            final int templateId = buffer.getShort(messageOffset + 2, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            final int schemaId = buffer.getShort(messageOffset + 4, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            if (schemaId != MessageHeaderDecoder.SCHEMA_ID) {
                return false;
            }
            handler.onMessage(templateId, buffer, messageOffset, messageLength);
            at = BitUtil.align(messageOffset + messageLength - offset, FragmentPacker.ALIGNMENT) + offset;
        }
        return true;
    }
}
