package io.stentor.engine.tier;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Connections that mean no good, of all kinds in turn, from several addresses and at a steady rate. They are opened by the
 * thread of the test and live on one event loop; counts may be read by any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails ends the connection, and that is counted.
final class Garbage implements AutoCloseable {

    /** What a connection does. */
    enum Kind {
        /** Sends noise with the end of a line in it. */
        NOISE,
        /** Sends half of a handshake, and waits. */
        HALF_HANDSHAKE,
        /** Sends a handshake a byte at a time, so slowly that it takes minutes. */
        SLOW_HANDSHAKE,
        /** Asks for a version of WebSocket that nobody speaks. */
        OTHER_WEBSOCKET,
        /** Shakes hands, and says nothing. */
        SILENT,
        /** Shakes hands, and sends noise where a frame should be. */
        BROKEN_FRAME,
        /** Shakes hands, and sends a text that is not the protocol. */
        NO_PROTOCOL,
        /** Shakes hands, and shows a token that somebody else has signed. */
        FORGED_TOKEN,
        /** Shakes hands, and sends a frame of one byte more than the longest. */
        LONG_FRAME,
        /** Opens a session, and publishes one byte more than a message may have. */
        LARGE_MESSAGE,
        /** Opens a session, subscribes to what is published most, and reads nothing. */
        DEAF
    }

    /** What became of the connections of a kind. */
    private static final class Counts {
        private final AtomicInteger opened = new AtomicInteger();

        /** By the server. */
        private final AtomicInteger ended = new AtomicInteger();

        /** That their message was refused. */
        private final AtomicInteger told = new AtomicInteger();

        private int done() {
            return ended.get() + told.get();
        }

        @Override
        public String toString() {
            return opened + " " + ended + " " + told;
        }
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    /** A message has at most 64 KiB by default, and a frame two of those and 16 KiB. */
    private static final int MESSAGE_MAX = 64 * 1024;

    private static final int FRAME_MAX = 2 * MESSAGE_MAX + 16 * 1024;
    private static final String MESSAGE_TOO_LARGE = "\"code\":4001";
    private static final int NOISE_MAX = 1_000;

    /** Of a handshake, in bytes: within its second line. */
    private static final int HALF_LENGTH = 60;

    private static final int ADDRESSES = 8;
    private static final int SLOW_MS = 500;
    private static final int CONNECT_TIMEOUT_MS = 20_000;

    /** What the kernel keeps for one that does not read: little, so that it is the server that notices. */
    private static final int DEAF_BUFFER_LENGTH = 4 * 1024;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Map<Kind, Counts> counts = new EnumMap<>(Kind.class);
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final List<URI> targets;
    private final SplittableRandom random;
    private final String goodToken;
    private final String forgedToken;
    private final String topic;
    private volatile boolean closing;

    /**
     * None yet.
     *
     * @param targets the WebSockets that they go to in turn.
     * @param keys what the targets believe.
     * @param topic what the deaf ones subscribe to, and what is published to in vain.
     * @param seed of the noise.
     */
    Garbage(final List<URI> targets, final Keys keys, final String topic, final long seed) {
        this.targets = List.copyOf(targets);
        this.topic = topic;
        this.goodToken = keys.token("mallory");
        this.forgedToken =
                Keys.sign(Map.of("sub", "alice", "exp", Keys.FAR_FUTURE_S), "another-secret-of-more-than-32-bytes");
        this.random = new SplittableRandom(seed);
        KINDS.forEach(kind -> counts.put(kind, new Counts()));
    }

    /**
     * Opens connections, of each kind in turn.
     *
     * @param count how many.
     * @param perSecond how many a second.
     */
    void send(final int count, final int perSecond) {
        final long beganNs = System.nanoTime();
        for (int number = 0; number < count; number++) {
            final long dueNs = beganNs + TimeUnit.SECONDS.toNanos(number) / perSecond;
            long waitNs;
            while ((waitNs = dueNs - System.nanoTime()) > 0) {
                LockSupport.parkNanos(waitNs);
            }
            // Kinds and targets have no common divisor with the addresses: each address sends all, to all.
            open(KINDS.get(number % KINDS.size()), targets.get(number / KINDS.size() % targets.size()), number);
        }
    }

    /** Waits until the server has done with all but the deaf ones: ended them, or told them what it had to. */
    void awaitEnds(final int count, final Duration limit) {
        Await.until(() -> "the end of garbage; " + this, limit, () -> count == doneOrDeaf());
    }

    /** How many of a kind were opened. */
    int opened(final Kind kind) {
        return counts.get(kind).opened.get();
    }

