package io.stentor.transport.gateway.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Says that an HTTP connection is idle when no whole request has come in time, whatever else has come: half a request that
 * grows by a byte now and then is none. Stands behind what puts requests together. One per connection; event loop only.
 *
 * <p>The first request has a time of its own. After it one look per time is enough: a connection is idle when nothing was
 * asked between two.
 */
final class RequestDeadline extends ChannelInboundHandlerAdapter {

    private final int firstMs;
    private final int nextMs;
    private boolean asked;
    private Future<?> look;

    /**
     * A deadline.
     *
     * @param firstMs for the first request, in milliseconds.
     * @param nextMs for each later one; it may take up to twice as long.
     */
    RequestDeadline(final int firstMs, final int nextMs) {
        this.firstMs = firstMs;
        this.nextMs = nextMs;
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext ctx) {
        lookAfter(ctx, firstMs);
    }

    @Override
    public void channelRead(final ChannelHandlerContext ctx, final Object request) {
        asked = true;
        ctx.fireChannelRead(request);
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext ctx) {
        look.cancel(false);
    }

    private void look(final ChannelHandlerContext ctx) {
        lookAfter(ctx, nextMs);
        if (!asked) {
            ctx.fireUserEventTriggered(IdleStateEvent.FIRST_ALL_IDLE_STATE_EVENT);
        }
        asked = false;
    }

    private void lookAfter(final ChannelHandlerContext ctx, final int delayMs) {
        look = ctx.executor().schedule(() -> look(ctx), delayMs, TimeUnit.MILLISECONDS);
    }
}
