package io.stentor.fanout.shard;

import io.stentor.transport.wire.ChallengeDecoder;
import io.stentor.transport.wire.DeliverDecoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.HeartbeatDecoder;
import io.stentor.transport.wire.InterestOnDecoder;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.RefusedDecoder;
import io.stentor.transport.wire.StreamStartDecoder;
import io.stentor.transport.wire.TopicOpenedDecoder;
import io.stentor.transport.wire.TruncatedDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.NanoClock;

/**
 * Follows the chain: proves of each frame that none is missing before it, and hands it on. One thread, the shard's;
 * allocates nothing for a message.
 */
final class LiveReader implements FragmentHandler {

    /** With fewer, a core's caches hold what a delivery needs of its topic, and looking ahead is work for nothing. */
    private static final int LOOK_TOPICS_MIN = 4096;

    private static final int TOPIC_ID_INDEX =
            MessageHeaderDecoder.ENCODED_LENGTH + DeliverDecoder.topicIdEncodingOffset();

    private static final int TOPIC_ID_END = TOPIC_ID_INDEX + Long.BYTES;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final DeliverDecoder deliver = new DeliverDecoder();
    private final TopicOpenedDecoder topicOpened = new TopicOpenedDecoder();
    private final InterestOnDecoder interestOn = new InterestOnDecoder();
    private final HeartbeatDecoder heartbeat = new HeartbeatDecoder();
    private final StreamStartDecoder streamStart = new StreamStartDecoder();
    private final TruncatedDecoder truncated = new TruncatedDecoder();
    private final RefusedDecoder refused = new RefusedDecoder();
    private final ChallengeDecoder challenge = new ChallengeDecoder();
    private final Message message = new Message();
    private final FragmentReader.MessageHandler messageHandler = this::onMessage;
    private final FragmentReader.MessageHandler lookHandler = this::look;
    private final FragmentSource source;
    private final NanoClock clock;
    private final StageListener listener;
    private final Chain chain;
    private final TopicTable topics;
    private final Attachment attachment;
    private final FanOut fanOut;
    private final Subscribing subscribing;
    private final Asides asides;
    private long receivedNs;
    private long sourceId;

    /** What {@link #look} has seen, so that the compiler cannot leave it out. */
    @SuppressWarnings("UnusedVariable")
    private long seen;

    /** True while what is read comes from the engine that has proven itself. */
    private boolean ours;

    LiveReader(
            final Parts parts,
            final ShardContext context,
            final FanOut fanOut,
            final Subscribing subscribing,
            final Asides asides) {
        this.source = context.live();
        this.clock = context.nanoClock();
        this.listener = context.stageListener();
        this.chain = parts.chain;
        this.topics = parts.topics;
        this.attachment = parts.attachment;
        this.fanOut = fanOut;
        this.subscribing = subscribing;
        this.asides = asides;
    }

    int poll(final int fragmentLimit) {
        return source.poll(this, fragmentLimit);
    }

    @Override
    public boolean onFragment(final long source, final DirectBuffer buffer, final int offset, final int length) {
        receivedNs = clock.nanoTime();
        sourceId = source;
        ours = attachment.isOf(source);
        if (ours) {
            attachment.heard(receivedNs);
            if (topics.size() >= LOOK_TOPICS_MIN) {
                FragmentReader.read(buffer, offset, length, lookHandler);
            }
        }
        if (!FragmentReader.read(buffer, offset, length, messageHandler) && ours) {
            attachment.broken("malformed fragment of " + length + " bytes");
        }
        return true;
    }

    /**
     * Looks at the topics of a whole fragment before its first message is handed out: with a million topics each is in none of the
     * caches, and looked at with nothing between them the processor fetches many at once.
     */
    private void look(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        if (templateId == DeliverDecoder.TEMPLATE_ID && length >= TOPIC_ID_END) {
            final ShardTopic topic = topics.byId(buffer.getLong(offset + TOPIC_ID_INDEX, ByteOrder.LITTLE_ENDIAN));
            if (topic != null) {
                seen += topic.look();
            }
        }
    }

