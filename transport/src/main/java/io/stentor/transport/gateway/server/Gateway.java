package io.stentor.transport.gateway.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.api.ApiServer;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** The edge: a server of WebSocket clients, the HTTP API and health checks on one port. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
public final class Gateway implements AutoCloseable {

    /**
     * Sockets that an event loop serves before it turns to deliveries: a storm of handshakes, of some 100 us each, must not keep
     * those waiting that are connected.
     */
    private static final int EVENTS_MAX = 16;

    /** How many connections may wait to be accepted: a storm of reconnects comes all at once. */
    private static final int BACKLOG = 4096;

    /** Bytes read at once: what a client says at a time is far shorter, and more is read in several goes. */
    private static final int READ_LENGTH = 4096;

    /** How many clients are told to leave per millisecond: 4,000 a second come back within the default rate of a shard. */
    private static final int LEAVING_PER_MS = 4;

    private final GatewayContext context;
    private final Health health;
    private final EventLoopGroup loops;
    private final Map<EventLoop, Deliveries> deliveries = new HashMap<>();
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private Channel listener;
    private int port;
    private boolean closed;

    private Gateway(final GatewayContext context) {
        this.context = context;
        this.health = new Health(context);
        final DefaultThreadFactory threads = new DefaultThreadFactory("stentor-gateway", true);
        this.loops = new MultiThreadIoEventLoopGroup(
                context.eventLoopThreads(),
                threads,
                Epoll.isAvailable()
                        ? EpollIoHandler.newFactory(EVENTS_MAX, DefaultSelectStrategyFactory.INSTANCE)
                        : NioIoHandler.newFactory());
        final PassRequests requests = new PassRequests();
        for (final EventExecutor loop : loops) {
            deliveries.put(
                    (EventLoop) loop, new Deliveries((EventLoop) loop, context.deliveryRingCapacity(), requests));
        }
    }

    /**
     * Starts listening.
     *
     * @param context the settings; it serves one launch.
     * @return the running gateway.
     * @throws IllegalArgumentException when a setting is wrong, naming it.
     * @throws IllegalStateException when the address cannot be listened on, naming it and why.
     */
    public static Gateway launch(final GatewayContext context) {
        final Gateway gateway = new Gateway(context.conclude());
        gateway.listen();
        return gateway;
    }

    /** The port that is listened on: the one asked for, or the one given for 0. */
    public int port() {
        return port;
    }

    /** How many sockets are open, of every kind. */
    public int connections() {
        return connections.size();
    }

    /** How many connections were turned away, by reason. */
    public ConnectionCounters counters() {
        return context.counters();
    }

    /**
     * Stops accepting, tells every client to reconnect elsewhere (3001), answers the requests that have come, and waits
     * for the sockets to close, no longer than {@link GatewayContext#closeTimeoutMs}. Each client is told at a moment of its
     * own, so that not all of them knock on the other shards at once. Idempotent.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        health.drain();
        if (context.sessionPort() != null) {
            context.sessionPort().drain();
        }
        if (listener != null) {
            listener.close().awaitUninterruptibly();
            final int leavingMs = leavingMs(connections.size(), context.closeTimeoutMs());
            connections.forEach(channel -> channel.eventLoop()
                    .schedule(
                            () -> finish(channel),
                            ThreadLocalRandom.current().nextInt(leavingMs + 1),
                            TimeUnit.MILLISECONDS));
            connections.newCloseFuture().awaitUninterruptibly(context.closeTimeoutMs());
            connections.close().awaitUninterruptibly(context.closeTimeoutMs());
        }
        loops.shutdownGracefully(0, Math.max(1, context.closeTimeoutMs()), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly();
        // The event loops have ended, so this thread is the rings' consumer now; what is left are counts to release.
        deliveries.values().forEach(Deliveries::drain);
    }

    /** Over how long clients are told to leave, milliseconds: half of the time is left for them to do so. */
    static int leavingMs(final int connections, final int closeTimeoutMs) {
        return Math.min(connections / LEAVING_PER_MS, closeTimeoutMs / 2);
    }

    private static void finish(final Channel channel) {
        final ClientChannel client = channel.pipeline().get(ClientChannel.class);
        final EdgeRouter router = channel.pipeline().get(EdgeRouter.class);
        if (client != null) {
            client.disconnect(Disconnect.SHUTDOWN);
        }
        if (router != null) {
            router.finish();
        }
    }

    private void listen() {
        final ApiServer api = context.apiPort() == null
                ? null
                : new ApiServer(
                        context.apiPort(), context.apiKeys(), context.payloadLengthMax(), context.errorHandler());
        final Admission admission = new Admission(context, connections::size);
        final EdgeRouter.Services services = new EdgeRouter.Services(
                context,
                health,
                new Origins(context.allowedOrigins(), context.dev()),
                api,
                admission,
                EdgeRouter.webSocketConfig(context));
        final ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(GatewayContext.SOCKET_BYTES_MAX / 2, GatewayContext.SOCKET_BYTES_MAX))
                // One for all: an adaptive one remembers each connection's past, and costs it 100 bytes.
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_LENGTH))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        connections.add(channel);
                        if (!admission.mayStay()) {
                            channel.close();
                            return;
                        }
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new BodyCollector(context.bodyLengthMax()),
                                        new RequestDeadline(context.connectTimeoutMs(), context.idleTimeoutMs()),
                                        new EdgeRouter(services, deliveries.get(channel.eventLoop())));
                    }
                })
                .bind(new InetSocketAddress(context.host(), context.port()))
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            close();
            throw new IllegalStateException(
                    "cannot listen on " + context.host() + ":" + context.port() + ": " + reason(bound.cause()));
        }
        listener = bound.channel();
        port = ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private static String reason(final Throwable cause) {
        if (cause instanceof java.nio.channels.UnresolvedAddressException) {
            return "unknown host";
        }
        // The native transport puts the call before the reason: "bind(..) failed: Address already in use".
        final String message = String.valueOf(cause.getMessage());
        final String words = message.substring(message.lastIndexOf(": ") < 0 ? 0 : message.lastIndexOf(": ") + 2);
        return words.toLowerCase(Locale.ROOT);
    }
}
