package io.stentor.transport.gateway.server;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** How many connections were turned away or ended and how many commands refused, by reason, since the launch. Any thread. */
public final class ConnectionCounters {

    /** Close codes of a WebSocket end below it (RFC 6455, section 7.4.2), and so do the numbers of errors. */
    private static final int CODES = 5_000;

    private final LongAdder refusedByRate = new LongAdder();
    private final LongAdder refusedByLimit = new LongAdder();
    private final LongAdder badHandshakes = new LongAdder();
    private final LongAdder malformedFirstFrames = new LongAdder();
    private final AtomicLongArray ended = new AtomicLongArray(CODES);
    private final AtomicLongArray refusedCommands = new AtomicLongArray(CODES);

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

    /**
     * WebSockets that were ended for a numbered reason.
     *
     * @param code one of {@link io.stentor.transport.gateway.Disconnect}, such as 3500 for a forged token and 3502 for none in
     *     time, or of the WebSocket protocol: 1002 for a broken frame, 1007 for text that is no UTF-8, 1009 for a frame or message
     *     that is too long.
     */
    public long ended(final int code) {
        return count(ended, code);
    }

    /**
     * Commands that were answered with an error.
     *
     * @param code one of {@link io.stentor.transport.gateway.ClientError}.
     */
    public long refusedCommands(final int code) {
        return count(refusedCommands, code);
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

    void onEnded(final int code) {
        increment(ended, code);
    }

    void onRefusedCommand(final int code) {
        increment(refusedCommands, code);
    }

    private static long count(final AtomicLongArray counts, final int code) {
        return code >= 0 && code < CODES ? counts.get(code) : 0;
    }

    private static void increment(final AtomicLongArray counts, final int code) {
        if (code >= 0 && code < CODES) {
            counts.incrementAndGet(code);
        }
    }
}
