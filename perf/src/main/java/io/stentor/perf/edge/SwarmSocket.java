package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/**
 * One client of the swarm: it shakes hands, says its commands, answers pings, and tells the swarm what comes. It knows only
 * as much of the protocol as that takes, so that it costs little. Event loop only.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that fails the run.
final class SwarmSocket extends ChannelInboundHandlerAdapter implements FrameStream.Taker {

    /** What the swarm learns. */
    interface Listener {

        /** Every command has been answered. */
        void onOpen(SwarmSocket socket);

        /** A frame with publications has come. */
        void onFrame();

        /** A publication has come. */
        void onPublication(SwarmSocket socket, long offset);

        /** What a publication holds, as JSON; called before {@link #onPublication}, the buffer is valid during the call. */
        default void onPublicationText(final SwarmSocket socket, final ByteBuf in, final int index, final int length) {}

        /** An answer to a command after the first ones has come. */
        void onAnswer();

        /** What an answer says; called before what follows from it. */
        default void onAnswerText(final String answer) {}

        /** The connection ended or was refused something. */
        void onFailure(String reason);
    }

    private static final ByteBuf REQUEST = ascii(String.join(
            "\r\n",
            "GET /connection/websocket HTTP/1.1",
            "Host: rig",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
            "",
            ""));
    private static final ByteBuf PONG =
            Unpooled.unreleasableBuffer(Frames.masked("{}").asReadOnly());
    private static final String ACCEPTED = "HTTP/1.1 101 ";
    private static final byte[] OFFSET = ",\"offset\":".getBytes(StandardCharsets.US_ASCII);
    private static final String ANSWER = "{\"id\":";
    private static final String PUBLICATION = "{\"push\":{\"channel\":";
    private static final int LINE_SHOWN_MAX = 200;

    /** The offset of the last publication; 0 before the first. */
    long offset;

    private final Listener listener;
    private final FrameStream stream = new FrameStream(this);
    private String commands;
    private int unanswered;
    private ChannelHandlerContext ctx;

    /**
     * A client.
     *
     * @param commands what it says first, a command a line.
     */
    SwarmSocket(final Listener listener, final String commands) {
        this.listener = listener;
        this.commands = commands;
        this.unanswered = (int) commands.lines().count();
    }

    /** Sends commands, a line each. */
    void send(final String lines) {
        ctx.writeAndFlush(Frames.masked(lines));
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
        ctx.writeAndFlush(REQUEST.duplicate());
    }

    @Override
    public void channelRead(final ChannelHandlerContext context, final Object message) {
        try {
            stream.take((ByteBuf) message);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext context) {
        listener.onFailure("the server closed a connection");
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        listener.onFailure(cause.toString());
    }

    @Override
    public void onHead(final ByteBuf in, final int index, final int length) {
        final String head = in.toString(index, length, StandardCharsets.US_ASCII);
        if (!head.startsWith(ACCEPTED)) {
            listener.onFailure("no WebSocket: " + head.lines().findFirst().orElse(""));
            return;
        }
        send(commands);
        commands = null;
    }

    @Override
    public void onFrame(final int opcode, final ByteBuf in, final int index, final int length) {
        if (opcode == FrameStream.CLOSE) {
            listener.onFailure("closed by the server: " + shown(in, index, length));
            return;
        }
        final int end = index + length;
        boolean counted = false;
        int start = index;
        while (start < end) {
            final int newline = in.indexOf(start, end, (byte) '\n');
            final int lineEnd = newline < 0 ? end : newline;
            counted |= line(in, start, lineEnd - start);
            start = lineEnd + 1;
        }
        if (counted) {
            listener.onFrame();
        }
    }

    /** Takes a line; true when it is a publication. */
    private boolean line(final ByteBuf in, final int start, final int length) {
        if (length == 2) {
            ctx.writeAndFlush(PONG.duplicate());
        } else if (startsWith(in, start, length, PUBLICATION)) {
            final long next = offset(in, start, length);
            if (next > 0) {
                listener.onPublicationText(this, in, start, length);
                listener.onPublication(this, next);
                return true;
            }
            listener.onFailure(shown(in, start, length));
        } else if (startsWith(in, start, length, ANSWER)) {
            answer(in, start, length);
        } else {
            listener.onFailure(shown(in, start, length));
        }
        return false;
    }

    private void answer(final ByteBuf in, final int start, final int length) {
        final String text = in.toString(start, length, StandardCharsets.UTF_8);
        if (text.contains("\"error\"")) {
            listener.onFailure(shown(in, start, length));
            return;
        }
        listener.onAnswerText(text);
        if (unanswered == 0) {
            listener.onAnswer();
        } else if (--unanswered == 0) {
            listener.onOpen(this);
        }
    }

    /** The number behind the last name "offset", which follows the payload; 0 for none. */
    private static long offset(final ByteBuf in, final int start, final int length) {
        for (int i = start + length - OFFSET.length - 1; i >= start; i--) {
            if (in.getByte(i) == OFFSET[0] && matches(in, i)) {
                long value = 0;
                int at = i + OFFSET.length;
                byte digit = in.getByte(at);
                while (digit >= '0' && digit <= '9') {
                    value = value * 10 + digit - '0';
                    digit = in.getByte(++at);
                }
                return value;
            }
        }
        return 0;
    }

    private static boolean matches(final ByteBuf in, final int index) {
        for (int i = 1; i < OFFSET.length; i++) {
            if (in.getByte(index + i) != OFFSET[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean startsWith(final ByteBuf in, final int start, final int length, final String prefix) {
        if (length < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (in.getByte(start + i) != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String shown(final ByteBuf in, final int start, final int length) {
        return in.toString(start, Math.min(length, LINE_SHOWN_MAX), StandardCharsets.UTF_8);
    }

    private static ByteBuf ascii(final String text) {
        return Unpooled.unreleasableBuffer(Unpooled.directBuffer(text.length())
                .writeBytes(text.getBytes(StandardCharsets.US_ASCII))
                .asReadOnly());
    }
}
