package io.stentor.transport.gateway.server;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.timeout.IdleStateEvent;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.api.ApiServer;
import io.stentor.transport.gateway.api.HttpAnswer;
import java.util.List;

/** Decides by its path what a request is for. One per connection until that becomes a WebSocket. */
@SuppressWarnings("FutureReturnValueIgnored") // Netty closes a channel whose write fails: that event is what counts.
final class EdgeRouter extends SimpleChannelInboundHandler<FullHttpRequest> {

    /** Where clients connect. */
    static final String WEBSOCKET_PATH = "/connection/websocket";

    /** What all connections share. */
    record Services(
            GatewayContext context,
            Health health,
            Origins origins,
            ApiServer api,
            Admission admission,
            WebSocketServerProtocolConfig webSocketConfig) {}

    private final Services services;
    private final Deliveries deliveries;
    private AnswerQueue answers;
    private boolean asked;
    private boolean counted;

    EdgeRouter(final Services services, final Deliveries deliveries) {
        this.services = services;
        this.deliveries = deliveries;
    }

    /** Whether a client asks for Protobuf in the query, as those do that cannot name a subprotocol. */
    static boolean asksForProtobuf(final String uri) {
        final List<String> format = new QueryStringDecoder(uri).parameters().get("format");
        return format != null && format.contains("protobuf");
    }

    /** Event loop: closes the connection when what it asked for has been answered. */
    void finish() {
        if (answers != null) {
            answers.finish();
        }
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        answers = new AnswerQueue(ctx.channel());
    }

    @Override
    protected void channelRead0(final ChannelHandlerContext ctx, final FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            countBadHandshake();
            answers.next(false).answer(HttpAnswer.error(400, ClientError.BAD_REQUEST, "not an HTTP/1.1 request"));
            return;
        }
        asked = true;
        final String path = new QueryStringDecoder(request.uri()).path();
        final boolean websocket = path.equals(WEBSOCKET_PATH);
        if (websocket && isUpgrade(request.headers()) && answers.isEmpty()) {
            final HttpAnswer refusal = refusal(request);
            if (refusal == null) {
                upgrade(ctx, request);
                return;
            }
            answers.next(false).answer(refusal);
            return;
        }
        final AnswerQueue.Turn turn = answers.next(HttpUtil.isKeepAlive(request));
        if (websocket) {
            turn.answer(HttpAnswer.text(426, "this is a WebSocket: connect with an upgrade"));
        } else if (path.startsWith(ApiServer.PATH)) {
            api(ctx, path, request, turn);
        } else if (path.equals("/livez") || path.equals("/readyz")) {
            health(path, request.method(), turn);
        } else {
            turn.answer(HttpAnswer.text(404, "nothing at this path"));
        }
    }

    @Override
    public void userEventTriggered(final ChannelHandlerContext ctx, final Object event) throws Exception {
        if (event == BodyCollector.TOO_LONG) {
            answers.next(false)
                    .inBody()
                    .answer(HttpAnswer.error(
                            413,
                            ClientError.LIMIT_EXCEEDED,
                            "a body has at most " + services.context().bodyLengthMax() + " bytes"));
        } else if (event instanceof IdleStateEvent && answers.isEmpty()) {
            if (!asked) {
                countBadHandshake();
            }
            ctx.close();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext ctx, final Throwable cause) {
        if (cause instanceof RuntimeException && !cause.getClass().getName().startsWith("io.netty.")) {
            services.context().errorHandler().onError(cause);
        }
        ctx.close();
    }

    /** Half a head is told of twice: when its time is over, and as a broken request when the socket is closed for that. */
    private void countBadHandshake() {
        if (!counted) {
            counted = true;
            services.context().counters().onBadHandshake();
        }
    }

    private void api(
            final ChannelHandlerContext ctx,
            final String path,
            final FullHttpRequest request,
            final AnswerQueue.Turn turn) {
        final HttpHeaders headers = request.headers();
        if (services.api() == null) {
            turn.answer(HttpAnswer.error(404, ClientError.NOT_AVAILABLE, "this process serves no API"));
        } else if (!services.origins().allow(headers.get(HttpHeaderNames.ORIGIN))) {
            turn.answer(HttpAnswer.error(403, ClientError.PERMISSION_DENIED, "this origin is not allowed"));
        } else if (!request.method().equals(HttpMethod.POST)) {
            turn.answer(HttpAnswer.error(405, ClientError.BAD_REQUEST, "the API takes POST only"));
        } else {
            services.api()
                    .answer(
                            path,
                            headers.get("X-API-Key"),
                            headers.get(HttpHeaderNames.AUTHORIZATION),
                            ByteBufUtil.getBytes(request.content()),
                            ctx.executor())
                    .thenAccept(turn::answer);
        }
    }

    private void health(final String path, final HttpMethod method, final AnswerQueue.Turn turn) {
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
            turn.answer(HttpAnswer.text(405, "health checks take GET only"));
            return;
        }
        if (method.equals(HttpMethod.HEAD)) {
            turn.withoutBody();
        }
        turn.answer(
                path.equals("/livez")
                        ? services.health().live()
                        : services.health().ready());
    }

    private HttpAnswer refusal(final FullHttpRequest request) {
        if (services.context().sessionPort() == null) {
            return HttpAnswer.text(404, "this process serves no clients");
        }
        if (!services.origins().allow(request.headers().get(HttpHeaderNames.ORIGIN))) {
            return HttpAnswer.text(403, "this origin is not allowed");
        }
        final String reason = services.health().shardReason();
        return reason == null ? services.admission().refusal(request.headers()) : HttpAnswer.text(503, reason);
    }

    /** Adds the handlers, fires the request on, then removes the ones before them. */
    private void upgrade(final ChannelHandlerContext ctx, final FullHttpRequest request) {
        final GatewayContext context = services.context();
        final ChannelPipeline pipeline = ctx.pipeline();
        pipeline.addLast(new WebSocketServerProtocolHandler(services.webSocketConfig()));
        pipeline.addLast(new WebSocketFrameAggregator(context.frameLengthMax()));
        pipeline.addLast(new ClientChannel(context, deliveries));
        pipeline.remove(RequestDeadline.class);
        ctx.fireChannelRead(request.retain());
        pipeline.remove(this);
    }

    /** How WebSockets are opened and read: the same for every connection. */
    static WebSocketServerProtocolConfig webSocketConfig(final GatewayContext context) {
        return WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(WEBSOCKET_PATH)
                .checkStartsWith(true)
                .subprotocols(ClientChannel.SUBPROTOCOLS)
                .handshakeTimeoutMillis(context.connectTimeoutMs())
                // With a close frame of its own choice it fails 12 of the 104 cases of the Autobahn suite.
                .sendCloseFrame(null)
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(context.frameLengthMax())
                        .allowExtensions(false)
                        .withUTF8Validator(true)
                        .build())
                .build();
    }

    private static boolean isUpgrade(final HttpHeaders headers) {
        return headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
    }
}
