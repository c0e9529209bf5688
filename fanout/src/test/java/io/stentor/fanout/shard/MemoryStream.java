package io.stentor.fanout.shard;

import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Both ends of a stream in memory, with a reader that can stop and a wire that can be cut. */
final class MemoryStream implements FragmentLink, FragmentSource {

    private static final int FRAGMENT_LENGTH_MAX = 256 * 1024;
    private static final int FRAGMENT_LENGTH_PREFERRED = 8 * 1024;

    private final ArrayDeque<byte[]> fragments = new ArrayDeque<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    long sourceId = 1;
    boolean connected = true;
    boolean backPressured;

    @Override
    public long offer(final DirectBuffer buffer, final int offset, final int length) {
        if (!connected) {
            return NOT_CONNECTED;
        }
        if (backPressured) {
            return BACK_PRESSURED;
        }
        final byte[] fragment = new byte[length];
        buffer.getBytes(offset, fragment);
        fragments.add(fragment);
        return 1;
    }

    @Override
    public int poll(final FragmentHandler handler, final int fragmentLimit) {
        int count = 0;
        while (count < fragmentLimit && !fragments.isEmpty()) {
            final byte[] fragment = fragments.peek();
            view.wrap(fragment);
            if (!handler.onFragment(sourceId, view, 0, fragment.length)) {
                break;
            }
            fragments.remove();
            count++;
        }
        return count;
    }

    /** Loses what is under way. */
    void lose() {
        fragments.clear();
    }

    /** Repeats the last fragment. */
    void duplicateLast() {
        if (!fragments.isEmpty()) {
            fragments.add(fragments.peekLast());
        }
    }

    /** Loses the newest fragment under way. */
    void loseNewest() {
        fragments.pollLast();
    }

    /** Loses the oldest fragment under way. */
    void loseOldest() {
        fragments.poll();
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
    public String originOf(final long source) {
        return "memory";
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public void close() {
        connected = false;
    }
}