    /** Connections that never were one. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    /** Gives up what is still open. */
    @Override
    public void close() {
        closing = true;
        open.close().awaitUninterruptibly();
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    @Override
    public String toString() {
        return "garbage by kind, opened, ended by the server, told why: " + counts + "; " + faults.size()
                + " not connected " + faults.stream().limit(3).toList();
    }

    private int doneOrDeaf() {
        int done = opened(Kind.DEAF) + faults.size();
        for (final Kind kind : KINDS) {
            done += kind == Kind.DEAF ? 0 : counts.get(kind).done();
        }
        return done;
    }

    private void open(final Kind kind, final URI target, final int number) {
        final Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Connection(kind, noise(kind)));
        if (kind == Kind.DEAF) {
            bootstrap.option(ChannelOption.SO_RCVBUF, DEAF_BUFFER_LENGTH);
        }
        bootstrap
                .connect(
                        new InetSocketAddress(target.getHost(), target.getPort()),
                        new InetSocketAddress("127.0.0." + (2 + number % ADDRESSES), 0))
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        faults.add(kind + ": " + done.cause());
                    }
                });
    }

    /** What a connection of that kind sends last. */
    private byte[] noise(final Kind kind) {
        final byte[] noise = new byte[random.nextInt(4, NOISE_MAX)];
        random.nextBytes(noise);
        if (kind == Kind.NOISE) {
            noise[noise.length - 2] = '\r';
            noise[noise.length - 1] = '\n';
        } else if (kind == Kind.BROKEN_FRAME) {
            // A reserved bit that no extension has taken: no frame may begin so (RFC 6455, section 5.2).
            noise[0] |= 0x40;
        }
        return noise;
    }

    /** One of them. Event loop only. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private final Kind kind;
        private final byte[] noise;
        private final StringBuilder heard = new StringBuilder();
        private boolean shaken;
        private boolean done;
        private int sent;

        Connection(final Kind kind, final byte[] noise) {
            this.kind = kind;
            this.noise = noise;
        }

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            open.add(context.channel());
            counts.get(kind).opened.incrementAndGet();
            switch (kind) {
                case NOISE -> write(context, noise);
                case HALF_HANDSHAKE -> write(context, ascii(handshake(13).substring(0, HALF_LENGTH)));
                case SLOW_HANDSHAKE -> drip(context, ascii(handshake(13)));
                case OTHER_WEBSOCKET -> write(context, ascii(handshake(99)));
                default -> write(context, ascii(handshake(13)));
            }
        }

        @Override
        public void channelRead(final ChannelHandlerContext context, final Object message) {
            if (!shaken || kind == Kind.LARGE_MESSAGE) {
                heard.append(((ByteBuf) message).toString(StandardCharsets.ISO_8859_1));
            }
            ReferenceCountUtil.release(message);
            if (!shaken && heard.indexOf("\r\n\r\n") >= 0) {
                shaken = true;
                if (heard.indexOf("HTTP/1.1 101 ") == 0) {
                    offend(context);
                }
            } else if (!done && heard.indexOf(MESSAGE_TOO_LARGE) >= 0) {
                done = true;
                counts.get(kind).told.incrementAndGet();
                context.close();
            }
        }

        @Override
        public void channelInactive(final ChannelHandlerContext context) {
            if (!done && !closing) {
                done = true;
                counts.get(kind).ended.incrementAndGet();
            }
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable fault) {
            // The server has reset it: the end of the channel is what counts.
            context.close();
        }

        private void offend(final ChannelHandlerContext context) {
            switch (kind) {
                case BROKEN_FRAME -> write(context, noise);
                case NO_PROTOCOL -> write(context, frame(ascii("no protocol of ours")));
                case FORGED_TOKEN -> write(context, frame(connect(forgedToken)));
                case LONG_FRAME -> write(context, frame(new byte[FRAME_MAX + 1]));
                case LARGE_MESSAGE -> {
                    write(context, frame(connect(goodToken)));
                    write(
                            context,
                            frame(ascii("{\"id\":2,\"publish\":{\"channel\":\"" + topic + "\",\"data\":\""
                                    + "x".repeat(MESSAGE_MAX - 1) + "\"}}")));
                }
                case DEAF -> {
                    context.channel().config().setAutoRead(false);
                    write(context, frame(connect(goodToken)));
                    write(context, frame(ascii("{\"id\":2,\"subscribe\":{\"channel\":\"" + topic + "\"}}")));
                }
                default -> {
                    // It says nothing more.
                }
            }
        }

        private void drip(final ChannelHandlerContext context, final byte[] handshake) {
            if (sent < handshake.length && context.channel().isActive()) {
                write(context, new byte[] {handshake[sent++]});
                context.executor().schedule(() -> drip(context, handshake), SLOW_MS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void write(final ChannelHandlerContext context, final byte[] bytes) {
        context.writeAndFlush(Unpooled.wrappedBuffer(bytes));
    }

    private static String handshake(final int version) {
        return "GET /connection/websocket HTTP/1.1\r\nHost: tier\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: " + version + "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    }

    private static byte[] connect(final String token) {
        return ascii("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
    }

    private static byte[] frame(final byte[] text) {
        return RawWebSocket.masked(RawWebSocket.FINAL_TEXT, text);
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
