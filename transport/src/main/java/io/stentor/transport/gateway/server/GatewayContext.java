package io.stentor.transport.gateway.server;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.gateway.token.TokenVerifier;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * The settings of a {@link Gateway}. Set fluently, then {@link #conclude concluded} once by the launch, which fails with
 * the name, the value, the unit and the limit of what is wrong. Getter and setter share the property's name.
 */
public final class GatewayContext {

    /** How long a client may take to read its last messages and the close frame. */
    /**
     * A client that connects and subscribes takes some 0.4 ms of the server's processors, a handshake included ({@code
     * stentor-perf conns}): a storm takes a fifth of them.
     */
    private static final int CONNECTS_PER_PROCESSOR = 500;

    static final long CLOSE_WAIT_MS = 2_000;

    /** What is handed to a socket before it takes it: two frames of many small messages. */
    static final int SOCKET_BYTES_MAX = 32 * 1024;

    static final TimeUnit MILLISECONDS = TimeUnit.MILLISECONDS;

    private String host = "127.0.0.1";
    private int port = 8000;
    private int eventLoopThreads = 1;
    private String nodeName = "";
    private String version = "0.1.0";
    private SessionPort sessionPort;
    private ApiPort apiPort;
    private boolean dev;
    private final Map<String, String> apiKeys = new LinkedHashMap<>();
    private final List<byte[]> tokenKeys = new ArrayList<>();
    private String tokenIssuer;
    private String tokenAudience;
    private final Set<String> allowedOrigins = new LinkedHashSet<>();
    private int payloadLengthMax = 64 * 1024;
    private int bodyLengthMax = 1024 * 1024;
    private int commandsInFlightMax = 128;
    private int outboxMessagesMax = 1024;
    private int outboxBytesMax = 256 * 1024;
    private int deliveryRingCapacity = 128 * 1024;
    private int connectsPerSecondMax =
            CONNECTS_PER_PROCESSOR * Runtime.getRuntime().availableProcessors();
    private int connectionsMax;
    private int tokenCacheMax = 100_000;
    private int pingIntervalMs = 25_000;
    private int pongTimeoutMs = 9_000;
    private int connectTimeoutMs = 15_000;
    private int expiryGraceMs = 25_000;
    private int idleTimeoutMs = 60_000;
    private int closeTimeoutMs = 5_000;
    private EpochClock epochClock = SystemEpochClock.INSTANCE;
    private ErrorHandler errorHandler = fault -> {};
    private TokenVerifier tokenVerifier;
    private ConnectRate connectRate;
    private final ConnectionCounters counters = new ConnectionCounters();

    /** The address to listen on. */
    public GatewayContext host(final String host) {
        this.host = host;
        return this;
    }

    /** The address to listen on; by default loopback only. */
    public String host() {
        return host;
    }

    /** The port to listen on; 0 for any free one. */
    public GatewayContext port(final int port) {
        this.port = port;
        return this;
    }

    /** The port to listen on, by default 8000; 0 for any free one. */
    public int port() {
        return port;
    }

    /** How many threads serve sockets. */
    public GatewayContext eventLoopThreads(final int eventLoopThreads) {
        this.eventLoopThreads = eventLoopThreads;
        return this;
    }

    /** How many threads serve sockets; 1 by default. */
    public int eventLoopThreads() {
        return eventLoopThreads;
    }

    /** How this process calls itself towards clients. */
    public GatewayContext nodeName(final String nodeName) {
        this.nodeName = nodeName;
        return this;
    }

    /** How this process calls itself towards clients; empty for not at all. */
    public String nodeName() {
        return nodeName;
    }

    /** The version that clients are told. */
    public GatewayContext version(final String version) {
        this.version = version;
        return this;
    }

    /** The version that clients are told. */
    public String version() {
        return version;
    }

    /** The shard behind the sockets; null in a process that serves no clients. */
    public GatewayContext sessionPort(final SessionPort sessionPort) {
        this.sessionPort = sessionPort;
        return this;
    }

    /** The shard behind the sockets; null in a process that serves no clients. */
    public SessionPort sessionPort() {
        return sessionPort;
    }

    /** The engine behind the HTTP API; null in a process that serves no API. */
    public GatewayContext apiPort(final ApiPort apiPort) {
        this.apiPort = apiPort;
        return this;
    }

    /** The engine behind the HTTP API; null in a process that serves no API. */
    public ApiPort apiPort() {
        return apiPort;
    }

    /** Whether clients without a token are let in and browsers on this machine may connect. */
    public GatewayContext dev(final boolean dev) {
        this.dev = dev;
        return this;
    }

    /** Whether clients without a token are let in and browsers on this machine may connect; false by default. */
    public boolean dev() {
        return dev;
    }

    /**
     * Adds a key of the HTTP API.
     *
     * @param name the tenant's name: it is the sender of what is published under the key.
     * @param key the secret.
     */
    public GatewayContext apiKey(final String name, final String key) {
        apiKeys.put(name, key);
        return this;
    }

    /** The keys of the HTTP API by the tenant's name. */
    public Map<String, String> apiKeys() {
        return apiKeys;
    }

    /** Adds a secret with which clients' tokens may be signed (HS256). */
    public GatewayContext tokenKey(final byte[] key) {
        tokenKeys.add(key);
        return this;
    }

    /** The secrets with which clients' tokens may be signed. */
    public List<byte[]> tokenKeys() {
        return tokenKeys;
    }

    /** What claim {@code iss} of a token must be. */
    public GatewayContext tokenIssuer(final String tokenIssuer) {
        this.tokenIssuer = tokenIssuer;
        return this;
    }

    /** What claim {@code iss} of a token must be; null for anything. */
    public String tokenIssuer() {
        return tokenIssuer;
    }

    /** What claim {@code aud} of a token must contain. */
    public GatewayContext tokenAudience(final String tokenAudience) {
        this.tokenAudience = tokenAudience;
        return this;
    }

    /** What claim {@code aud} of a token must contain; null for anything. */
    public String tokenAudience() {
        return tokenAudience;
    }

    /** Adds a site whose pages may connect, as browsers name it: {@code https://chat.example.org}. */
    public GatewayContext allowedOrigin(final String origin) {
        allowedOrigins.add(origin);
        return this;
    }

    /** The sites whose pages may connect; with none, every request that names an origin is refused. */
    public Set<String> allowedOrigins() {
        return allowedOrigins;
    }

    /** The most bytes of one message. */
    public GatewayContext payloadLengthMax(final int payloadLengthMax) {
        this.payloadLengthMax = payloadLengthMax;
        return this;
    }

    /** The most bytes of one message; 64 KiB by default. */
    public int payloadLengthMax() {
        return payloadLengthMax;
    }

    /** The most bytes of a WebSocket frame: a message in base 64 and what is said about it. */
    public int frameLengthMax() {
        return payloadLengthMax * 2 + 16 * 1024;
    }

    /** The most bytes of an HTTP body. */
    public GatewayContext bodyLengthMax(final int bodyLengthMax) {
        this.bodyLengthMax = bodyLengthMax;
        return this;
    }

    /** The most bytes of an HTTP body; 1 MiB by default. */
    public int bodyLengthMax() {
        return bodyLengthMax;
    }

    /** How many commands of one connection may wait for their answers. */
    public GatewayContext commandsInFlightMax(final int commandsInFlightMax) {
        this.commandsInFlightMax = commandsInFlightMax;
        return this;
    }

    /** How many commands of one connection may wait for their answers; 128 by default. */
    public int commandsInFlightMax() {
        return commandsInFlightMax;
    }

    /** How many messages may wait for one connection. */
    public GatewayContext outboxMessagesMax(final int outboxMessagesMax) {
        this.outboxMessagesMax = outboxMessagesMax;
        return this;
    }

    /** How many messages may wait for one connection; 1,024 by default. */
    public int outboxMessagesMax() {
        return outboxMessagesMax;
    }

    /** How many bytes may wait for one connection, those that have been handed to its socket included. */
    public GatewayContext outboxBytesMax(final int outboxBytesMax) {
        this.outboxBytesMax = outboxBytesMax;
        return this;
    }

    /**
     * How many bytes may wait for one connection, those that have been handed to its socket and not been taken by the
     * kernel included; 256 KiB by default. One message may go beyond it.
     */
    public int outboxBytesMax() {
        return outboxBytesMax;
    }

    /** How many deliveries may wait for one event loop. */
    public GatewayContext deliveryRingCapacity(final int deliveryRingCapacity) {
        this.deliveryRingCapacity = deliveryRingCapacity;
        return this;
    }

    /** How many deliveries may wait for one event loop, a power of two; 131,072 by default. */
    public int deliveryRingCapacity() {
        return deliveryRingCapacity;
    }

    /** How many clients a second may connect. */
    public GatewayContext connectsPerSecondMax(final int connectsPerSecondMax) {
        this.connectsPerSecondMax = connectsPerSecondMax;
        return this;
    }

    /**
     * How many clients a second may connect, a second's worth of them at once; 500 for each processor by default, 0 for no
     * limit. One more waits for its turn; whose turn is more than 3 s away is told to try again a little later (error 111, then
     * 3013).
     */
    public int connectsPerSecondMax() {
        return connectsPerSecondMax;
    }

    /** How many sockets may be open. */
    public GatewayContext connectionsMax(final int connectionsMax) {
        this.connectionsMax = connectionsMax;
        return this;
    }

    /**
     * How many sockets of every kind may be open: one more is closed as soon as it is accepted, and WebSockets are refused with
     * 503 a little before. By default 0: the process's limit of open files less 512.
     */
    public int connectionsMax() {
        return connectionsMax;
    }

    /** How many verified tokens are remembered. */
    public GatewayContext tokenCacheMax(final int tokenCacheMax) {
        this.tokenCacheMax = tokenCacheMax;
        return this;
    }

    /** How many verified tokens are remembered; 100,000 by default. */
    public int tokenCacheMax() {
        return tokenCacheMax;
    }

    /** How often a client is pinged, milliseconds. */
    public GatewayContext pingIntervalMs(final int pingIntervalMs) {
        this.pingIntervalMs = pingIntervalMs;
        return this;
    }

    /** How often a client is pinged, milliseconds; 25 s by default. */
    public int pingIntervalMs() {
        return pingIntervalMs;
    }

    /** How long a client may take to answer a ping, milliseconds. */
    public GatewayContext pongTimeoutMs(final int pongTimeoutMs) {
        this.pongTimeoutMs = pongTimeoutMs;
        return this;
    }

    /** How long a client may take to answer a ping, milliseconds; 9 s by default, within the 10 s of the SDKs. */
    public int pongTimeoutMs() {
        return pongTimeoutMs;
    }

    /** How long a socket may be open without a whole request, and then without a session, milliseconds. */
    public GatewayContext connectTimeoutMs(final int connectTimeoutMs) {
        this.connectTimeoutMs = connectTimeoutMs;
        return this;
    }

    /** How long a socket may be open without a whole request, and then without a session, milliseconds; 15 s by default. */
    public int connectTimeoutMs() {
        return connectTimeoutMs;
    }

    /** How long after its token's end a client may still refresh it, milliseconds. */
    public GatewayContext expiryGraceMs(final int expiryGraceMs) {
        this.expiryGraceMs = expiryGraceMs;
        return this;
    }

    /** How long after its token's end a client may still refresh it, milliseconds; 25 s by default. */
    public int expiryGraceMs() {
        return expiryGraceMs;
    }

    /** How long an HTTP connection may be open without another whole request, milliseconds. */
    public GatewayContext idleTimeoutMs(final int idleTimeoutMs) {
        this.idleTimeoutMs = idleTimeoutMs;
        return this;
    }

    /** How long an HTTP connection may be open without another whole request, milliseconds; 60 s by default. */
    public int idleTimeoutMs() {
        return idleTimeoutMs;
    }

    /** How long {@link Gateway#close} waits for clients to leave, milliseconds. */
    public GatewayContext closeTimeoutMs(final int closeTimeoutMs) {
        this.closeTimeoutMs = closeTimeoutMs;
        return this;
    }

    /** How long {@link Gateway#close} waits for clients to leave, milliseconds; 5 s by default. */
    public int closeTimeoutMs() {
        return closeTimeoutMs;
    }

    /** The wall clock, for tokens. */
    public GatewayContext epochClock(final EpochClock epochClock) {
        this.epochClock = epochClock;
        return this;
    }

    /** The wall clock, for tokens. */
    public EpochClock epochClock() {
        return epochClock;
    }

    /** Where faults of ours go; by default nowhere. */
    public GatewayContext errorHandler(final ErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
        return this;
    }

    /** Where faults of ours go; by default nowhere. A client's faults are its own and do not come here. */
    public ErrorHandler errorHandler() {
        return errorHandler;
    }

    /** Checks every setting once and makes what depends on them. */
    GatewayContext conclude() {
        if (tokenVerifier != null) {
            throw new IllegalStateException("a GatewayContext serves one launch");
        }
        between("port", port, "", 0, 65_535);
        between("eventLoopThreads", eventLoopThreads, "", 1, 256);
        between("payloadLengthMax", payloadLengthMax, " bytes", 1, 16 * 1024 * 1024);
        between("bodyLengthMax", bodyLengthMax, " bytes", payloadLengthMax, 256 * 1024 * 1024);
        between("commandsInFlightMax", commandsInFlightMax, "", 1, 65_536);
        between("outboxMessagesMax", outboxMessagesMax, "", 2, 1024 * 1024);
        between("outboxBytesMax", outboxBytesMax, " bytes", 2 * SOCKET_BYTES_MAX, 256 * 1024 * 1024);
        between("deliveryRingCapacity", deliveryRingCapacity, "", 2, 1 << 26);
        if (Integer.bitCount(deliveryRingCapacity) != 1) {
            throw new IllegalArgumentException(
                    "deliveryRingCapacity must be a power of two, not " + deliveryRingCapacity);
        }
        between("connectsPerSecondMax", connectsPerSecondMax, "", 0, 1_000_000_000);
        between("connectionsMax", connectionsMax, "", 0, Integer.MAX_VALUE);
        between("tokenCacheMax", tokenCacheMax, "", 0, 10_000_000);
        between("pingIntervalMs", pingIntervalMs, " ms", 1_000, 3_600_000);
        between("pongTimeoutMs", pongTimeoutMs, " ms", 1, pingIntervalMs - 1);
        between("connectTimeoutMs", connectTimeoutMs, " ms", 1, 600_000);
        between("expiryGraceMs", expiryGraceMs, " ms", 0, 600_000);
        between("idleTimeoutMs", idleTimeoutMs, " ms", 1, 3_600_000);
        between("closeTimeoutMs", closeTimeoutMs, " ms", 0, 600_000);
        if (sessionPort == null && apiPort == null) {
            throw new IllegalArgumentException("a gateway needs a sessionPort, an apiPort or both");
        }
        if (apiPort != null && apiKeys.isEmpty()) {
            throw new IllegalArgumentException("apiKeys is empty: nobody could use the HTTP API");
        }
        if (sessionPort != null && tokenKeys.isEmpty() && !dev) {
            throw new IllegalArgumentException("tokenKeys is empty: no client could connect");
        }
        apiKeys.forEach((name, key) -> {
            if (name.isEmpty() || key.isEmpty()) {
                throw new IllegalArgumentException("an API key and its name must not be empty, see '" + name + "'");
            }
        });
        allowedOrigins.forEach(GatewayContext::requireOrigin);
        tokenVerifier = new TokenVerifier(tokenKeys, tokenIssuer, tokenAudience, epochClock, tokenCacheMax);
        connectRate = new ConnectRate(connectsPerSecondMax, SystemNanoClock.INSTANCE);
        return this;
    }

    /** What limits the clients that connect. */
    ConnectRate connectRate() {
        return connectRate;
    }

    /** Who was turned away. */
    ConnectionCounters counters() {
        return counters;
    }

    /** The verifier of clients' tokens. */
    TokenVerifier tokenVerifier() {
        return tokenVerifier;
    }

    private static void between(final String key, final int value, final String unit, final int least, final int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    key + " must be " + least + " to " + most + unit + ", not " + value + unit);
        }
    }

    private static void requireOrigin(final String origin) {
        try {
            final URI uri = URI.create(origin);
            if (uri.getScheme() != null
                    && uri.getHost() != null
                    && uri.getRawPath().isEmpty()) {
                return;
            }
        } catch (final IllegalArgumentException ex) {
            // Said below, in our words.
        }
        throw new IllegalArgumentException("allowedOrigins has '" + origin
                + "': an origin is a scheme, a host and maybe a port, as in" + " https://chat.example.org");
    }
}
