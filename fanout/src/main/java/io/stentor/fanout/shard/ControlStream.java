package io.stentor.fanout.shard;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.AttachEncoder;
import io.stentor.transport.wire.CursorEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.DetachEncoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.InterestCompleteEncoder;
import io.stentor.transport.wire.InterestEncoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.ProveEncoder;
import io.stentor.transport.wire.ShardDialogue;
import io.stentor.transport.wire.ShardHeartbeatEncoder;
import io.stentor.transport.wire.SignalEncoder;
import io.stentor.transport.wire.StateEndEncoder;
import io.stentor.transport.wire.StateEntryEncoder;
import io.stentor.transport.wire.SubmitEncoder;
import io.stentor.transport.wire.WatermarkEncoder;
import io.stentor.transport.wire.WatermarkKind;
import java.nio.charset.StandardCharsets;

/**
 * What the shard says to the engine on its control stream. One thread, the shard's. Every method returns false when the
 * stream has no room for the message now: whoever calls keeps it, conflates it or refuses it, but nobody waits.
 */
final class ControlStream {

    /** Room for the variable parts of a message whose texts are each at most 255 bytes behind a length of one or two. */
    private static final int TEXT_MAX = 257;

    private static final byte[] NOTHING = new byte[0];

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final AttachEncoder attach = new AttachEncoder();
    private final ProveEncoder prove = new ProveEncoder();
    private final InterestEncoder interest = new InterestEncoder();
    private final InterestCompleteEncoder interestComplete = new InterestCompleteEncoder();
    private final SubmitEncoder submit = new SubmitEncoder();
    private final CursorEncoder cursor = new CursorEncoder();
    private final WatermarkEncoder watermark = new WatermarkEncoder();
    private final ShardHeartbeatEncoder heartbeat = new ShardHeartbeatEncoder();
    private final StateEntryEncoder stateEntry = new StateEntryEncoder();
    private final StateEndEncoder stateEnd = new StateEndEncoder();
    private final DetachEncoder detach = new DetachEncoder();
    private final SignalEncoder signal = new SignalEncoder();
    private final FragmentLink link;
    private final FragmentPacker packer;
    private final int shardId;
    private final long incarnation;
    private boolean lost;

    ControlStream(final FragmentLink link, final int shardId, final long incarnation) {
        this.link = link;
        this.packer = new FragmentPacker(link);
        this.shardId = shardId;
        this.incarnation = incarnation;
    }

    boolean isConnected() {
        return link.isConnected();
    }

    /** The longest payload that a submit can carry, whatever its texts. */
    int payloadLengthMax() {
        return packer.messageLengthMax()
                - MessageHeaderEncoder.ENCODED_LENGTH
                - SubmitEncoder.BLOCK_LENGTH
                - 6 * TEXT_MAX;
    }

    boolean attach(final ShardContext context, final Chain chain, final long attachNonce) {
        if (!claim(AttachEncoder.BLOCK_LENGTH + 4 * TEXT_MAX)) {
            return false;
        }
        final boolean placed = chain.sequence() != 0;
        final int offset = packer.claimOffset();
        attach.wrapAndApplyHeader(packer.buffer(), offset, header)
                .shardId(shardId)
                .protocolVersion(ShardDialogue.VERSION)
                .incarnation(incarnation)
                .logId(placed ? chain.logId() : 0)
                .term(placed ? chain.term() : 0)
                .sequence(chain.sequence())
                .liveStreamId(context.liveStreamId())
                .pagesStreamId(context.pagesStreamId())
                .attachNonce(attachNonce)
                .channel(context.channel())
                .name(context.name())
                .address(context.address().get());
        final byte[] proof = context.secret().ofAttach(packer.buffer(), offset, attach.limit() - offset);
        attach.putProof(proof, 0, proof.length);
        return commit(attach.encodedLength());
    }

    boolean prove(final long engineNonce, final byte[] proof) {
        if (!claim(ProveEncoder.BLOCK_LENGTH + TEXT_MAX)) {
            return false;
        }
        prove.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .engineNonce(engineNonce)
                .putProof(proof, 0, proof.length);
        return commit(prove.encodedLength());
    }

    boolean interest(final InterestOp op, final long version, final String topicName) {
        if (!claim(InterestEncoder.BLOCK_LENGTH + TEXT_MAX)) {
            return false;
        }
        interest.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .version(version)
                .op(op)
                .topicName(topicName);
        return commit(interest.encodedLength());
    }

    boolean interestComplete(final long version) {
        if (!claim(InterestCompleteEncoder.BLOCK_LENGTH)) {
            return false;
        }
        interestComplete
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .version(version)
                .incarnation(incarnation);
        return commit(interestComplete.encodedLength());
    }

