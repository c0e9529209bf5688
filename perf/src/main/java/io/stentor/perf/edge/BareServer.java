package io.stentor.perf.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The floor of a fan-out: a Netty loop that does nothing for a publish but write a frame, encoded before, to every socket. It
 * keeps nothing, checks nothing and speaks only as much of the protocol as the rig's clients need.
 *
 * <p>Arguments: the topic, the payload, and how many messages at most share a frame, that is a write and a flush.
 */
public final class BareServer {

    private static final int BACKLOG = 4096;

    private BareServer() {}

    /**
     * Serves until the process is ended.
     *
     * @param args topic, payload, messages a frame.
     */
    public static void main(final String[] args) {
        final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                1, Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        final BareFanout fanout = new BareFanout(args[0], args[1], Integer.parseInt(args[2]));
        final Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(final Channel channel) {
                        channel.pipeline().addLast(new BareSocket(fanout));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        System.out.println("ready http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
        listener.closeFuture().awaitUninterruptibly();
    }
}
