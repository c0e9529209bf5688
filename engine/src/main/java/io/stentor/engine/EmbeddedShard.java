package io.stentor.engine;

import io.stentor.fanout.route.RouterContext;
import io.stentor.fanout.shard.Shard;
import io.stentor.fanout.shard.ShardContext;
import io.stentor.fanout.shard.StageListener;
import io.stentor.transport.aeron.AeronClient;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;

/**
 * The shard inside the engine's process. It speaks the same messages over the same transport as one in a process of its
 * own; only the address differs. One thread, the shard's.
 */
final class EmbeddedShard {

    /** The shard's id; shards in processes of their own have greater ones. */
    static final int SHARD_ID = 1;

    /**
     * Term length of the streams in bytes: 4 MiB, of which the window is half. Each stream maps three terms: all four
     * take 48 MiB of shared memory at most, which fits a container's 64.
     */
    static final int TERM_LENGTH = 4 * 1024 * 1024;

    /** The address of its streams. */
    static final String CHANNEL = AeronClient.ipcChannel(TERM_LENGTH);

    private static final int STREAMS = 4;

    private final Shard shard;
    private final Agent agent;

    EmbeddedShard(
            final EngineContext context,
            final AeronClient client,
            final StageListener stageListener,
            final ErrorHandler failureHandler) {
        final int fragmentLengthMax = context.payloadLengthMax() + RouterContext.FRAME_OVERHEAD_MAX;
        this.shard = new Shard(new ShardContext()
                .shardId(SHARD_ID)
                .name("embedded")
                .incarnation(Math.max(1, context.epochClock().time()))
                .nanoClock(context.nanoClock())
                .epochClock(context.epochClock())
                .channel(CHANNEL)
                .secret(context.shards().newSecret())
                .liveStreamId(AeronShardTransport.LIVE_STREAM_ID)
                .pagesStreamId(AeronShardTransport.PAGES_STREAM_ID)
                .live(client.openIpcSource(AeronShardTransport.LIVE_STREAM_ID))
                .pages(client.openIpcSource(AeronShardTransport.PAGES_STREAM_ID))
                .control(client.openIpcLink(TERM_LENGTH, AeronShardTransport.CONTROL_STREAM_ID, fragmentLengthMax))
                .fetch(client.openIpcLink(TERM_LENGTH, AeronShardTransport.FETCH_STREAM_ID, fragmentLengthMax))
                .windowBytes(context.shardWindowBytes())
                .stageListener(stageListener)
                .errorHandler(context.errorHandler()));
        this.agent = new ShardAgent(shard, client::invoke, failureHandler);
    }

    /** Shared memory that its streams take, in bytes. */
    static long streamsLength() {
        return STREAMS * AeronClient.streamLength(TERM_LENGTH);
    }

    Shard shard() {
        return shard;
    }

    Agent agent() {
        return agent;
    }
}
