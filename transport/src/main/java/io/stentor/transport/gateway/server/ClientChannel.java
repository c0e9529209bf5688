package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.ServerHandshakeStateEvent;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.codec.ClientCodec;

/**
 * One client's WebSocket: frames in, and the events of the socket. What is said over it is the business of
 * {@link ClientConnection}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
final class ClientChannel extends SimpleChannelInboundHandler<WebSocketFrame> {

    /** The subprotocol that chooses Protobuf. */
    static final String PROTOBUF = "centrifuge-protobuf";

    /** The subprotocols that a client may ask for; without one it is JSON. */
    static final String SUBPROTOCOLS = "centrifuge-json," + PROTOBUF;

    private final GatewayContext context;
    private final Deliveries deliveries;
    private ClientConnection connection;

    ClientChannel(final GatewayContext context, final Deliveries deliveries) {
        this.context = context;
        this.deliveries = deliveries;
    }

    /** Event loop: ends a WebSocket with a numbered reason, and cuts the socket of a client that does not answer. */
    static void close(final Channel channel, final int code, final String reason) {
        if (channel.isActive()) {
            channel.writeAndFlush(new CloseWebSocketFrame(code, reason));
            // Netty's own timer only fails the write of the close frame.
            channel.eventLoop()
                    .schedule(() -> channel.close(), GatewayContext.CLOSE_WAIT_MS, GatewayContext.MILLISECONDS);
        }
    }

    /** Event loop: tells the client why it has to go. */
    void disconnect(final Disconnect disconnect) {
        if (connection != null) {
            connection.disconnect(disconnect);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // Netty fires the old event beside the new one, and only the old one on time.
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) throws Exception {
        if (event instanceof HandshakeComplete handshake) {
            final boolean protobuf = PROTOBUF.equals(handshake.selectedSubprotocol())
                    || EdgeRouter.asksForProtobuf(handshake.requestUri());
            connection = new ClientConnection(
                    ctx.channel(), context, deliveries, protobuf ? ClientCodec.PROTOBUF : ClientCodec.JSON);
            connection.opened();
        } else if (event == ServerHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            ctx.close();
        }
        super.userEventTriggered(ctx, event);
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final WebSocketFrame frame) {
        if (connection == null) {
            return;
        }
        final boolean text = frame instanceof TextWebSocketFrame;
        if (text || frame instanceof BinaryWebSocketFrame) {
            connection.received(text, ByteBufUtil.getBytes(frame.content()));
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext ctx) {
        if (connection != null) {
            connection.flush();
        }
        ctx.fireChannelReadComplete();
    }

    /** A client that does not read is not read from either: its commands wait in its own socket, not in our memory. */
    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext ctx) {
        final boolean writable = ctx.channel().isWritable();
        ctx.channel().config().setAutoRead(writable);
        if (writable && connection != null) {
            connection.flush();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext ctx) {
        if (connection != null) {
            connection.closed();
        }
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (cause instanceof TooLongFrameException) {
            // Netty closes by itself when a single frame is too long; this is a message of many fragments.
            final int code = WebSocketCloseStatus.MESSAGE_TOO_BIG.code();
            context.counters().onEnded(code);
            close(ctx.channel(), code, "message too big");
        } else if (cause instanceof CorruptedWebSocketFrameException broken) {
            // Netty has said so and closes.
            context.counters().onEnded(broken.closeStatus().code());
        } else if (cause instanceof RuntimeException
                && !(cause instanceof WebSocketHandshakeException)
                && !cause.getClass().getName().startsWith("io.netty.")) {
            context.errorHandler().onError(cause);
            disconnect(Disconnect.INTERNAL_ERROR);
        } else {
            // A socket that broke is an everyday event and says nothing about us.
            ctx.close();
        }
    }
}
