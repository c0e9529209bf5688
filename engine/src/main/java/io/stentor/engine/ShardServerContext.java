package io.stentor.engine;

import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.SharedSecret;
import java.util.Objects;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;
import org.slf4j.LoggerFactory;

/** The settings of a {@link ShardServer}: set, then concluded once by {@link ShardServer#open}. */
public final class ShardServerContext {

    /** The least id: smaller ones are the engine's own. */
    public static final int ID_MIN = EmbeddedShard.SHARD_ID + 1;

    private int id;
    private String name;
    private String engine;
    private String listen;
    private byte[] secret;
    private UdpSettings udp = UdpSettings.fitting();
    private int payloadLengthMax = 64 * 1024;
    private int windowBytes = 16 * 1024 * 1024;
    private int sessionsMax = 100_000;
    private final EpochClock epochClock = SystemEpochClock.INSTANCE;
    private final NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private ErrorHandler errorHandler =
            new ErrorLog(line -> LoggerFactory.getLogger("io.stentor.shard").warn("{}", line), nanoClock);
    private ErrorHandler failureHandler =
            fault -> LoggerFactory.getLogger("io.stentor.shard").error("the shard has failed", fault);
    private boolean concluded;

    /** The shard's number, unique among the engine's shards; at least {@link #ID_MIN}. */
    public int id() {
        return id;
    }

    /** Sets {@link #id()}. */
    public ShardServerContext id(final int value) {
        id = value;
        return this;
    }

    /** What operators call it, 1 to 255 bytes; by default "shard-" and its number. */
    public String name() {
        return name == null ? "shard-" + id : name;
    }

    /** Sets {@link #name()}. */
    public ShardServerContext name(final String value) {
        name = value;
        return this;
    }

    /** HOST:PORT on which the engine listens for shards. */
    public String engine() {
        return engine;
    }

    /** Sets {@link #engine()}. */
    public ShardServerContext engine(final String value) {
        engine = value;
        return this;
    }

    /**
     * HOST:PORT on which this shard listens for the engine, over UDP; null, as by default, for any port of the address from
     * which this machine reaches the engine.
     */
    public String listen() {
        return listen;
    }

    /** Sets {@link #listen()}. */
    public ShardServerContext listen(final String value) {
        listen = value;
        return this;
    }

    /** Sets what the engine and its shards share: at least 32 bytes. */
    public ShardServerContext secret(final byte[] value) {
        secret = value.clone();
        return this;
    }

    /** How its streams travel. */
    public UdpSettings udp() {
        return udp;
    }

    /** Sets {@link #udp()}. */
    public ShardServerContext udp(final UdpSettings value) {
        udp = value;
        return this;
    }

    /** The longest payload, in bytes, as the engine's. */
    public int payloadLengthMax() {
        return payloadLengthMax;
    }

    /** Sets {@link #payloadLengthMax()}. */
    public ShardServerContext payloadLengthMax(final int value) {
        payloadLengthMax = value;
        return this;
    }

    /** Bytes of recent messages that are kept for returning clients; a power of two, 16 MiB by default. */
    public int windowBytes() {
        return windowBytes;
    }

    /** Sets {@link #windowBytes()}. */
    public ShardServerContext windowBytes(final int value) {
        windowBytes = value;
        return this;
    }

    /** The most sessions. */
    public int sessionsMax() {
        return sessionsMax;
    }

    /** Sets {@link #sessionsMax()}. */
    public ShardServerContext sessionsMax(final int value) {
        sessionsMax = value;
        return this;
    }

    /** Is told of what the shard survives; a log by default. */
    public ErrorHandler errorHandler() {
        return errorHandler;
    }

    /** Sets {@link #errorHandler()}. */
    public ShardServerContext errorHandler(final ErrorHandler value) {
        errorHandler = value;
        return this;
    }

    /** Is told, once, of what ends the shard. */
    public ErrorHandler failureHandler() {
        return failureHandler;
    }

    /** Sets {@link #failureHandler()}. */
    public ShardServerContext failureHandler(final ErrorHandler value) {
        failureHandler = value;
        return this;
    }

    EpochClock epochClock() {
        return epochClock;
    }

    NanoClock nanoClock() {
        return nanoClock;
    }

    SharedSecret newSecret() {
        return new SharedSecret(secret);
    }

    ShardServerContext conclude() {
        if (concluded) {
            throw new IllegalStateException("these settings belong to a shard already");
        }
        Objects.requireNonNull(engine, "engine: the shard needs the address of one");
        Objects.requireNonNull(secret, "secret: the engine knows the shard by it");
        if (id < ID_MIN) {
            throw new IllegalArgumentException(
                    "id=" + id + " is below " + ID_MIN + ": smaller ones are the engine's own");
        }
        if (payloadLengthMax < 1 || payloadLengthMax > EngineContext.PAYLOAD_LENGTH_LIMIT) {
            throw new IllegalArgumentException("payloadLengthMax=" + payloadLengthMax + " bytes is not within 1.."
                    + EngineContext.PAYLOAD_LENGTH_LIMIT);
        }
        newSecret();
        concluded = true;
        return this;
    }
}
