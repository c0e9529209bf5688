package io.stentor.fanout.route;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ChallengeEncoder;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.HeartbeatEncoder;
import io.stentor.transport.wire.InterestOnEncoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.ReceiptEncoder;
import io.stentor.transport.wire.RefusalCode;
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
 * <table>
 *   <caption>How it goes from one state to the next</caption>
 *   <tr><th>from</th><th>to</th><th>when</th></tr>
 *   <tr><td>CHALLENGED</td><td>ATTACHING</td><td>the shard has proven that it knows the secret</td></tr>
 *   <tr><td>CHALLENGED</td><td>REFUSED</td><td>its number is in use, or there is no room for its pages</td></tr>
 *   <tr><td>CHALLENGED, REFUSED</td><td>CLOSED</td><td>it has not within 5 s; it has been told</td></tr>
 *   <tr><td>ATTACHING</td><td>LIVE</td><td>the interest set is complete and the shard starts afresh</td></tr>
 *   <tr><td>ATTACHING</td><td>REPLAYING</td><td>the interest set is complete and the shard names a position of this log</td></tr>
 *   <tr><td>LIVE, REPLAYING</td><td>LAGGING</td><td>the link did not take a frame: nothing is read or encoded for it</td></tr>
 *   <tr><td>LAGGING</td><td>REPLAYING</td><td>the link takes again; the journal feeds the stream from where it stopped</td></tr>
 *   <tr><td>REPLAYING</td><td>LIVE</td><td>everything that was routed is in the chain</td></tr>
 *   <tr><td>REPLAYING</td><td>ATTACHING</td><td>what it would read is no longer retained: Truncated was said</td></tr>
 *   <tr><td>any</td><td>CLOSED</td><td>the shard left, fell silent or attached again</td></tr>
 * </table>
 *
 * <p>What waits here is bounded, however far the shard lags: one open fragment, the receipts of accepted submits, and the names
 * of the shard's own interest set.
 */
public final class ShardStream implements AutoCloseable {

    /** Where a stream is in its life. */
    enum State {
        CHALLENGED,
        REFUSED,
        ATTACHING,
        LAGGING,
        REPLAYING,
        LIVE,
        CLOSED
    }

    /** How long a chain may be silent before a heartbeat says that it is not broken, in nanoseconds: 100 ms. */
    static final long HEARTBEAT_INTERVAL_NS = 100_000_000L;

    /** How long a shard may take to prove itself, in nanoseconds: 5 s, as long as it waits for an answer. */
    static final long PROVE_TIMEOUT_NS = 5_000_000_000L;

    /** Records read in one go: when the link fills up, those behind the frame that found no room were read in vain. */
    private static final int REPLAY_STEP = 16;

    private static final int PREV_SEQUENCE_INDEX =
            MessageHeaderEncoder.ENCODED_LENGTH + DeliverEncoder.prevSequenceEncodingOffset();

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final StreamStartEncoder streamStart = new StreamStartEncoder();
    private final TruncatedEncoder truncated = new TruncatedEncoder();
    private final TopicOpenedEncoder topicOpened = new TopicOpenedEncoder();
    private final InterestOnEncoder interestOn = new InterestOnEncoder();
    private final HeartbeatEncoder heartbeat = new HeartbeatEncoder();
    private final ReceiptEncoder receipt = new ReceiptEncoder();
    private final ChallengeEncoder challenge = new ChallengeEncoder();

    private final int slot;
    private final AttachRequest request;
    private final long engineNonce;
    private final Router router;
    private final FragmentLink link;
    private final FragmentPacker packer;
    private final ReceiptQueue receipts = new ReceiptQueue();
    private final Set<String> interests = new HashSet<>();
    private final ArrayDeque<String> unanswered = new ArrayDeque<>();
    private final ReplaySource.Handler replayHandler = new ReplayHandler();

