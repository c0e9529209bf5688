package io.stentor.transport.wire;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packs several messages into one fragment, so that a burst costs one offer. One thread; allocates nothing after
 * construction.
 *
 * <pre>
 *   0        4          8                  8 + length     aligned to 8
 *   +--------+----------+------------------+--------------+--
 *   | length | reserved | message          | padding      | next ...
 *   +--------+----------+------------------+--------------+--
 * </pre>
 *
 * <p>To write a message: {@link #claim} its greatest length, encode at {@link #claimOffset()}, {@link #commit} its real
 * length. When {@link #claim} returns false, {@link #flush} first.
 */
public final class FragmentPacker {

    /** Bytes before each message. */
    public static final int PREFIX_LENGTH = 8;

    /** Messages begin at multiples of this. */
    public static final int ALIGNMENT = 8;

    private final FragmentLink link;
    private final UnsafeBuffer buffer;
    private final int preferredLength;
    private int position;
    private int messages;

    /**
     * A packer of one stream.
     *
     * @param link where the fragments go.
     */
    public FragmentPacker(final FragmentLink link) {
        this.link = link;
        this.preferredLength = link.fragmentLengthPreferred();
        this.buffer = new UnsafeBuffer(new byte[BitUtil.align(link.fragmentLengthMax(), ALIGNMENT) - ALIGNMENT]);
    }

    /** The longest message that a fragment of this stream takes. */
    public int messageLengthMax() {
        return buffer.capacity() - PREFIX_LENGTH;
    }

    /**
     * Makes room for a message.
     *
     * @param length the greatest length that it can have.
     * @return false when the open fragment would grow beyond what travels whole: flush, then claim again.
     * @throws IllegalArgumentException when no fragment of this stream could take it.
     */
    public boolean claim(final int length) {
        if (length > messageLengthMax()) {
            throw new IllegalArgumentException(
                    "a message of " + length + " bytes exceeds the fragment's limit of " + messageLengthMax());
        }
        return position == 0 || position + PREFIX_LENGTH + length <= preferredLength;
    }

    /** Where the claimed message is to be encoded. */
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    /** Where in {@link #buffer()} the claimed message begins. */
    public int claimOffset() {
        return position + PREFIX_LENGTH;
    }

    /**
     * Adds the encoded message to the open fragment.
     *
     * @param length its real length.
     */
    public void commit(final int length) {
        buffer.putInt(position, length, ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(position + 4, 0, ByteOrder.LITTLE_ENDIAN);
        position = Math.min(BitUtil.align(position + PREFIX_LENGTH + length, ALIGNMENT), buffer.capacity());
        messages++;
    }

    /**
     * Offers the open fragment, if there is anything in it. On a refusal it stays, to be flushed again.
     *
     * @return a positive number when nothing is left to send, else the link's negative code.
     */
    public long flush() {
        if (position == 0) {
            return 1;
        }
        final long result = link.offer(buffer, 0, position);
        if (result > 0) {
            clear();
        }
        return result;
    }

    /** How many messages the open fragment holds. */
    public int pending() {
        return messages;
    }

    /** Drops the open fragment. */
    public void clear() {
        position = 0;
        messages = 0;
    }
}
