package io.stentor.engine;

import io.stentor.fanout.shard.Shard;
import java.util.function.IntSupplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/** Runs a shard together with the transport that it hears the engine by. One thread, the shard's. */
final class ShardAgent implements Agent {

    /** How often the transport may work until what the shard has said last is out. */
    private static final int FAREWELL_CYCLES = 100;

    private final Shard shard;
    private final IntSupplier transport;
    private final ErrorHandler failureHandler;
    private boolean failed;

    /**
     * An agent to be.
     *
     * @param transport lets the transport work once; throws when it has ended by itself.
     * @param failureHandler is told when it has.
     */
    ShardAgent(final Shard shard, final IntSupplier transport, final ErrorHandler failureHandler) {
        this.shard = shard;
        this.transport = transport;
        this.failureHandler = failureHandler;
    }

    @Override
    public int doWork() {
        return failed ? 0 : shard.doWork() + invokeTransport();
    }

    @Override
    public void onClose() {
        shard.onClose();
        int left = failed ? 0 : FAREWELL_CYCLES;
        while (left > 0 && transport.getAsInt() > 0) {
            left--;
        }
    }

    @Override
    public String roleName() {
        return "shard";
    }

    /** Without its transport the shard hears nothing any more and would say so for ever: the process ends instead. */
    private int invokeTransport() {
        try {
            return transport.getAsInt();
        } catch (final IllegalStateException failure) {
            failed = true;
            failureHandler.onError(failure);
            throw new AgentTerminationException(failure);
        }
    }
}
