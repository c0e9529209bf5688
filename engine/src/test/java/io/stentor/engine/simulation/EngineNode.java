package io.stentor.engine.simulation;

import io.stentor.engine.SimulatedDisk;
import io.stentor.engine.SimulatedJournal;
import io.stentor.engine.pipeline.DedupeWindows;
import io.stentor.engine.pipeline.DeliveryPipeline;
import io.stentor.engine.pipeline.PipelineContext;
import io.stentor.engine.pipeline.ShardTransport;
import io.stentor.journal.Journal;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;

/** One start of the engine over what a disk has left; ends with its crash. One thread. */
final class EngineNode implements ShardTransport {

    /** Where shards reach the engine. */
    static final String ADDRESS = "engine";

    static final int CONTROL_STREAM_ID = 1;
    static final int FETCH_STREAM_ID = 2;
    static final int LIVE_STREAM_ID = 3;
    static final int PAGES_STREAM_ID = 4;

    /** Room for a burst of the test's publishers, and little enough to be full at times. */
    private static final int RING_CAPACITY = 64;

    private static final int PAYLOAD_LENGTH_MAX = 2048;
    private static final int DEDUPE_ENTRIES_MAX = 8192;
    private static final int BRIEF_LENGTH_MAX = 1024;

    private final SimulatedTier tier;
    private final VirtualNetwork network;
    private final String owner;
    private final FragmentSource control;
    private final FragmentSource fetch;
    private final DeliveryPipeline pipeline;
    private final List<Agent> agents = new ArrayList<>();
    private final List<Agent> forces;

    EngineNode(final SimulatedTier tier, final int start, final SimulatedDisk disk, final SplittableRandom random) {
        this.tier = tier;
        this.network = tier.network();
        this.owner = "engine-" + start;
        this.control = network.listen(owner, ADDRESS, CONTROL_STREAM_ID);
        this.fetch = network.listen(owner, ADDRESS, FETCH_STREAM_ID);
        final Journal journal = tier.flaw().journal(new SimulatedJournal(disk));
        this.pipeline = new DeliveryPipeline(
                new PipelineContext()
                        .sizes(1, RING_CAPACITY, PAYLOAD_LENGTH_MAX)
                        .dedupe(
                                DEDUPE_ENTRIES_MAX,
                                new DedupeWindows(TimeUnit.HOURS.toNanos(24), TimeUnit.MINUTES.toNanos(10)))
                        .clocks(tier::epochMs, tier::nowNs)
                        .handlers(tier::onError, tier::onFailure)
                        .recorders((ns, count) -> {}, (ns, count) -> {}, (ns, count) -> {})
                        .transport(this, SimulatedTier.SECRET, random::nextLong)
                        .checkpoints(null, Long.MAX_VALUE, Long.MAX_VALUE)
                        .software("simulated"),
                journal);
        this.forces = journal.backgroundAgents();
        // A start forces what is there and its own first record before it serves anybody.
        disk.force();
        agents.addAll(pipeline.pathAgents(random.nextBoolean()));
        agents.addAll(pipeline.besideAgents());
    }

    DeliveryPipeline pipeline() {
        return pipeline;
    }

    String owner() {
        return owner;
    }

    /** Lets each thread of the engine work, or not, in any order. */
    void doWork(final SplittableRandom random, final boolean forcing, final boolean calm) {
        try {
            work(random, forcing, calm);
        } catch (final RuntimeException ex) {
            throw ex;
        } catch (final Exception ex) {
            throw new IllegalStateException(ex);
        }
    }

    /** It dies as a process does; what it has opened goes with it. */
    void crash() {
        network.kill(owner);
    }

    @Override
    public List<FragmentSource> controls() {
        return List.of(control);
    }

    @Override
    public List<FragmentSource> fetches() {
        return List.of(fetch);
    }

    @Override
    public boolean mayAttach(final long sourceId, final int shardId) {
        return tier.isShardId(shardId);
    }

    @Override
    public boolean leadsBack(final long sourceId, final String channel) {
        return network.isListening(channel, LIVE_STREAM_ID);
    }

    @Override
    public FragmentLink open(final String channel, final int streamId, final int fragmentLengthMax) {
        return tier.flaw().opened(network.connect(owner, channel, streamId, fragmentLengthMax));
    }

    @Override
    public FragmentLink openBrief(final String channel, final int streamId) {
        return open(channel, streamId, BRIEF_LENGTH_MAX);
    }

    @Override
    public int doWork() {
        return 0;
    }

    private void work(final SplittableRandom random, final boolean forcing, final boolean calm) throws Exception {
        final int size = agents.size();
        final int first = random.nextInt(size);
        for (int i = 0; i < size; i++) {
            if (calm || random.nextInt(8) != 0) {
                agents.get((first + i) % size).doWork();
            }
        }
        for (final Agent force : forces) {
            if (forcing) {
                force.doWork();
            }
        }
    }
}
