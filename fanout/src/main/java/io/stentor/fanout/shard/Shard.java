package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.SessionPort;
import io.stentor.transport.gateway.SessionSink;
import org.agrona.concurrent.Agent;

/**
 * A connection shard: it follows the engine's chain of frames and hands each message to the sessions of its topic. One
 * thread, that of its {@link #doWork()}; {@link #open} and {@link #notReadyReason()} may be called from any.
 */
public final class Shard implements Agent, SessionPort {

    private final ShardContext context;

    /**
     * A shard; it attaches to the engine by its duty cycle.
     *
     * @param context its settings, concluded here.
     */
    public Shard(final ShardContext context) {
        this.context = context.conclude();
    }

    @Override
    public int doWork() {
        throw new UnsupportedOperationException("shard " + context.shardId());
    }

    @Override
    public String roleName() {
        return "shard-" + context.shardId();
    }

    @Override
    public ClientSession open(final SessionSink sink) {
        throw new UnsupportedOperationException("shard " + context.shardId());
    }

    @Override
    public String notReadyReason() {
        return "not attached to the engine";
    }
}
