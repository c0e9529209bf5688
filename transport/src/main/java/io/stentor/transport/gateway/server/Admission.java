package io.stentor.transport.gateway.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.stentor.transport.gateway.api.HttpAnswer;
import java.lang.management.ManagementFactory;
import java.util.function.IntSupplier;

/**
 * Decides which sockets may stay. The last places are kept from WebSockets, so that backends and supervisors still get through
 * when clients have taken all the others. Any thread; the count may be exceeded by as many as event loops accept at once.
 */
final class Admission {

    /** Files that the rest of the process may have open: journal segments, shared memory, libraries. */
    private static final int OTHER_FILES = 512;

    /** Places that no WebSocket takes; an eighth of few places. */
    private static final int RESERVED = 64;

    /** The version of the WebSocket protocol (RFC 6455). */
    static final String VERSION = "13";

    /** What a Sec-WebSocket-Key has: 16 bytes in base 64 (RFC 6455, section 4.2.1). */
    private static final int KEY_LENGTH = 24;

    private final ConnectionCounters counters;
    private final IntSupplier open;
    private final int socketsMax;
    private final int webSocketsMax;

    /**
     * An admission.
     *
     * @param open counts the open sockets, the one that is asked about included.
     */
    Admission(final GatewayContext context, final IntSupplier open) {
        this.counters = context.counters();
        this.open = open;
        this.socketsMax = context.connectionsMax() == 0 ? openFilesLeft() : context.connectionsMax();
        this.webSocketsMax = socketsMax - Math.min(RESERVED, socketsMax / 8);
    }

    /** False when a socket that has just been accepted is to be closed at once. */
    boolean mayStay() {
        final boolean room = open.getAsInt() <= socketsMax;
        if (!room) {
            counters.onRefusedByLimit();
        }
        return room;
    }

    /** Why a socket cannot become a WebSocket; null when it can. */
    HttpAnswer refusal(final HttpHeaders headers) {
        final String key = headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
        final String version = headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
        if (!VERSION.equals(version)) {
            counters.onBadHandshake();
            return HttpAnswer.text(426, "this WebSocket speaks version " + VERSION);
        }
        if (key == null || key.length() != KEY_LENGTH) {
            counters.onBadHandshake();
            return HttpAnswer.text(400, "an upgrade needs a Sec-WebSocket-Key of 16 bytes in base 64");
        }
        if (open.getAsInt() > webSocketsMax) {
            counters.onRefusedByLimit();
            return HttpAnswer.text(
                    503, "this process holds " + webSocketsMax + " clients, as many as it may; try later");
        }
        return null;
    }

    private static int openFilesLeft() {
        final long limit = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
        return (int) Math.max(RESERVED, Math.min(Integer.MAX_VALUE, limit) - OTHER_FILES);
    }
}