    private State state = State.CHALLENGED;
    private int sessions;
    private boolean draining;
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
            final AttachRequest request,
            final Router router,
            final FragmentLink link,
            final long nowNs) {
        this.slot = slot;
        this.request = request;
        this.router = router;
        this.engineNonce = router.newNonce();
        this.link = link;
        this.packer = new FragmentPacker(link);
        this.lastHeardNs = nowNs;
        challenge();
    }

    /** The shard's id. */
    public int shardId() {
        return request.shardId();
    }

    /** The shard's incarnation: a restarted shard has another. */
    public long incarnation() {
        return request.incarnation();
    }

    /** The connection that the shard speaks on. */
    long sourceId() {
        return request.sourceId();
    }

    AttachRequest request() {
        return request;
    }

    /** The random number that the shard has to prove itself with; also the ticket of its fetches. */
    long engineNonce() {
        return engineNonce;
    }

    /** True once the shard has proven that it knows the secret. */
    boolean isProven() {
        return state == State.ATTACHING || hasChain();
    }

    /** True while the shard has a chain of this start of the engine. */
    boolean hasChain() {
        return state == State.LIVE || state == State.LAGGING || state == State.REPLAYING;
    }

    /** True while it takes new sessions. */
    boolean isListed() {
        return hasChain() && !draining;
    }

    LiveShard describe() {
        return new LiveShard(request.shardId(), request.name(), request.address(), sessions);
    }

    /** The shard may not attach: it is told so and the stream ends. */
    void refuse(final RefusalCode code, final String detail) {
        packer.clear();
        router.refusals().encode(packer, request, code, detail);
        state = State.REFUSED;
    }

    /** True when the stream has nothing more to say. */
    boolean isOver() {
        return state == State.REFUSED && packer.pending() == 0;
    }

    /** The shard has proven itself: its interest set follows. */
    void proven(final long nowNs) {
        state = State.ATTACHING;
        lastHeardNs = nowNs;
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

    /** Takes note of a heartbeat; true when the shard says something else of itself than before. */
    boolean heard(final int sessionsNow, final boolean drainingNow, final long nowNs) {
        final boolean changed = sessions != sessionsNow || draining != drainingNow;
        sessions = sessionsNow;
        draining = drainingNow;
        lastHeardNs = nowNs;
        return changed;
    }

    /** How long it may be silent, in nanoseconds. */
    long silenceMaxNs() {
        return isProven() ? Router.SILENCE_MAX_NS : PROVE_TIMEOUT_NS;
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

    /** The interest set is complete: the chain starts, or the shard is told that its position is none of this log. */
    void begin() {
        if (request.isAfresh()) {
            start(router.routedSequence());
        } else if (request.logId() != router.logId()) {
            truncate(0);
        } else {
            final long agreed = agreedSequence();
            if (agreed == request.sequence()) {
                start(agreed);
            } else {
                truncate(agreed);
            }
        }
        router.listShards();
    }

    private void start(final long sequence) {
        encodeStreamStart(sequence);
        prevSequence = sequence;
        coveredSequence = sequence;
        replayPositioned = false;
        unanswered.addAll(interests);
        state = State.REPLAYING;
    }

    /**
     * The last record up to the shard's position that was there already in the term of that position; 0 for none. A later one
     * is not what the shard has seen there, if it has seen it: that was lost.
     */
    private long agreedSequence() {
        long unknown = Math.min(request.sequence(), router.routedSequence()) + 1;
        long agreed = 0;
        long candidate = unknown - 1;
        while (agreed + 1 < unknown) {
            if (source().termAt(candidate) <= request.term()) {
                agreed = candidate;
            } else {
                unknown = candidate;
            }
            candidate = agreed + (unknown - agreed) / 2;
        }
        return agreed;
    }

    private void truncate(final long sequence) {
        claim(MessageHeaderEncoder.ENCODED_LENGTH + TruncatedEncoder.BLOCK_LENGTH);
        truncated
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .logId(router.logId())
                .term(router.term())
                .sequence(sequence)
                .incarnation(request.incarnation());
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
     * Sends what waits: receipts and answers to changes of interest. {@link #replay} and {@link #finish} follow it.
     *
     * @return how much was done; 0 when there was nothing to do.
     */
    int doWork() {
        if (!isProven()) {
            return 0;
        }
        if (state == State.LAGGING) {
            if (packer.flush() <= 0) {
                return 0;
            }
            state = State.REPLAYING;
        }
        int work = sendReceipts();
        if (state == State.REPLAYING || !unanswered.isEmpty()) {
            work += answerInterests();
        }
        return work;
    }

    /**
     * Feeds a shard that is behind from the journal.
     *
     * @param limit the most records to read.
     * @return how many were read.
     */
    int replay(final int limit) {
        return state == State.REPLAYING && unanswered.isEmpty() && limit > 0 ? replayUpTo(limit) : 0;
    }

    /** Ends a duty cycle: a heartbeat if it is time, and what is packed goes out. */
    int finish(final long nowNs) {
        final int work = hasChain() && state != State.LAGGING ? heartbeat(nowNs) : 0;
        return work + (packer.pending() > 0 && packer.flush() > 0 ? 1 : 0);
    }

    void flush() {
        packer.flush();
    }

    /** Sends a message outside the chain, or drops it when the link is full. */
    boolean sendAside(final DirectBuffer encoded, final int length) {
        if (!hasChain() || !claim(length)) {
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
        state = State.LAGGING;
    }

    private ReplaySource source() {
        if (replay == null) {
            replay = router.newReplaySource();
        }
        return replay;
    }

    private void challenge() {
        final byte[] proof = router.secret().ofChallenge(request.attachNonce(), engineNonce, request.shardId());
        challenge
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .attachNonce(request.attachNonce())
                .engineNonce(engineNonce)
                .putProof(proof, 0, proof.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + challenge.encodedLength());
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
                .incarnation(request.incarnation())
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

    private int replayUpTo(final int limit) {
        if (coveredSequence == router.routedSequence()) {
            state = State.LIVE;
            return 0;
        }
        if (!replayPositioned) {
            if (!source().seekAfter(coveredSequence)) {
                truncate(coveredSequence);
                state = State.ATTACHING;
                router.listShards();
                return 0;
            }
            replayPositioned = true;
        }
        int read = 0;
        while (state == State.REPLAYING && read < limit && coveredSequence < router.routedSequence()) {
            final int polled = source().poll(replayHandler, (int)
                    Math.min(Math.min(REPLAY_STEP, limit - read), router.routedSequence() - coveredSequence));
            if (polled == ReplaySource.TRIMMED) {
                // To seek again says so.
                replayPositioned = false;
                return read;
            }
            if (polled == 0) {
                break;
            }
            read += polled;
        }
        if (state == State.REPLAYING && coveredSequence == router.routedSequence()) {
            state = State.LIVE;
        }
        return read;
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
                    lagFrom(coveredSequence);
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
                lagFrom(coveredSequence);
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
