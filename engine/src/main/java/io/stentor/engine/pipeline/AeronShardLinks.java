package io.stentor.engine.pipeline;

import io.stentor.fanout.route.RouterContext;
import io.stentor.fanout.route.ShardLinks;
import io.stentor.transport.aeron.AeronClient;
import io.stentor.transport.wire.FragmentLink;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Opens streams to attaching shards and hands the sending end of their pages to the views' thread. The send step's thread
 * calls; {@link #drainPages} belongs to the views'.
 */
final class AeronShardLinks implements ShardLinks {

    private static final int CHANGES_MAX = 4096;

    /** Takes what has changed. */
    interface PagesChange {

        /** The stream of that shard's pages is open, or closed when {@code link} is null. */
        void onChange(int shardId, FragmentLink link);
    }

    private record Change(int shardId, FragmentLink link) {}

    private final AeronClient client;
    private final int fragmentLengthMax;
    private final OneToOneConcurrentArrayQueue<Change> changes = new OneToOneConcurrentArrayQueue<>(CHANGES_MAX);

    AeronShardLinks(final AeronClient client, final int payloadLengthMax) {
        this.client = client;
        this.fragmentLengthMax = payloadLengthMax + RouterContext.FRAME_OVERHEAD_MAX;
    }

    @Override
    public FragmentLink live(final String channel, final int streamId) {
        return client.openLink(channel, streamId, fragmentLengthMax);
    }

    @Override
    public void pages(final int shardId, final String channel, final int streamId) {
        changes.add(new Change(shardId, client.openLink(channel, streamId, fragmentLengthMax)));
    }

    @Override
    public void closePages(final int shardId) {
        changes.add(new Change(shardId, null));
    }

    int drainPages(final PagesChange to) {
        return changes.drain(change -> to.onChange(change.shardId, change.link));
    }
}
