package io.stentor.engine.pipeline;

import io.stentor.fanout.route.RouterContext;
import io.stentor.fanout.route.ShardLinks;
import io.stentor.transport.wire.FragmentLink;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Opens streams to attaching shards and hands the sending end of their pages to the views' thread. The send step's thread
 * calls; {@link #drainPages} belongs to the views'.
 */
final class PipelineShardLinks implements ShardLinks {

    /** Changes that wait for the views' thread: all shards that an engine can have may leave and come at once. */
    private static final int CHANGES_MAX = 4096;

    /** Takes what has changed. */
    interface PagesChange {

        /** The stream of that shard's pages is open, or closed when {@code link} is null. */
        void onChange(int shardId, long ticket, FragmentLink link);
    }

    private record Change(int shardId, long ticket, FragmentLink link) {}

    private final ShardTransport transport;
    private final int fragmentLengthMax;
    private final OneToOneConcurrentArrayQueue<Change> changes = new OneToOneConcurrentArrayQueue<>(CHANGES_MAX);

    PipelineShardLinks(final ShardTransport transport, final int payloadLengthMax) {
        this.transport = transport;
        this.fragmentLengthMax = payloadLengthMax + RouterContext.FRAME_OVERHEAD_MAX;
    }

    @Override
    public boolean mayAttach(final long sourceId, final int shardId) {
        return transport.mayAttach(sourceId, shardId);
    }

    @Override
    public boolean leadsBack(final long sourceId, final String channel) {
        return transport.leadsBack(sourceId, channel);
    }

    @Override
    public FragmentLink live(final String channel, final int streamId) {
        return transport.open(channel, streamId, fragmentLengthMax);
    }

    @Override
    public FragmentLink brief(final String channel, final int streamId) {
        return transport.openBrief(channel, streamId);
    }

    @Override
    public void pages(final int shardId, final long ticket, final String channel, final int streamId) {
        changes.add(new Change(shardId, ticket, transport.open(channel, streamId, fragmentLengthMax)));
    }

    @Override
    public void closePages(final int shardId) {
        changes.add(new Change(shardId, 0, null));
    }

    int drainPages(final PagesChange to) {
        return changes.drain(change -> to.onChange(change.shardId, change.ticket, change.link));
    }
}
