package io.stentor.engine.simulation;

import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Alters the messages of a fragment, for planted bugs. */
final class Fragments {

    /** Takes one message. */
    interface Edit {
        /** True to leave the message in; {@code block} is where its fields begin. */
        boolean keep(int templateId, UnsafeBuffer fragment, int block);
    }

    private Fragments() {}

    /**
     * Shows each message to the edit and closes the gaps of those that it does not keep.
     *
     * @return the fragment's length now.
     */
    static int edit(final UnsafeBuffer fragment, final int length, final Edit edit) {
        int at = 0;
        int to = 0;
        while (at < length) {
            final int message = at + FragmentPacker.PREFIX_LENGTH;
            final int next = Math.min(
                    length,
                    BitUtil.align(message + fragment.getInt(at, ByteOrder.LITTLE_ENDIAN), FragmentPacker.ALIGNMENT));
            final int templateId = fragment.getShort(message + 2, ByteOrder.LITTLE_ENDIAN);
            if (edit.keep(templateId, fragment, message + MessageHeaderDecoder.ENCODED_LENGTH)) {
                fragment.putBytes(to, fragment, at, next - at);
                to += next - at;
            }
            at = next;
        }
        return to;
    }

    static long getLong(final UnsafeBuffer fragment, final int index) {
        return fragment.getLong(index, ByteOrder.LITTLE_ENDIAN);
    }

    static void putLong(final UnsafeBuffer fragment, final int index, final long value) {
        fragment.putLong(index, value, ByteOrder.LITTLE_ENDIAN);
    }
}
