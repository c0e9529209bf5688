package io.stentor.transport.gateway.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpUtil;

/** Collects the body of a request. One that is too long is reported to the router, so that its refusal keeps its turn. */
final class BodyCollector extends HttpObjectAggregator {

    /** The event that stands for a request whose body is too long. */
    static final Object TOO_LONG = new Object();

    BodyCollector(final int bodyLengthMax) {
        super(bodyLengthMax);
    }

    @Override
    protected Object newContinueResponse(
            final HttpMessage start, final int maxContentLength, final ChannelPipeline pipeline) {
        final boolean tooLong = HttpUtil.getContentLength(start, -1L) > maxContentLength;
        return tooLong ? null : super.newContinueResponse(start, maxContentLength, pipeline);
    }

    @Override
    protected void handleOversizedMessage(final ChannelHandlerContext ctx, final HttpMessage oversized) {
        ctx.fireUserEventTriggered(TOO_LONG);
    }
}
