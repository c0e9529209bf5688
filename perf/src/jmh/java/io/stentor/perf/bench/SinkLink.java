package io.stentor.perf.bench;

import io.stentor.transport.wire.FragmentLink;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Takes every fragment at once, so that what is measured is what comes before the stream; keeps copies when asked to. */
final class SinkLink implements FragmentLink {
    /** What travels whole at an MTU of 8 KiB, behind a header of 32 bytes. */
    private static final int FRAGMENT_LENGTH_PREFERRED = 8 * 1024 - 32;

    private static final int FRAGMENT_LENGTH_MAX = 128 * 1024;

    private List<DirectBuffer> kept;

    /** From now on copies are kept. */
    void keep() {
        kept = new ArrayList<>();
    }

    /** The copies kept; from now on none are. */
    List<DirectBuffer> takeKept() {
        final List<DirectBuffer> taken = kept;
        kept = null;
        return taken;
    }

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (kept != null) {
            final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
            copy.putBytes(0, buffer, offset, length);
            kept.add(copy);
        }
        return length;
    }

    @Override
    public int fragmentLengthMax() {
        return FRAGMENT_LENGTH_MAX;
    }

    @Override
    public int fragmentLengthPreferred() {
        return FRAGMENT_LENGTH_PREFERRED;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public void close() {}
}
