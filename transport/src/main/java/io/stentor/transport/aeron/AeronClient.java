package io.stentor.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.logbuffer.LogBufferDescriptor;
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

    /** Shared memory that a stream with terms of that length takes, in bytes: three terms, and a page that describes them. */
    public static long streamLength(final int termLength) {
        return LogBufferDescriptor.computeLogLength(termLength, LogBufferDescriptor.PAGE_MIN_SIZE);
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

    /**
     * Lets the client do its housekeeping.
     *
     * @throws IllegalStateException when the client has ended by itself: its streams are closed for good, and only a new
     *     client helps.
     */
    public int invoke() {
        if (closed.get()) {
            return 0;
        }
        final int work = aeron.conductorAgentInvoker().invoke();
        if (aeron.isClosed() && !closed.get()) {
            throw new IllegalStateException("the transport's client has ended by itself, its streams with it");
        }
        return work;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            aeron.close();
        }
    }
}
