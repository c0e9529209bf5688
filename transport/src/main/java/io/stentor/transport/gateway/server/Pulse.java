package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.Disconnect;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When a connection has to do something by itself: ping its client and miss the answer, or end what its token no longer
 * allows. One timer for all. Event loop only.
 *
 * <pre>
 *   OPENING -> closed (3502)  when no session is open after connectTimeoutMs
 *   OPENING -> QUIET          when the session opens
 *   QUIET   -> PINGED         when the interval is over
 *   PINGED  -> QUIET          when the client was heard within pongTimeoutMs
 *   PINGED  -> closed (3012)  when not
 * </pre>
 */
final class Pulse extends TimerWheel.Timer {

    /** Whose heart it is. */
    interface Owner {

        /** The client is to be pinged. */
        void ping();

        /** Some right may have ended; {@link #expireAfter} says when to look again. */
        void expire();

        /** The client is gone, or never came. */
        void disconnect(Disconnect disconnect);
    }

    private enum State {
        OPENING,
        QUIET,
        PINGED
    }

    private static final long NEVER = Long.MAX_VALUE;

    private final TimerWheel wheel;
    private final GatewayContext context;
    private final Owner owner;
    private State state = State.OPENING;
    private boolean heard;
    private boolean stopped;

    /** When the pulse goes on, on the wheel's clock. */
    private long beatMs;

    /** When a right ends, on the wheel's clock. */
    private long expiryMs = NEVER;

    Pulse(final TimerWheel wheel, final GatewayContext context, final Owner owner) {
        this.wheel = wheel;
        this.context = context;
        this.owner = owner;
    }

    /** The socket is open. */
    void start() {
        after(context.connectTimeoutMs());
    }

    /** The session is open. The first ping comes at a random moment, so that a storm of reconnects does not beat as one. */
    void connected() {
        state = State.QUIET;
        after(ThreadLocalRandom.current().nextInt(context.pingIntervalMs()) + 1);
    }

    /** The client said something. */
    void heard() {
        heard = true;
    }

    /** A right ends after so many milliseconds. */
    void expireAfter(final long delayMs) {
        expiryMs = wheel.nowMs() + Math.max(1, delayMs);
        arm();
    }

    /** No right ends. */
    void neverExpire() {
        expiryMs = NEVER;
    }

    /** The socket has gone. */
    void stop() {
        stopped = true;
        wheel.disarm(this);
    }

    @Override
    void onTimer() {
        final long nowMs = wheel.nowMs();
        if (expiryMs <= nowMs) {
            expiryMs = NEVER;
            owner.expire();
        }
        if (!stopped && beatMs <= nowMs) {
            beat();
        }
        arm();
    }

    private void beat() {
        if (state == State.OPENING) {
            owner.disconnect(Disconnect.STALE);
        } else if (state == State.QUIET) {
            state = State.PINGED;
            heard = false;
            after(context.pongTimeoutMs());
            owner.ping();
        } else if (heard) {
            state = State.QUIET;
            after(context.pingIntervalMs() - context.pongTimeoutMs());
        } else {
            owner.disconnect(Disconnect.NO_PONG);
        }
    }

    private void after(final long delayMs) {
        beatMs = wheel.nowMs() + delayMs;
        arm();
    }

    private void arm() {
        if (!stopped) {
            wheel.arm(this, Math.min(beatMs, expiryMs) - wheel.nowMs());
        }
    }
}