    boolean submit(
            final long correlationId,
            final ClientCommand.Publish command,
            final long topicId,
            final Session from,
            final byte[] messageId,
            final long nowNs) {
        final byte[] payload = command.payload();
        if (!claim(SubmitEncoder.BLOCK_LENGTH + 6 * TEXT_MAX + payload.length)) {
            return false;
        }
        submit.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .correlationId(correlationId)
                .topicId(topicId)
                .producerId(0)
                .producerSequence(0)
                .sentNs(nowNs)
                .flags(command.json() ? MessageFlags.JSON : 0)
                .deliveryClass(DeliveryClass.CHAT)
                .level(command.level() == null ? AckLevel.NONE : command.level())
                .topicName(command.topic())
                .sender(from.user())
                .putMessageId(messageId, 0, messageId.length)
                .origin(from.client())
                .putTags(NOTHING, 0, 0)
                .putPayload(payload, 0, payload.length);
        return commit(submit.encodedLength());
    }

    boolean cursor(final Session of, final long sequence) {
        if (!claim(CursorEncoder.BLOCK_LENGTH + 2 * TEXT_MAX)) {
            return false;
        }
        cursor.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .sequence(sequence)
                .user(of.user())
                .device(of.device());
        return commit(cursor.encodedLength());
    }

    boolean watermark(final long topicId, final long topicOffset, final WatermarkKind kind, final String user) {
        if (!claim(WatermarkEncoder.BLOCK_LENGTH + TEXT_MAX)) {
            return false;
        }
        watermark
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .topicId(topicId)
                .topicOffset(topicOffset)
                .kind(kind)
                .user(user);
        return commit(watermark.encodedLength());
    }

    boolean signal(final ShardTopic topic, final String user, final String client, final int ttlMs) {
        if (!claim(SignalEncoder.BLOCK_LENGTH + 3 * TEXT_MAX)) {
            return false;
        }
        signal.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .topicId(topic.topicId)
                .ttlMs(ttlMs)
                .shardId(shardId)
                .topicName(topic.name)
                .user(user)
                .client(client);
        return commit(signal.encodedLength());
    }

    boolean heartbeat(final Chain chain, final int sessions, final boolean draining) {
        if (!claim(ShardHeartbeatEncoder.BLOCK_LENGTH)) {
            return false;
        }
        heartbeat
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .incarnation(incarnation)
                .term(chain.term())
                .sequence(chain.sequence())
                .sessions(sessions)
                .draining((short) (draining ? 1 : 0));
        return commit(heartbeat.encodedLength());
    }

    boolean stateEntry(final long correlationId, final StateAnswers.Entry entry) {
        final byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        if (!claim(StateEntryEncoder.BLOCK_LENGTH + 3 * TEXT_MAX + entry.info().length)) {
            return false;
        }
        stateEntry
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .correlationId(correlationId)
                .clients(entry.clients())
                .users(entry.users())
                .subscriptions(entry.subscriptions())
                .topics(entry.topics())
                .uptimeMs(entry.uptimeMs())
                .putName(name, 0, name.length)
                .user(entry.user())
                .putInfo(entry.info(), 0, entry.info().length);
        return commit(stateEntry.encodedLength());
    }

    boolean stateEnd(final long correlationId, final int count) {
        if (!claim(StateEndEncoder.BLOCK_LENGTH)) {
            return false;
        }
        stateEnd.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .correlationId(correlationId)
                .count(count);
        return commit(stateEnd.encodedLength());
    }

    boolean detach() {
        if (!claim(DetachEncoder.BLOCK_LENGTH)) {
            return false;
        }
        detach.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .shardId(shardId)
                .incarnation(incarnation);
        return commit(detach.encodedLength());
    }

    /** Sends what was packed, as far as the link takes it. */
    int flush() {
        if (packer.pending() == 0) {
            return 0;
        }
        final long result = packer.flush();
        if (result == FragmentLink.NOT_CONNECTED || result == FragmentLink.CLOSED) {
            lost = true;
            packer.clear();
        }
        return result > 0 ? 1 : 0;
    }

    /** True once after messages were lost because nobody listens. */
    boolean takeLost() {
        final boolean was = lost;
        lost = false;
        return was;
    }

    private boolean claim(final int bodyLength) {
        final int length = MessageHeaderEncoder.ENCODED_LENGTH + bodyLength;
        if (packer.claim(length)) {
            return true;
        }
        return flush() > 0 && packer.claim(length);
    }

    private boolean commit(final int encodedLength) {
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
        return true;
    }
}