    private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        try {
            if (templateId == ChallengeDecoder.TEMPLATE_ID) {
                onChallenge(challenge.wrapAndApplyHeader(buffer, offset, header));
            } else if (templateId == RefusedDecoder.TEMPLATE_ID) {
                refused.wrapAndApplyHeader(buffer, offset, header);
                attachment.onRefused(refused.attachNonce(), refused.code(), refused.detail());
            } else if (!ours) {
                // The engine of an earlier attach, whose stream is still drained.
                return;
            } else if (templateId == DeliverDecoder.TEMPLATE_ID) {
                deliver.wrapAndApplyHeader(buffer, offset, header);
                onDeliver(offset + length);
            } else {
                dispatch(templateId, buffer, offset);
            }
        } catch (final IndexOutOfBoundsException | IllegalArgumentException ex) {
            if (!ours) {
                return;
            }
            attachment.broken("malformed message " + templateId + " of " + length + " bytes: " + ex);
        }
    }

    private void dispatch(final int templateId, final DirectBuffer buffer, final int offset) {
        switch (templateId) {
            case HeartbeatDecoder.TEMPLATE_ID -> onHeartbeat(heartbeat.wrapAndApplyHeader(buffer, offset, header));
            case InterestOnDecoder.TEMPLATE_ID -> onInterestOn(interestOn.wrapAndApplyHeader(buffer, offset, header));
            case TopicOpenedDecoder.TEMPLATE_ID ->
                onTopicOpened(topicOpened.wrapAndApplyHeader(buffer, offset, header));
            case StreamStartDecoder.TEMPLATE_ID ->
                onStreamStart(streamStart.wrapAndApplyHeader(buffer, offset, header));
            case TruncatedDecoder.TEMPLATE_ID -> {
                truncated.wrapAndApplyHeader(buffer, offset, header);
                attachment.onTruncated(
                        truncated.logId(), truncated.term(), truncated.sequence(), truncated.incarnation());
            }
            default -> asides.onMessage(templateId, buffer, offset);
        }
    }

    private void onChallenge(final ChallengeDecoder decoder) {
        final byte[] proof = new byte[decoder.proofLength()];
        decoder.getProof(proof, 0, proof.length);
        attachment.onChallenge(sourceId, decoder.attachNonce(), decoder.engineNonce(), proof);
        ours = attachment.isOf(sourceId);
    }

    private void onDeliver(final int limit) {
        if (!follows(deliver.prevSequence())) {
            return;
        }
        if (!message.wrap(deliver, limit)) {
            attachment.broken("a frame's payload runs beyond it");
            return;
        }
        final DeliveryClass deliveryClass = deliver.deliveryClass();
        chain.advance(message.sequence, deliver.syncedSequence());
        chain.term(message.term);
        if (message.offeredNs != 0) {
            listener.onShardReceived(Math.max(0, receivedNs - message.offeredNs));
        }
        final ShardTopic topic = topics.byId(deliver.topicId());
        if (topic != null) {
            fanOut.onMessage(topic, message, deliveryClass);
        }
    }

    private void onTopicOpened(final TopicOpenedDecoder opened) {
        if (!follows(opened.prevSequence())) {
            return;
        }
        final long sequence = opened.sequence();
        chain.advance(sequence, opened.syncedSequence());
        final long topicId = opened.topicId();
        final boolean payment = opened.deliveryClass() == DeliveryClass.PAYMENT;
        final ShardTopic topic = topics.byName(opened.topicName());
        if (topic != null && !topic.isPending()) {
            topic.payment = payment;
            // Its id is lost with this record, and may be another topic's then.
            topic.lastSequence = Math.max(topic.lastSequence, sequence);
            topics.bind(topic, topicId);
        }
    }

    /**
     * Says from where a topic's messages are in the chain. The answer may be to an interest that was withdrawn and said
     * again since, which its version tells; and a topic that is live knows better already.
     */
    private void onInterestOn(final InterestOnDecoder on) {
        if (!follows(on.prevSequence())) {
            return;
        }
        chain.synced(on.syncedSequence());
        final long topicId = on.topicId();
        final long version = on.interestVersion();
        final long fromSequence = on.fromSequence();
        final long headOffset = on.headOffset();
        final boolean payment = on.deliveryClass() == DeliveryClass.PAYMENT;
        final ShardTopic topic = topics.byName(on.topicName());
        if (topic != null && topic.isPending() && version >= topic.version) {
            topic.payment = payment;
            topics.bind(topic, topicId);
            fanOut.onInterestOn(topic, headOffset, fromSequence);
            subscribing.onTopicLive(topic);
            if (topic.size() == 0) {
                topics.linger(topic, receivedNs);
            }
        }
    }

    private void onHeartbeat(final HeartbeatDecoder beat) {
        if (follows(beat.prevSequence())) {
            chain.synced(beat.syncedSequence());
            chain.term(beat.term());
            chain.engineTime(beat.engineTimeNs(), receivedNs);
        }
    }

    private void onStreamStart(final StreamStartDecoder start) {
        attachment.onStreamStart(
                start.logId(),
                start.term(),
                start.sequence(),
                start.syncedSequence(),
                start.incarnation(),
                start.payloadLengthMax());
    }

    /** True when a frame continues the chain; frames outside of an attachment are none of ours. */
    private boolean follows(final long prevSequence) {
        if (!attachment.isAttached()) {
            return false;
        }
        if (chain.follows(prevSequence)) {
            return true;
        }
        attachment.broken("a frame follows sequence " + prevSequence + ", not " + chain.sequence());
        return false;
    }
}
