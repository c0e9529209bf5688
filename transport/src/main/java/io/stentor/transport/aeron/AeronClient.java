package io.stentor.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.concurrent.atomic.AtomicBoolean;

/** One Aeron client: opens streams. One thread, which also invokes it; the streams may go to other threads. */
public final class AeronClient implements AutoCloseable {

    private final Aeron aeron;
    private final AtomicBoolean closed = new AtomicBoolean();

    AeronClient(final Aeron aeron) {
        this.aeron = aeron;
    }

    /** The address of a stream between threads and processes of this machine with terms of that length in bytes. */
    public static String ipcChannel(final int termLength) {
        return new ChannelUriStringBuilder().media("ipc").termLength(termLength).build();
    }

    /**
     * Opens the sending end of a stream with one writer.
     *
     * @param channel Aeron's address.
     * @param streamId the stream.
     * @param fragmentLengthMax the longest fragment that will be offered, in bytes.
     */
    public FragmentLink openLink(final String channel, final int streamId, final int fragmentLengthMax) {
        return new AeronLink(aeron.addExclusivePublication(channel, streamId), fragmentLengthMax);
    }

    /** Opens the receiving end of a stream. */
    public FragmentSource openSource(final String channel, final int streamId) {
        return new AeronSource(aeron.addSubscription(channel, streamId));
    }

    /** Lets the client do its housekeeping. */
    public int invoke() {
        return closed.get() ? 0 : aeron.conductorAgentInvoker().invoke();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            aeron.close();
        }
    }
}
