package io.stentor.transport.gateway.server;

import java.util.concurrent.atomic.LongAdder;

/** How many connections were turned away, by reason, since the gateway was launched. Any thread. */
public final class ConnectionCounters {

    private final LongAdder refusedByRate = new LongAdder();
    private final LongAdder refusedByLimit = new LongAdder();
    private final LongAdder badHandshakes = new LongAdder();
    private final LongAdder malformedFirstFrames = new LongAdder();
    private final LongAdder stale = new LongAdder();

    ConnectionCounters() {}

    /** Connect commands beyond {@link GatewayContext#connectsPerSecondMax()}. */
    public long refusedByRate() {
        return refusedByRate.sum();
    }

    /** Sockets and WebSockets beyond {@link GatewayContext#connectionsMax()}. */
    public long refusedByLimit() {
        return refusedByLimit.sum();
    }

    /** Sockets that brought no HTTP request, only a part of one, or an upgrade that is none of WebSocket 13. */
    public long badHandshakes() {
        return badHandshakes.sum();
    }

    /** WebSockets whose first frame was not a connect. */
    public long malformedFirstFrames() {
        return malformedFirstFrames.sum();
    }

    /** WebSockets that had no session in time. */
    public long stale() {
        return stale.sum();
    }

    void onRefusedByRate() {
        refusedByRate.increment();
    }

    void onRefusedByLimit() {
        refusedByLimit.increment();
    }

    void onBadHandshake() {
        badHandshakes.increment();
    }

    void onMalformedFirstFrame() {
        malformedFirstFrames.increment();
    }

    void onStale() {
        stale.increment();
    }
}
