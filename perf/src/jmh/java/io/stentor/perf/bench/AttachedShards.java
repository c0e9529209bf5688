package io.stentor.perf.bench;

import io.stentor.fanout.route.ControlReader;
import io.stentor.fanout.route.RoutedTopic;
import io.stentor.fanout.route.Router;
import io.stentor.fanout.route.RouterContext;
import io.stentor.fanout.route.ShardLinks;
import io.stentor.fanout.route.TopicLookup;
import io.stentor.transport.wire.AttachEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.InterestCompleteEncoder;
import io.stentor.transport.wire.InterestEncoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageHeaderEncoder;
import org.agrona.concurrent.SystemNanoClock;

/** A router with live streams of shards that all want one topic, attached as a shard attaches: by what it says. */
final class AttachedShards implements ShardLinks, TopicLookup {
    private static final String CHANNEL = "bench";

    private final RoutedTopic topic = new RoutedTopic(1, "bench:1", DeliveryClass.CHAT);
    private final Router router;

    AttachedShards(final int count) {
        topic.restore(0);
        router = new Router(new RouterContext(
                0,
                1,
                1,
                1,
                64 * 1024,
                this,
                () -> {
                    throw new IllegalStateException("a stream that takes everything has nothing to replay");
                },
                () -> 0L,
                () -> 0L));
        final ControlReader reader = new ControlReader(router, this, null, SystemNanoClock.INSTANCE, problem -> {
            throw new IllegalStateException(problem);
        });
        for (int shardId = 1; shardId <= count; shardId++) {
            final SinkLink said = new SinkLink();
            said.keep();
            attach(new FragmentPacker(said), shardId);
            said.takeKept().forEach(fragment -> reader.onFragment(fragment, 0, fragment.capacity()));
        }
        router.doWork(SystemNanoClock.INSTANCE.nanoTime());
    }

    Router router() {
        return router;
    }

    RoutedTopic topic() {
        return topic;
    }

    @Override
    public FragmentLink live(final String channel, final int streamId) {
        return new SinkLink();
    }

    @Override
    public void pages(final int shardId, final String channel, final int streamId) {}

    @Override
    public void closePages(final int shardId) {}

    @Override
    public RoutedTopic byName(final String name) {
        return name.equals(topic.name()) ? topic : null;
    }

    @Override
    public RoutedTopic byId(final long topicId) {
        return topicId == topic.id() ? topic : null;
    }

    private void attach(final FragmentPacker packer, final int shardId) {
        final MessageHeaderEncoder header = new MessageHeaderEncoder();
        final AttachEncoder attach = new AttachEncoder();
        attach.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .protocolVersion(ControlReader.PROTOCOL_VERSION)
                .incarnation(1)
                .logId(0)
                .term(0)
                .sequence(0)
                .liveStreamId(1)
                .pagesStreamId(2)
                .channel(CHANNEL)
                .name(CHANNEL);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + attach.encodedLength());
        final InterestEncoder interest = new InterestEncoder();
        interest.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .version(1)
                .op(InterestOp.ADD)
                .topicName(topic.name());
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + interest.encodedLength());
        final InterestCompleteEncoder complete = new InterestCompleteEncoder();
        complete.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .version(1)
                .incarnation(1);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + complete.encodedLength());
        packer.flush();
    }
}
