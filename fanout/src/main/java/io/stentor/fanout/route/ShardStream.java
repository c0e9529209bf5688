package io.stentor.fanout.route;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.HeartbeatEncoder;
import io.stentor.transport.wire.InterestOnEncoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.ReceiptEncoder;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.StreamStartEncoder;
import io.stentor.transport.wire.TopicOpenedEncoder;
import io.stentor.transport.wire.TruncatedEncoder;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import org.agrona.DirectBuffer;

/**
 * The engine's end of one shard's live stream: the chain of frames and, between them, receipts. One thread, the send
 * step's.
 *
 * <pre>
 *   ATTACHING -> LIVE:       the interest set is complete and the shard starts afresh
 *   ATTACHING -> REPLAYING:  the interest set is complete and the shard names a position of this log
 *   LIVE -> REPLAYING:       the link did not take a frame; the journal feeds the stream from there
 *   REPLAYING -> LIVE:       everything that was routed is in the chain
 *   any -> CLOSED:           the shard left, fell silent or attached again
 * </pre>
 *
 * <p>What waits here is bounded: one open fragment, the receipts of accepted submits, and the names of the shard's own
 * interest set.
 */
public final class ShardStream implements AutoCloseable {

    /** Where a stream is in its life. */
    enum State {
        ATTACHING,
        REPLAYING,
        LIVE,
        CLOSED
    }

    /** How long a chain may be silent before a heartbeat says that it is not broken, in nanoseconds: 100 ms. */
    static final long HEARTBEAT_INTERVAL_NS = 100_000_000L;

    /** Records read for a lagging shard in one duty cycle: twice a batch of the ring, so that it gains on live traffic. */
    static final int REPLAY_LIMIT = 512;

    private static final int PREV_SEQUENCE_INDEX =
            MessageHeaderEncoder.ENCODED_LENGTH + DeliverEncoder.prevSequenceEncodingOffset();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final StreamStartEncoder streamStart = new StreamStartEncoder();
    private final TruncatedEncoder truncated = new TruncatedEncoder();
    private final TopicOpenedEncoder topicOpened = new TopicOpenedEncoder();
    private final InterestOnEncoder interestOn = new InterestOnEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final ReceiptEncoder receipt = new ReceiptEncoder();

    private final int slot;
    private final int shardId;
    private final long incarnation;
    private final Router router;
    private final FragmentLink link;
    private final FragmentPacker packer;
    private final ReceiptQueue receipts = new ReceiptQueue();
    private final Set<String> interests = new HashSet<>();
    private final ArrayDeque<String> unanswered = new ArrayDeque<>();
    private final ReplaySource.Handler replayHandler = new ReplayHandler();

    private State state = State.ATTACHING;
    private ReplaySource replay;
    private boolean replayPositioned;
    private long interestVersion;
    private long prevSequence;
    private long coveredSequence;
    private long paymentSequence;
    private long syncedSent;
    private long heartbeatDueNs;
    private long lastHeardNs;

    ShardStream(
            final int slot,
            final int shardId,
            final long incarnation,
            final Router router,
            final FragmentLink link,
            final long nowNs) {
        this.slot = slot;
        this.shardId = shardId;
        this.incarnation = incarnation;
        this.router = router;
        this.link = link;
        this.packer = new FragmentPacker(link);
        this.lastHeardNs = nowNs;
    }

    /** The shard's id. */
    public int shardId() {
        return shardId;
    }

    /** The shard's incarnation: a restarted shard has another. */
    public long incarnation() {
        return incarnation;
    }

    /** True once the stream has ended; nothing more goes out on it. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** True while a submit may be taken: its receipt is sure to find room. */
    public boolean mayAcceptSubmit() {
        return receipts.mayReserve();
    }

    /** Reserves room for the receipt of a submit that was taken. */
    public void submitAccepted() {
        receipts.reserve();
    }

    /**
     * Answers a submit. Sent at once if the link takes it, else as soon as it does.
     *
     * @param reserved true when {@link #submitAccepted()} made room for it.
     */
    public void receipt(
            final long correlationId,
            final ResultCode code,
            final AckLevel level,
            final long topicId,
            final long sequence,
            final long topicOffset,
            final boolean reserved) {
        if (!reserved) {
            receipts.reserve();
        }
        receipts.add(correlationId, code.value(), level.value(), topicId, sequence, topicOffset);
    }

    State state() {
        return state;
    }

    int slot() {
        return slot;
    }

    boolean wants(final String topicName) {
        return interests.contains(topicName);
    }

    Set<String> interests() {
        return interests;
    }

    void heard(final long nowNs) {
        lastHeardNs = nowNs;
    }

