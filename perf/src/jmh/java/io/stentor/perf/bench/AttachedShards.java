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
import io.stentor.transport.wire.ProveEncoder;
import io.stentor.transport.wire.ShardDialogue;
import io.stentor.transport.wire.SharedSecret;
import org.agrona.concurrent.SystemNanoClock;

/** A router with live streams of shards that all want one topic, attached as a shard attaches: by what it says. */
final class AttachedShards implements ShardLinks, TopicLookup {
    private static final String CHANNEL = "bench";
    private static final SharedSecret SECRET = new SharedSecret(new byte[SharedSecret.LENGTH_MIN]);

    /** The random number of both sides. */
    private static final long NONCE = 1;

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
                this,
                SECRET,
                () -> NONCE,
                () -> 0L,
                () -> 0L));
        final ControlReader reader = new ControlReader(router, null, SystemNanoClock.INSTANCE, problem -> {
            throw new IllegalStateException(problem);
        });
        for (int shardId = 1; shardId <= count; shardId++) {
            final SinkLink said = new SinkLink();
            said.keep();
            attach(new FragmentPacker(said), shardId);
            final int sourceId = shardId;
            said.takeKept().forEach(fragment -> reader.onFragment(sourceId, fragment, 0, fragment.capacity()));
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
    public boolean mayAttach(final long sourceId, final int shardId) {
        return true;
    }

    @Override
    public boolean leadsBack(final long sourceId, final String channel) {
        return true;
    }

    @Override
    public FragmentLink live(final String channel, final int streamId) {
        return new SinkLink();
    }

    @Override
    public FragmentLink brief(final String channel, final int streamId) {
        return new SinkLink();
    }

    @Override
    public void pages(final int shardId, final long ticket, final String channel, final int streamId) {}

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
        final int offset = packer.claimOffset();
        attach.wrapAndApplyHeader(packer.buffer(), offset, header)
                .shardId(shardId)
                .protocolVersion(ShardDialogue.VERSION)
                .incarnation(1)
                .logId(0)
                .term(0)
                .sequence(0)
                .liveStreamId(1)
                .pagesStreamId(2)
                .attachNonce(NONCE)
                .channel(CHANNEL)
                .name(CHANNEL)
                .address("");
        final byte[] proof = SECRET.ofAttach(packer.buffer(), offset, attach.limit() - offset);
        attach.putProof(proof, 0, proof.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + attach.encodedLength());
        final byte[] answer = SECRET.ofProve(NONCE, NONCE, shardId);
        final ProveEncoder prove = new ProveEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .engineNonce(NONCE)
                .putProof(answer, 0, answer.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + prove.encodedLength());
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
