package io.stentor.perf.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Many clients on one event loop. {@link #grow} and {@link #check} belong to the thread that measures; everything of the
 * clients to the event loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connect that fails is told by its listener; the rest is waited for.
final class Swarm implements AutoCloseable {

    /** Connections of one source address: Linux gives it 28,232 ports by default. */
    static final int ADDRESS_CONNECTIONS = 10_000;

    /** Connections that are being opened at once. */
    private static final int OPENING_MAX = 256;

    private static final long OPEN_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(200);

    /** What becomes of the publications. */
    interface Deliveries {

        /** Nobody looks at them. */
        Deliveries NONE = new Deliveries() {
            @Override
            public void onFrame() {}

            @Override
            public void onPublication(final SwarmSocket socket, final long offset) {}
        };

        /** A frame with publications has come. */
        void onFrame();

        /** A publication has come. */
        void onPublication(SwarmSocket socket, long offset);
    }

    private final NanoClock clock = SystemNanoClock.INSTANCE;
    private final EventLoopGroup loops;
    private final InetSocketAddress server;
    private final AtomicReference<String> failure = new AtomicReference<>();
    private final IntFunction<String> commands;
    private final int firstNumber;
    private volatile Deliveries deliveries = Deliveries.NONE;

    /** Written by the event loop, read by the thread that measures. */
    private volatile int open;

    private int started;
    private volatile boolean closing;

    /**
     * No client yet.
     *
     * @param port of the server, on loopback.
     * @param commands what the client of that number, from 0, says first, a command a line.
     */
    Swarm(final int port, final IntFunction<String> commands) {
        this(port, 0, commands);
    }

    /**
     * No client yet.
     *
     * @param port of the server, on loopback.
     * @param firstNumber of the clients that {@link #grow} opens; swarms whose numbers are {@link #ADDRESS_CONNECTIONS}
     *     apart share no address.
     * @param commands what the client of that number says first, a command a line.
     */
    Swarm(final int port, final int firstNumber, final IntFunction<String> commands) {
        this.firstNumber = firstNumber;
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.commands = commands;
        this.loops = new MultiThreadIoEventLoopGroup(
                1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    void deliveries(final Deliveries taker) {
        this.deliveries = taker;
    }

    EventLoop loop() {
        return loops.next();
    }

    /** How many clients are open. */
    int size() {
        return open;
    }

    /**
     * Opens clients until there are so many and each has got its answers.
     *
     * @throws IOException when one fails, or nothing moves for too long.
     */
    void grow(final int count) throws IOException {
        long movedNs = clock.nanoTime();
        int seen = open;
        while (open < count) {
            check();
            while (started < count && started - open < OPENING_MAX) {
                start(firstNumber + started, listener);
                started++;
            }
            if (open != seen) {
                seen = open;
                movedNs = clock.nanoTime();
            } else if (clock.nanoTime() - movedNs > OPEN_TIMEOUT_NS) {
                throw new IOException("only " + seen + " of " + count + " connections opened");
            }
            LockSupport.parkNanos(PARK_NS);
        }
        check();
    }

    /** Opens one more client, whose answers are another's business. */
    void start(final int number, final SwarmSocket.Listener client) {
        final String source = "127.0.0." + (2 + number / ADDRESS_CONNECTIONS);
        final ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, UnpooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new SwarmSocket(client, commands.apply(number)))
                .connect(server, new InetSocketAddress(source, 0));
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                client.onFailure(
                        "connecting from " + source + ": " + done.cause().getMessage());
            }
        });
    }

    /**
     * Makes sure that nothing has gone wrong.
     *
     * @throws IOException saying what did.
     */
    void check() throws IOException {
        final String reason = failure.get();
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    void fail(final String reason) {
        if (!closing) {
            failure.compareAndSet(null, reason);
        }
    }

    @Override
    public void close() {
        closing = true;
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final SwarmSocket.Listener listener = new SwarmSocket.Listener() {
        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // The event loop is its only writer.
        public void onOpen(final SwarmSocket socket) {
            open++;
        }

        @Override
        public void onFrame() {
            deliveries.onFrame();
        }

        @Override
        public void onPublication(final SwarmSocket socket, final long offset) {
            deliveries.onPublication(socket, offset);
        }

        @Override
        public void onAnswer() {
            fail("an answer that nobody asked for");
        }

        @Override
        public void onFailure(final String reason) {
            fail(reason);
        }
    };
}