    boolean silentSince(final long deadlineNs) {
        return lastHeardNs - deadlineNs < 0;
    }

    void addInterest(final String topicName, final long version) {
        interestVersion = version;
        if (interests.add(topicName) && state != State.ATTACHING) {
            unanswered.add(topicName);
        }
    }

    void removeInterest(final String topicName, final long version) {
        interestVersion = version;
        if (interests.remove(topicName)) {
            unanswered.remove(topicName);
        }
    }

    /** Starts the chain after {@code sequence}; frames between it and what was routed come from the journal. */
    void start(final long sequence) {
        encodeStreamStart(sequence);
        prevSequence = sequence;
        coveredSequence = sequence;
        replayPositioned = false;
        unanswered.addAll(interests);
        state = State.REPLAYING;
    }

    void truncate(final long sequence) {
        claim(MessageHeaderEncoder.ENCODED_LENGTH + TruncatedEncoder.BLOCK_LENGTH);
        truncated
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .logId(router.logId())
                .term(router.term())
                .sequence(sequence)
                .incarnation(incarnation);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + truncated.encodedLength());
    }

    /** A live frame, encoded once for all shards. */
    void onFrame(final DirectBuffer encoded, final int length, final long sequence, final DeliveryClass deliveryClass) {
        if (state == State.LIVE && !sendFrame(encoded, length, sequence, deliveryClass)) {
            lagFrom(sequence - 1);
        }
    }

    /** A topic that this shard waits for has got its id. */
    void onTopicOpened(final RoutedTopic topic, final long sequence) {
        if (state == State.LIVE && !sendTopicOpened(topic, sequence)) {
            lagFrom(sequence - 1);
        }
    }

    /**
     * Sends what waits: the open fragment, receipts, answers to changes of interest, the replay, a heartbeat.
     *
     * @return how much was done; 0 when there was nothing to do.
     */
    int doWork(final long nowNs) {
        if (state == State.CLOSED) {
            return 0;
        }
        int work = sendReceipts();
        if (state == State.REPLAYING || !unanswered.isEmpty()) {
            work += answerInterests();
        }
        if (state == State.REPLAYING && unanswered.isEmpty()) {
            work += replay();
        }
        work += heartbeat(nowNs);
        return work + (packer.pending() > 0 && packer.flush() > 0 ? 1 : 0);
    }

    void flush() {
        packer.flush();
    }

    /** Sends a message outside the chain, or drops it when the link is full. */
    boolean sendAside(final DirectBuffer encoded, final int length) {
        if (state == State.CLOSED || state == State.ATTACHING || !claim(length)) {
            return false;
        }
        packer.buffer().putBytes(packer.claimOffset(), encoded, 0, length);
        packer.commit(length);
        return true;
    }

    @Override
    public void close() {
        state = State.CLOSED;
        interests.clear();
        unanswered.clear();
        if (replay != null) {
            replay.close();
            replay = null;
        }
        link.close();
    }

    private void lagFrom(final long sequence) {
        coveredSequence = sequence;
        replayPositioned = false;
        state = State.REPLAYING;
    }

    private boolean claim(final int length) {
        return packer.claim(length) || (packer.flush() > 0 && packer.claim(length));
    }

    private boolean sendFrame(
            final DirectBuffer encoded, final int length, final long sequence, final DeliveryClass deliveryClass) {
        if (!claim(length)) {
            return false;
        }
        final int offset = packer.claimOffset();
        packer.buffer().putBytes(offset, encoded, 0, length);
        packer.buffer().putLong(offset + PREV_SEQUENCE_INDEX, prevSequence, ByteOrder.LITTLE_ENDIAN);
        packer.commit(length);
        prevSequence = sequence;
        if (deliveryClass == DeliveryClass.PAYMENT) {
            paymentSequence = sequence;
        }
        return true;
    }

    private boolean sendTopicOpened(final RoutedTopic topic, final long sequence) {
        if (!claim(MessageHeaderEncoder.ENCODED_LENGTH
                + TopicOpenedEncoder.BLOCK_LENGTH
                + TopicOpenedEncoder.topicNameHeaderLength()
                + topic.name().length())) {
            return false;
        }
        topicOpened
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .prevSequence(prevSequence)
                .sequence(sequence)
                .syncedSequence(router.syncedSequence())
                .topicId(topic.id())
                .deliveryClass(topic.deliveryClass())
                .topicName(topic.name());
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + topicOpened.encodedLength());
        prevSequence = sequence;
        return true;
    }

    private void encodeStreamStart(final long sequence) {
        claim(MessageHeaderEncoder.ENCODED_LENGTH + StreamStartEncoder.BLOCK_LENGTH);
        streamStart
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .logId(router.logId())
                .term(router.term())
                .sequence(sequence)
                .syncedSequence(router.syncedSequence())
                .incarnation(incarnation)
                .groupId(router.groupId())
                .payloadLengthMax(router.payloadLengthMax());
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + streamStart.encodedLength());
    }

    private int answerInterests() {
        int work = 0;
        String topicName;
        while ((topicName = unanswered.peek()) != null) {
            if (!claim(MessageHeaderEncoder.ENCODED_LENGTH
                    + InterestOnEncoder.BLOCK_LENGTH
                    + InterestOnEncoder.topicNameHeaderLength()
                    + topicName.length())) {
                break;
            }
            unanswered.remove();
            final RoutedTopic topic = router.join(this, topicName);
            interestOn
                    .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                    .prevSequence(prevSequence)
                    .fromSequence(router.routedSequence())
                    .syncedSequence(router.syncedSequence())
                    .topicId(topic == null ? 0 : topic.id())
                    .headOffset(topic == null ? 0 : topic.headOffset())
                    .interestVersion(interestVersion)
                    .deliveryClass(topic == null ? DeliveryClass.CHAT : topic.deliveryClass())
                    .topicName(topicName);
            packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + interestOn.encodedLength());
            work++;
        }
        return work;
    }

    private int replay() {
        if (coveredSequence == router.routedSequence()) {
            state = State.LIVE;
            return 1;
        }
        if (replay == null) {
            replay = router.newReplaySource();
        }
        if (!replayPositioned) {
            if (!replay.seekAfter(coveredSequence)) {
                truncate(coveredSequence);
                state = State.ATTACHING;
                return 1;
            }
            replayPositioned = true;
        }
        final int room = REPLAY_LIMIT;
        final int work = replay.poll(replayHandler, (int) Math.min(room, router.routedSequence() - coveredSequence));
        if (work == ReplaySource.TRIMMED) {
            // To seek again says so.
            replayPositioned = false;
            return 1;
        }
        if (coveredSequence == router.routedSequence()) {
            state = State.LIVE;
        }
        return work;
    }

    private int sendReceipts() {
        int work = 0;
        while (!receipts.isEmpty() && claim(MessageHeaderEncoder.ENCODED_LENGTH + ReceiptEncoder.BLOCK_LENGTH)) {
            receipt.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                    .correlationId(receipts.correlationId())
                    .topicId(receipts.topicId())
                    .sequence(receipts.sequence())
                    .topicOffset(receipts.topicOffset())
                    .term(router.term())
                    .code(ResultCode.get(receipts.code()))
                    .level(AckLevel.get(receipts.level()));
            packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + receipt.encodedLength());
            receipts.removeFirst();
            work++;
        }
        return work;
    }

    private int heartbeat(final long nowNs) {
        if (state == State.ATTACHING) {
            return 0;
        }
        final long syncedSequence = router.syncedSequence();
        final boolean paymentWaits = syncedSent < paymentSequence && syncedSequence > syncedSent;
        if (!paymentWaits && nowNs - heartbeatDueNs < 0) {
            return 0;
        }
        if (!claim(MessageHeaderEncoder.ENCODED_LENGTH + HeartbeatEncoder.BLOCK_LENGTH)) {
            return 0;
        }
        heartbeat
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .prevSequence(prevSequence)
                .journaledSequence(state == State.LIVE ? router.routedSequence() : coveredSequence)
                .syncedSequence(syncedSequence)
                .term(router.term())
                .engineTimeNs(router.engineTimeNs());
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + heartbeat.encodedLength());
        syncedSent = syncedSequence;
        heartbeatDueNs = nowNs + HEARTBEAT_INTERVAL_NS;
        return 1;
    }

    /** Puts what was read from the journal into the chain; stops covering at the first frame that finds no room. */
    private final class ReplayHandler implements ReplaySource.Handler {

        @Override
        public void onMessage(final RoutedTopic topic, final MessageFrame frame) {
            if (!replayPositioned) {
                return;
            }
            if (topic != null && topic.shards().contains(slot)) {
                final int length = router.encode(frame);
                if (!sendFrame(router.encoded(), length, frame.sequence, frame.deliveryClass)) {
                    replayPositioned = false;
                    return;
                }
            }
            coveredSequence = frame.sequence;
        }

        @Override
        public void onTopicOpened(final RoutedTopic topic, final long sequence) {
            if (!replayPositioned) {
                return;
            }
            if (topic != null && topic.shards().contains(slot) && !sendTopicOpened(topic, sequence)) {
                replayPositioned = false;
                return;
            }
            coveredSequence = sequence;
        }

        @Override
        public void onOther(final long sequence) {
            if (replayPositioned) {
                coveredSequence = sequence;
            }
        }
    }
}
