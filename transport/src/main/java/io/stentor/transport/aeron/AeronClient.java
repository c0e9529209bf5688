package io.stentor.transport.aeron;

import io.aeron.Aeron;
import io.aeron.ChannelUri;
import io.aeron.ChannelUriStringBuilder;
import io.aeron.CommonContext;
import io.aeron.exceptions.RegistrationException;
import io.aeron.logbuffer.LogBufferDescriptor;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** One Aeron client: opens streams. One thread, which also invokes it; the streams may go to other threads. */
public final class AeronClient implements AutoCloseable {

    private static final Pattern UDP_CHANNEL = Pattern.compile("aeron:udp\\?endpoint=([^|?=,]+:\\d{1,5})");

    private final Aeron aeron;
    private final EmbeddedDriver driver;
    private final AtomicBoolean closed = new AtomicBoolean();

    AeronClient(final Aeron aeron, final EmbeddedDriver driver) {
        this.aeron = aeron;
        this.driver = driver;
    }

    /** The address of a stream between threads and processes of this machine with terms of that length in bytes. */
    public static String ipcChannel(final int termLength) {
        return new ChannelUriStringBuilder().media("ipc").termLength(termLength).build();
    }

    /** The address of streams to a reader on a network, in the form in which it is handed to others. */
    public static String udpChannel(final String endpoint) {
        return "aeron:udp?endpoint=" + endpoint;
    }

    /** HOST:PORT of an address as {@link #udpChannel} makes them; null for any other text. */
    public static String endpointOf(final String channel) {
        final Matcher matcher = UDP_CHANNEL.matcher(channel);
        return matcher.matches() ? matcher.group(1) : null;
    }

    /** Shared memory that a stream with terms of that length takes, in bytes: three terms, and a page that describes them. */
    public static long streamLength(final int termLength) {
        return LogBufferDescriptor.computeLogLength(termLength, LogBufferDescriptor.PAGE_MIN_SIZE);
    }

    /**
     * Opens the sending end of a stream with one writer on this machine's memory.
     *
     * @param termLength length of its terms, in bytes.
     * @param streamId the stream.
     * @param fragmentLengthMax the longest fragment that will be offered, in bytes.
     * @throws IllegalStateException when there is no room for it.
     */
    public FragmentLink openIpcLink(final int termLength, final int streamId, final int fragmentLengthMax) {
        return openLink(ipcChannel(termLength), termLength, streamId, fragmentLengthMax);
    }

    /**
     * Opens the sending end of a stream to a reader on a network.
     *
     * @param endpoint HOST:PORT on which it listens.
     * @param mtuLength the longest datagram, in bytes.
     * @param termLength length of its terms, in bytes.
     * @param streamId the stream.
     * @param fragmentLengthMax the longest fragment that will be offered, in bytes.
     * @throws IllegalArgumentException when the endpoint is no address.
     * @throws IllegalStateException when there is no room for it.
     */
    public FragmentLink openUdpLink(
            final String endpoint,
            final int mtuLength,
            final int termLength,
            final int streamId,
            final int fragmentLengthMax) {
        final String channel = new ChannelUriStringBuilder()
                .media("udp")
                .endpoint(endpoint)
                .termLength(termLength)
                .mtu(mtuLength)
                .build();
        return openLink(channel, termLength, streamId, fragmentLengthMax);
    }

    /** Opens the receiving end of a stream on this machine's memory. */
    public FragmentSource openIpcSource(final int streamId) {
        return openSource(CommonContext.IPC_CHANNEL, streamId);
    }

    /**
     * Opens the receiving ends of streams on a network, which share one port.
     *
     * @param endpoint HOST:PORT on which to listen; port 0 lets the system choose.
     * @param settings how they travel.
     * @param streamIds the streams.
     * @return a source for each stream, in their order.
     * @throws IllegalStateException when it cannot be listened on, naming it and why.
     */
    public List<FragmentSource> openUdpSources(
            final String endpoint, final UdpSettings settings, final int... streamIds) {
        final ChannelUriStringBuilder channel = new ChannelUriStringBuilder()
                .media("udp")
                .endpoint(endpoint)
                .receiverWindowLength(settings.windowLength())
                .socketRcvbufLength(settings.windowLength())
                // The tag says that they are one socket, also where the system chooses the port.
                .tags(Long.toString(aeron.nextCorrelationId()));
        try {
            return IntStream.of(streamIds)
                    .mapToObj(streamId -> openSource(channel.build(), streamId))
                    .toList();
        } catch (final RegistrationException ex) {
            throw new IllegalStateException("cannot listen on " + endpoint + " for shards: " + ex.getMessage(), ex);
        }
    }

    /**
     * HOST:PORT on which a source of {@link #openUdpSources} listens, with the port that the system has chosen.
     *
     * @return null while it is not known: let the driver work, and ask again.
     */
    public static String endpointOf(final FragmentSource source) {
        final String channel = ((AeronSource) source).resolvedChannel();
        return channel == null ? null : ChannelUri.parse(channel).get(CommonContext.ENDPOINT_PARAM_NAME);
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

    private FragmentLink openLink(
            final String channel, final int termLength, final int streamId, final int fragmentLengthMax) {
        driver.requireRoom(streamLength(termLength));
        try {
            return new AeronLink(aeron.addExclusivePublication(channel, streamId), fragmentLengthMax);
        } catch (final RegistrationException ex) {
            throw new IllegalArgumentException("cannot open a stream to " + channel + ": " + ex.getMessage(), ex);
        }
    }

    private FragmentSource openSource(final String channel, final int streamId) {
        final AeronSource source = new AeronSource();
        return source.of(aeron.addSubscription(channel, streamId, source::onAvailable, source::onUnavailable));
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            aeron.close();
        }
    }
}
