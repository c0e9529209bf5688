package io.stentor.perf.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;

/** One socket of the bare server. Event loop only. */
@SuppressWarnings("FutureReturnValueIgnored") // A write that fails closes the channel, and that fails the run.
final class BareSocket extends ChannelInboundHandlerAdapter implements FrameStream.Taker {

    private static final String ACCEPT = String.join(
            "\r\n",
            "HTTP/1.1 101 Switching Protocols",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            "",
            "");

    private final BareFanout fanout;
    private final FrameStream stream = new FrameStream(this);
    private ChannelHandlerContext ctx;

    BareSocket(final BareFanout fanout) {
        this.fanout = fanout;
    }

    @Override
    public void channelActive(final ChannelHandlerContext context) {
        ctx = context;
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
    public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
        context.close();
    }

    @Override
    public void onHead(final ByteBuf in, final int index, final int length) {
        send(ACCEPT.getBytes(StandardCharsets.US_ASCII), false);
    }

    @Override
    public void onFrame(final int opcode, final ByteBuf in, final int index, final int length) {
        // The rig's clients mask with zero, so there is nothing to unmask.
        final StringBuilder answers = new StringBuilder();
        int publishes = 0;
        int id = 0;
        for (final String line :
                in.toString(index, length, StandardCharsets.UTF_8).split("\n", -1)) {
            publishes += line.contains(",\"publish\":") ? 1 : 0;
            if (line.contains(",\"subscribe\":")) {
                fanout.subscribe(ctx.channel());
            }
            answers.append(id++ == 0 ? "" : "\n")
                    .append(line, 0, line.indexOf(','))
                    .append(",\"ok\":{}}");
        }
        send(answers.toString().getBytes(StandardCharsets.UTF_8), true);
        fanout.publish(publishes);
    }

    private void send(final byte[] content, final boolean framed) {
        final ByteBuf out = ctx.alloc().directBuffer(content.length + 10);
        if (framed) {
            Frames.header(out, content.length);
        }
        ctx.writeAndFlush(out.writeBytes(content));
    }
}
