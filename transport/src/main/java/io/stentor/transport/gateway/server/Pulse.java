package io.stentor.transport.gateway.server;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.stentor.transport.gateway.Disconnect;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Finds out which clients are still there, with one timer per connection. Event loop only.
 *
 * <pre>
 *   CONNECTING -> closed (3502)  when no session is open after connectTimeoutMs
 *   CONNECTING -> QUIET          when the session opens
 *   QUIET      -> PINGED         when the interval is over
 *   PINGED     -> QUIET          when the client was heard within pongTimeoutMs
 *   PINGED     -> closed (3012)  when not
 * </pre>
 */
final class Pulse {

    private final EventLoop loop;
    private final GatewayContext context;
    private final Runnable ping;
    private final Consumer<Disconnect> end;
    private Future<?> timer;
    private boolean heard;

    Pulse(final EventLoop loop, final GatewayContext context, final Runnable ping, final Consumer<Disconnect> end) {
        this.loop = loop;
        this.context = context;
        this.ping = ping;
        this.end = end;
    }

    /** The socket is open. */
    void start() {
        after(context.connectTimeoutMs(), () -> end.accept(Disconnect.STALE));
    }

    /** The session is open. The first ping comes at a random moment, so that a storm of reconnects does not beat as one. */
    void connected() {
        after(ThreadLocalRandom.current().nextInt(context.pingIntervalMs()) + 1, this::beat);
    }

    /** The client said something. */
    void heard() {
        heard = true;
    }

    /** The socket has gone. */
    void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void beat() {
        heard = false;
        ping.run();
        after(context.pongTimeoutMs(), this::listen);
    }

    private void listen() {
        if (heard) {
            after(context.pingIntervalMs() - context.pongTimeoutMs(), this::beat);
        } else {
            end.accept(Disconnect.NO_PONG);
        }
    }

    private void after(final int delayMs, final Runnable task) {
        stop();
        timer = loop.schedule(task, delayMs, GatewayContext.MILLISECONDS);
    }
}
