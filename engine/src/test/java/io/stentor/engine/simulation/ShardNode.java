package io.stentor.engine.simulation;

import io.stentor.fanout.shard.Shard;
import io.stentor.fanout.shard.ShardContext;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.SessionSink;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** One start of a shard's process; ends with its crash or its stop. One thread. */
final class ShardNode {

    /** Small enough that clients fall behind it, and that it wraps. */
    private static final int WINDOW_BYTES = ShardContext.WINDOW_BYTES_MIN;

    private static final int FRAGMENT_LENGTH_MAX = 8 * 1024 + 2048;
    private static final int RECOVER_MESSAGES_MAX = 60;

    private final VirtualNetwork network;
    private final String owner;
    private final Shard shard;
    private long stalledUntilNs;
    private boolean gone;

    ShardNode(
            final SimulatedTier tier,
            final int id,
            final String address,
            final long incarnation,
            final SplittableRandom random) {
        this.network = tier.network();
        this.owner = "shard-" + id + "-" + incarnation;
        this.stalledUntilNs = tier.nowNs();
        this.shard = new Shard(new ShardContext()
                .shardId(id)
                .name(owner)
                .incarnation(incarnation)
                .nanoClock(tier::nowNs)
                .epochClock(tier::epochMs)
                .channel(address)
                .address(() -> "ws://" + address)
                .secret(SimulatedTier.SECRET)
                .liveStreamId(EngineNode.LIVE_STREAM_ID)
                .pagesStreamId(EngineNode.PAGES_STREAM_ID)
                .live(network.listen(owner, address, EngineNode.LIVE_STREAM_ID))
                .pages(network.listen(owner, address, EngineNode.PAGES_STREAM_ID))
                .control(network.connect(owner, EngineNode.ADDRESS, EngineNode.CONTROL_STREAM_ID, FRAGMENT_LENGTH_MAX))
                .fetch(network.connect(owner, EngineNode.ADDRESS, EngineNode.FETCH_STREAM_ID, FRAGMENT_LENGTH_MAX))
                .windowBytes(WINDOW_BYTES)
                .recoverMessagesMax(RECOVER_MESSAGES_MAX)
                .lingerNs(TimeUnit.MILLISECONDS.toNanos(200L + random.nextInt(2_000)))
                .random(random)
                .errorHandler(tier::onError));
    }

    String owner() {
        return owner;
    }

    boolean isGone() {
        return gone;
    }

    boolean isReady() {
        return shard.notReadyReason() == null;
    }

    ClientSession open(final SessionSink sink) {
        return shard.open(sink);
    }

    /** Its process gets no time until then. */
    void stall(final long untilNs) {
        stalledUntilNs = untilNs;
    }

    void doWork(final long nowNs) {
        if (stalledUntilNs - nowNs <= 0) {
            shard.doWork();
        }
    }

    /** It takes leave of the engine and of its clients. */
    void stop() {
        shard.onClose();
        crash();
    }

    /** It dies; whoever was connected to it finds out by itself. */
    void crash() {
        gone = true;
        network.kill(owner);
    }
}
