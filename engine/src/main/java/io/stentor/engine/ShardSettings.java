package io.stentor.engine;

import io.stentor.transport.aeron.UdpSettings;
import io.stentor.transport.wire.SharedSecret;
import java.security.SecureRandom;

/**
 * Which shards an engine has: the embedded one, any number of processes of their own, or both. Part of an
 * {@link EngineContext}; fixed once an engine was launched with it.
 */
public final class ShardSettings {

    private boolean embedded = true;
    private String endpoint;
    private byte[] secret;
    private UdpSettings udp = UdpSettings.fitting();

    ShardSettings() {}

    /** True for a shard in this process; it is by default. */
    public boolean embedded() {
        return embedded;
    }

    /** Sets {@link #embedded()}. */
    public ShardSettings embedded(final boolean value) {
        embedded = value;
        return this;
    }

    /** HOST:PORT on which shards in processes of their own are listened for, over UDP; null for none, as by default. */
    public String endpoint() {
        return endpoint;
    }

    /** Sets {@link #endpoint()}; port 0 lets the system choose. */
    public ShardSettings endpoint(final String value) {
        endpoint = value;
        return this;
    }

    /** Sets what the engine and its shards share: at least 32 bytes, needed with an {@link #endpoint()}. */
    public ShardSettings secret(final byte[] value) {
        secret = value.clone();
        return this;
    }

    /** How streams to shards in processes of their own travel. */
    public UdpSettings udp() {
        return udp;
    }

    /** Sets {@link #udp()}; the terms have to hold eight of the longest messages. */
    public ShardSettings udp(final UdpSettings value) {
        udp = value;
        return this;
    }

    /** A copy of the secret for one thread. */
    SharedSecret newSecret() {
        return new SharedSecret(secret);
    }

    void conclude() {
        if (endpoint != null && secret == null) {
            throw new IllegalArgumentException(
                    "shards are listened for on " + endpoint + ", but there is no secret that they could be known by");
        }
        if (!embedded && endpoint == null) {
            throw new IllegalArgumentException("there is no shard: embed one, or name an endpoint for others");
        }
        if (secret == null) {
            // For the embedded shard alone, which nobody can take the place of.
            secret = new byte[SharedSecret.LENGTH_MIN];
            new SecureRandom().nextBytes(secret);
        }
        newSecret();
    }
}
