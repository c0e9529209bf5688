package io.stentor.engine;

import io.stentor.fanout.route.RouterContext;
import io.stentor.fanout.shard.Shard;
import io.stentor.fanout.shard.ShardContext;
import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.aeron.EmbeddedDriver;
import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.RefusalCode;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.CloseHelper;

/**
 * A connection shard in a process of its own: it hears an engine over UDP and holds sessions, for a gateway. Any thread may
 * call it.
 *
 * <p>It is made first, then {@link #start started} once the gateway listens, since it tells the engine where clients reach it.
 * An engine that is not there, or goes away, it waits for; its sessions stay.
 */
public final class ShardServer implements AutoCloseable {

    /** Streams of a shard: two to the engine, two from it, of which the engine maps the memory too on its own machine. */
    private static final int STREAMS = 4;

    /** How long the system may take to say which port it has chosen. */
    private static final long PORT_DEADLINE_NS = TimeUnit.SECONDS.toNanos(5);

    private final ShardServerContext context;
    private final TransientDirectory directory;
    private final EmbeddedDriver driver;
    private final AeronClient client;
    private final Shard shard;
    private final EngineThreads threads;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private volatile String address = "";

    private ShardServer(final ShardServerContext context) {
        this.context = context;
        final Opened opened = new Opened();
        try {
            final UdpSettings udp = context.udp();
            udp.requireSocketBuffers();
            this.directory = opened.add(TransientDirectory.in(AeronDirectories.parent()));
            this.driver = opened.add(new EmbeddedDriver(
                    directory.path(), STREAMS * AeronClient.streamLength(udp.termLength()), context.errorHandler()));
            this.client = opened.add(driver.connect(context.errorHandler()));
            final List<FragmentSource> sources = client.openUdpSources(
                    listenEndpoint(context),
                    udp,
                    AeronShardTransport.LIVE_STREAM_ID,
                    AeronShardTransport.PAGES_STREAM_ID);
            this.shard = new Shard(shardContext(awaitEndpoint(sources.get(0)))
                    .live(sources.get(0))
                    .pages(sources.get(1)));
            this.threads = new EngineThreads(ThreadingMode.SHARED, context.errorHandler(), this::onFailure);
            opened.keep();
        } finally {
            opened.close();
        }
    }

    /**
     * Opens a shard's streams; nothing runs yet.
     *
     * @param context the settings.
     * @throws IllegalArgumentException when a setting makes no sense, naming it.
     * @throws IllegalStateException when this machine has no room for it or cannot listen, saying what and where.
     */
    public static ShardServer open(final ShardServerContext context) {
        JvmFlags.check();
        return new ShardServer(context.conclude());
    }

    /**
     * Begins to attach to the engine.
     *
     * @param clientAddress the URL at which clients reach the gateway's WebSocket; empty for none.
     */
    public void start(final String clientAddress) {
        address = clientAddress;
        threads.startAndKeep(
                new ShardAgent(shard, () -> client.invoke() + driver.invoke(), this::onFailure),
                new LoadIdleStrategy(context.nanoClock()));
    }

    /** Sessions of this shard, for a gateway. */
    public SessionPort sessions() {
        return shard;
    }

    /** Why the shard cannot serve now, in words; null when it can. */
    public String notReadyReason() {
        final Throwable failed = failure.get();
        return failed == null ? shard.notReadyReason() : "the shard has failed: " + failed.getMessage();
    }

    /** Why the engine has refused the shard; null when it has not, or has not answered. */
    public RefusalCode refusal() {
        return shard.refusal();
    }

    /** What has ended the shard; null while it runs. */
    public Throwable failure() {
        return failure.get();
    }

    /** Ends all sessions, takes leave of the engine and closes. Idempotent. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            threads.stopAll();
            CloseHelper.closeAll(context.errorHandler(), client, driver, directory);
        }
    }

    private ShardContext shardContext(final String endpoint) {
        return new ShardContext()
                .shardId(context.id())
                .name(context.name())
                .address(() -> address)
                .incarnation(Math.max(1, context.epochClock().time()))
                .nanoClock(context.nanoClock())
                .epochClock(context.epochClock())
                .channel(AeronClient.udpChannel(endpoint))
                .secret(context.newSecret())
                .liveStreamId(AeronShardTransport.LIVE_STREAM_ID)
                .pagesStreamId(AeronShardTransport.PAGES_STREAM_ID)
                .control(openLink(AeronShardTransport.CONTROL_STREAM_ID))
                .fetch(openLink(AeronShardTransport.FETCH_STREAM_ID))
                .windowBytes(context.windowBytes())
                .sessionsMax(context.sessionsMax())
                .errorHandler(context.errorHandler());
    }

    private FragmentLink openLink(final int streamId) {
        return client.openUdpLink(
                context.engine(),
                context.udp().mtuLength(),
                context.udp().termLength(),
                streamId,
                context.payloadLengthMax() + RouterContext.FRAME_OVERHEAD_MAX);
    }

    private String awaitEndpoint(final FragmentSource source) {
        final long startNs = context.nanoClock().nanoTime();
        String endpoint;
        while ((endpoint = AeronClient.endpointOf(source)) == null) {
            if (context.nanoClock().nanoTime() - startNs > PORT_DEADLINE_NS) {
                throw new IllegalStateException("no port opened on " + context.listen());
            }
            client.invoke();
            driver.invoke();
        }
        return endpoint;
    }

    private void onFailure(final Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            context.failureHandler().onError(cause);
        }
    }

    /** Where to listen: what was asked for, or any port of the address that this machine reaches the engine from. */
    private static String listenEndpoint(final ShardServerContext context) {
        if (context.listen() != null) {
            return context.listen();
        }
        final String engine = context.engine();
        final int colon = engine.lastIndexOf(':');
        try (DatagramSocket probe = new DatagramSocket()) {
            probe.connect(new InetSocketAddress(
                    InetAddress.getByName(engine.substring(0, colon)), Integer.parseInt(engine.substring(colon + 1))));
            final InetAddress local = probe.getLocalAddress();
            return (local instanceof Inet6Address ? '[' + local.getHostAddress() + ']' : local.getHostAddress()) + ":0";
        } catch (final IOException ex) {
            throw new IllegalStateException("the engine's address " + engine + " cannot be reached from here", ex);
        }
    }
}
