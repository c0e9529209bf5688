package io.stentor.perf.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The floor of every socket: one connection on loopback whose other end sends back what comes, with one event loop at each end
 * and a window of messages under way, so that reads and flushes are shared as in a busy server.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that ends the measurement.
public final class NettyEcho {

    /** Enough that neither end waits for the other. */
    private static final int WINDOW = 256;

    private static final long DEADLINE_SECONDS = 60;
    private static final double NS_PER_SECOND = 1e9;

    private NettyEcho() {}

    /**
     * Measures it.
     *
     * @param payloadLength of a message in bytes.
     * @param warmup messages before the clock starts.
     * @param messages how many are timed.
     * @return messages a second that went there and back.
     */
    public static double measure(final int payloadLength, final long warmup, final long messages) throws Exception {
        final boolean epoll = Epoll.isAvailable();
        try (EventLoops serving = new EventLoops();
                EventLoops calling = new EventLoops()) {
            final Channel listener = new ServerBootstrap()
                    .group(serving.group)
                    .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(final Channel channel) {
                            channel.pipeline().addLast(new Echo());
                        }
                    })
                    .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .sync()
                    .channel();
            final Caller caller = new Caller(payloadLength, warmup, warmup + messages);
            new Bootstrap()
                    .group(calling.group)
                    .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                    .option(ChannelOption.TCP_NODELAY, true)
                    .handler(caller)
                    .connect(listener.localAddress())
                    .sync();
            final long elapsedNs = caller.elapsedNs.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            return messages * NS_PER_SECOND / elapsedNs;
        }
    }

    /** One event loop. */
    private static final class EventLoops implements AutoCloseable {
        private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

        @Override
        public void close() {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    /** Sends back what comes. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            context.write(message, context.voidPromise());
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            context.flush();
        }
    }

    /** Keeps a window of messages under way. Event loop only. */
    private static final class Caller extends ChannelInboundHandlerAdapter {
        private final CompletableFuture<Long> elapsedNs = new CompletableFuture<>();
        private final int payloadLength;
        private final long timedFrom;
        private final long count;
        private long sent;
        private long bytesBack;
        private long startNs;

        Caller(final int payloadLength, final long timedFrom, final long count) {
            this.payloadLength = payloadLength;
            this.timedFrom = timedFrom;
            this.count = count;
        }

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            send(context, 0);
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            final ByteBuf bytes = (ByteBuf) message;
            bytesBack += bytes.readableBytes();
            bytes.release();
        }

        @Override
        public void channelReadComplete(final ChannelHandlerContext context) {
            final long back = bytesBack / payloadLength;
            if (startNs == 0 && back >= timedFrom) {
                startNs = SystemNanoClock.INSTANCE.nanoTime();
            }
            if (back == count) {
                elapsedNs.complete(SystemNanoClock.INSTANCE.nanoTime() - startNs);
            } else {
                send(context, back);
            }
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            elapsedNs.completeExceptionally(new IllegalStateException("the bare echo's connection has ended"));
        }

        private void send(final ChannelHandlerContext context, final long back) {
            while (sent < count && sent - back < WINDOW) {
                context.write(
                        context.alloc().directBuffer(payloadLength).writeZero(payloadLength), context.voidPromise());
                sent++;
            }
            context.flush();
        }
    }
}
