package io.stentor.fanout.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.AttachEncoder;
import io.stentor.transport.wire.ChallengeDecoder;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.DeliverDecoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.HeartbeatDecoder;
import io.stentor.transport.wire.InterestCompleteEncoder;
import io.stentor.transport.wire.InterestEncoder;
import io.stentor.transport.wire.InterestOnDecoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.ProveEncoder;
import io.stentor.transport.wire.ReceiptDecoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.RefusedDecoder;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.ShardDialogue;
import io.stentor.transport.wire.ShardHeartbeatEncoder;
import io.stentor.transport.wire.SharedSecret;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.StreamStartDecoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.SubmitEncoder;
import io.stentor.transport.wire.TopicOpenedDecoder;
import io.stentor.transport.wire.TruncatedDecoder;
import io.stentor.transport.wire.WatermarkDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** A router with its control reader between scripted shards and a scripted log. */
final class RouterTest {

    private static final long LOG_ID = 77;
    private static final long TERM = 3;

    private final Map<String, RoutedTopic> byName = new HashMap<>();
    private final Map<Long, RoutedTopic> byId = new HashMap<>();
    private final List<MessageFrame> log = new ArrayList<>();

    /** Of the records that are written now. */
    private long term = TERM;

    private final Map<Integer, MemoryLink> links = new HashMap<>();
    private final List<Throwable> errors = new ArrayList<>();
    private final Requests requests = new Requests();
    private long syncedSequence;
    private long nowNs = 1;
    private final SharedSecret secret = new SharedSecret(new byte[SharedSecret.LENGTH_MIN]);
    private long nonce = 100;
    private int reads;
    private long attachNonce;
    private int version = ShardDialogue.VERSION;
    private final Router router = new Router(new RouterContext(
            1,
            LOG_ID,
            TERM,
            0,
            1024,
            new Topics(),
            LogSource::new,
            new Links(),
            secret,
            () -> ++nonce,
            () -> syncedSequence,
            () -> 5));
    private final ControlReader control = new ControlReader(router, requests, () -> nowNs, errors::add);

    @Test
    void shouldBeginChainForShardThatStartsAfresh() {
        open("chat:1");
        message("chat:1", "before");

        attach(1, 0, 0, "chat:1");

        assertEquals(
                List.of("start 2", "on chat:1 from 2 head 1 prev 2", "heartbeat prev 2 journaled 2 synced 0"),
                linesOf(1));
    }

    @Test
    void shouldSendOneFrameToEachShardThatWantsTheTopicChainedByPrevSequence() {
        open("chat:1");
        open("chat:2");
        attach(1, 0, 0, "chat:1");
        attach(2, 0, 0, "chat:1", "chat:2");
        linesOf(1);
        linesOf(2);

        message("chat:1", "a");
        message("chat:2", "b");
        message("chat:1", "c");

        assertEquals(List.of("deliver 3 prev 2 a", "deliver 5 prev 3 c"), linesOf(1));
        assertEquals(List.of("deliver 3 prev 2 a", "deliver 4 prev 3 b", "deliver 5 prev 4 c"), linesOf(2));
    }

    @Test
    void shouldTellShardWhenTheTopicItWaitsForIsOpened() {
        attach(1, 0, 0, "later");
        linesOf(1);

        open("later");
        message("later", "first");

        assertEquals(List.of("opened later 1 prev 0", "deliver 2 prev 1 first"), linesOf(1));
    }

    @Test
    void shouldFeedShardFromTheLogWhenItsLinkIsFullAndNobodyElseWaits() {
        open("chat:1");
        attach(1, 0, 0, "chat:1");
        attach(2, 0, 0, "chat:1");
        linesOf(1);
        linesOf(2);

        links.get(1).full = true;
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            message("chat:1", "m" + i);
            expected.add("deliver " + (i + 2) + " prev " + (i + 1) + " m" + i);
        }
        assertEquals(expected, linesOf(2));
        links.get(1).full = false;
        for (int i = 0; i < 100; i++) {
            router.doWork(nowNs);
        }
        message("chat:1", "live again");
        expected.add("deliver 5002 prev 5001 live again");

        assertEquals(expected, linesOf(1));
    }

    @Test
    void shouldReplayFromThePositionOfShardThatComesBack() {
        open("chat:1");
        open("chat:2");
        message("chat:1", "a");
        message("chat:2", "b");
        message("chat:1", "c");

        attach(1, LOG_ID, 3, "chat:1");

        assertEquals(
                List.of(
                        "start 3",
                        "on chat:1 from 5 head 2 prev 3",
                        "deliver 5 prev 3 c",
                        "heartbeat prev 5 journaled 5 synced 0"),
                linesOf(1));
    }

    @Test
    void shouldTruncateShardThatKnowsMoreThanTheLog() {
        open("chat:1");

        attach(1, LOG_ID, 9, "chat:1");
        attach(2, 5, 1, "chat:1");

        assertEquals(List.of("truncated 1"), linesOf(1));
        assertEquals(List.of("truncated 0"), linesOf(2));
    }

    @Test
    void shouldTruncateToTheLastRecordOfTheTermThatTheShardKnows() {
        term = TERM - 1;
        open("chat:1");
        message("chat:1", "kept");
        term = TERM;
        message("chat:1", "of this term, where a lost one was");
        message("chat:1", "too");

        attach(new Shard(1, 1, 11, secret, "memory"), LOG_ID, TERM - 1, 9, "chat:1");
        attach(new Shard(2, 2, 11, secret, "memory"), LOG_ID, TERM - 1, 3, "chat:1");
        attach(new Shard(3, 3, 11, secret, "memory"), LOG_ID, TERM - 1, 2, "chat:1");

        assertEquals(List.of("truncated 2"), linesOf(1));
        assertEquals(List.of("truncated 2"), linesOf(2));
        assertEquals("start 2", linesOf(3).get(0));
    }

    @Test
    void shouldRefuseThePositionOfARecordThatWasLostWithItsTerm() {
        open("chat:1");
        message("chat:1", "of this term, where a lost one was");

        attach(new Shard(1, 1, 11, secret, "memory"), LOG_ID, TERM - 1, 2, "chat:1");

        assertEquals(List.of("truncated 0"), linesOf(1));
    }

    @Test
    void shouldRefuseShardThatDoesNotKnowTheSecretAndTellItOnlyWhereItComesFrom() {
        final byte[] other = new byte[SharedSecret.LENGTH_MIN];
        other[0] = 1;

        attach(new Shard(1, 1, 11, new SharedSecret(other), "memory"), 0, 0, 0);
        attach(new Shard(2, 2, 11, new SharedSecret(other), "elsewhere"), 0, 0, 0);

        assertNull(links.get(2));
        assertTrue(links.get(1).closed);
        assertEquals(2, router.refused(RefusalCode.AUTHENTICATION));
        assertNull(router.stream(1));
    }

    @Test
    void shouldRefuseAnotherVersionAndANumberThatNoShardMayHave() {
        version = 1;
        say(
                new Shard(1, 1, 11, secret, "memory"),
                packer -> attachMessage(packer, new Shard(1, 1, 11, secret, "memory"), 0, 0, 0));
        router.doWork(nowNs);
        assertEquals(List.of("refused PROTOCOL_VERSION"), linesOf(1));
        version = ShardDialogue.VERSION;
        say(
                new Shard(2, 0, 11, secret, "memory"),
                packer -> attachMessage(packer, new Shard(2, 0, 11, secret, "memory"), 0, 0, 0));
        router.doWork(nowNs);
        assertEquals(List.of("refused UNKNOWN_SHARD"), linesOf(0));
        assertEquals(2, errors.size());
    }

    @Test
    void shouldRefuseASecondShardOfOneNumberUntilTheFirstFallsSilent() {
        attach(1, 0, 0);
        linesOf(1);
        final ShardStream first = router.stream(1);

        attach(new Shard(2, 1, 12, secret, "memory"), 0, 0, 0);
        assertEquals("refused SHARD_ID_TAKEN", linesOf(1).get(0));
        assertSame(first, router.stream(1));
        router.doWork(nowNs);
        assertNull(router.streamOf(2));

        nowNs += Attaches.TAKEOVER_NS + 1;
        attach(new Shard(3, 1, 12, secret, "memory"), 0, 0, 0);
        assertEquals("start 0", linesOf(1).get(0));
        assertTrue(first.isClosed());
        assertEquals(List.of(new LiveShard(1, "test", "ws://test", 0)), router.liveShards());
    }

    @Test
    void shouldNotListAShardWhileItDrains() {
        attach(1, 0, 0);
        attach(2, 0, 0);
        say(new Shard(1, 1, 11, secret, "memory"), packer -> heartbeat(packer, 1, 7, true));
        assertEquals(List.of(new LiveShard(2, "test", "ws://test", 0)), router.liveShards());

        say(new Shard(1, 1, 11, secret, "memory"), packer -> heartbeat(packer, 1, 5, false));
        assertEquals(
                List.of(new LiveShard(1, "test", "ws://test", 5), new LiveShard(2, "test", "ws://test", 0)),
                router.liveShards());
    }

    @Test
    void shouldTakeNothingFromAConnectionThatHasNotProvenItself() {
        final Shard shard = new Shard(1, 1, 11, secret, "memory");
        say(shard, packer -> attachMessage(packer, shard, 0, 0, 0));
        say(shard, packer -> submit(packer, 1));
        say(new Shard(5, 1, 11, secret, "memory"), packer -> submit(packer, 2));
        assertEquals(List.of(), requests.submits);
        assertEquals(2, router.strangers());

        attach(2, 0, 0);
        say(new Shard(2, 2, 11, secret, "memory"), packer -> submit(packer, 3));
        assertEquals(List.of(), requests.submits, "a submit of shard 1 on the connection of shard 2");

        nowNs += ShardStream.PROVE_TIMEOUT_NS + 1;
        router.doWork(nowNs);
        assertNull(router.streamOf(1));
    }

    @Test
    void shouldReadNothingForALaggingShardUntilItsLinkTakesAgain() {
        open("chat:1");
        attach(1, 0, 0, "chat:1");
        links.get(1).full = true;
        for (int i = 0; i < 100; i++) {
            message("chat:1", "m" + i);
        }
        final int before = reads;
        for (int i = 0; i < 100; i++) {
            router.doWork(nowNs);
        }
        assertEquals(before, reads);
        assertEquals(ShardStream.State.LAGGING, router.stream(1).state());

        links.get(1).full = false;
        router.doWork(nowNs);
        router.doWork(nowNs);
        assertEquals(ShardStream.State.LIVE, router.stream(1).state());
    }

    @Test
    void shouldReadLittleInVainWhenTheLinkTakesAFewFragmentsAtATime() {
        open("chat:1");
        attach(1, 0, 0, "chat:1");
        final MemoryLink link = links.get(1);
        link.full = true;
        final int count = 2_000;
        for (int i = 0; i < count; i++) {
            message("chat:1", "m" + i);
        }
        final int before = reads;
        while (router.stream(1).state() != ShardStream.State.LIVE) {
            link.full = false;
            link.fullAfter = link.fragments.size() + 2;
            assertTrue(router.doWork(nowNs) > 0, "it goes on");
        }
        assertTrue(reads - before <= 2 * count, () -> reads - before + " reads for " + count + " messages");
    }

    @Test
    void shouldShareOneBudgetOfReadsAmongLaggingShards() {
        open("chat:1");
        for (int shard = 1; shard <= 4; shard++) {
            attach(shard, 0, 0, "chat:1");
            links.get(shard).full = true;
        }
        for (int i = 0; i < 4 * Router.REPLAY_LIMIT; i++) {
            message("chat:1", "m");
        }
        links.values().forEach(link -> link.full = false);
        for (int cycle = 0; cycle < 16; cycle++) {
            final int before = reads;
            router.doWork(nowNs);
            assertTrue(reads - before <= Router.REPLAY_LIMIT, () -> reads - before + " in one duty cycle");
        }
        for (int i = 0; i < 32; i++) {
            router.doWork(nowNs);
        }
        for (int shard = 1; shard <= 4; shard++) {
            assertEquals(ShardStream.State.LIVE, router.stream(shard).state());
        }
    }

    @Test
    void shouldSayHeartbeatAtOnceWhenForceReachesWaitingPayment() {
        byName("pay", DeliveryClass.PAYMENT);
        attach(1, 0, 0, "pay");
        message("pay", "invoice");
        router.doWork(nowNs);
        linesOf(1);

        syncedSequence = 2;
        router.doWork(nowNs);
        router.doWork(nowNs);

        assertEquals(List.of("heartbeat prev 2 journaled 2 synced 2"), linesOf(1));
    }

    @Test
    void shouldSayHeartbeatWhenTheChainIsSilent() {
        attach(1, 0, 0);
        linesOf(1);

        nowNs += ShardStream.HEARTBEAT_INTERVAL_NS - 1;
        router.doWork(nowNs);
        assertEquals(List.of(), linesOf(1));
        nowNs += 1;
        router.doWork(nowNs);

        assertEquals(List.of("heartbeat prev 0 journaled 0 synced 0"), linesOf(1));
    }

    @Test
    void shouldDropShardThatFellSilent() {
        open("chat:1");
        attach(1, 0, 0, "chat:1");

        nowNs += Router.SILENCE_MAX_NS + 1;
        router.doWork(nowNs);

        assertTrue(links.get(1).closed);
        assertTrue(byName.get("chat:1").shards().isEmpty());
    }

    @Test
    void shouldHandOutSubmitAgainThatFoundTheRingFullButNothingBeforeIt() {
        attach(1, 0, 0);
        final UnsafeBuffer fragment = new UnsafeBuffer(new byte[4096]);
        final MemoryLink shard = new MemoryLink();
        final FragmentPacker packer = new FragmentPacker(shard);
        submit(packer, 1);
        submit(packer, 2);
        submit(packer, 3);
        packer.flush();
        fragment.putBytes(0, shard.fragments.get(0));
        final int length = shard.fragments.get(0).length;

        requests.room = 1;
        assertEquals(false, control.onFragment(1, fragment, 0, length));
        requests.room = 10;
        assertEquals(true, control.onFragment(1, fragment, 0, length));

        assertEquals(List.of(1L, 2L, 3L), requests.submits);
    }

    @Test
    void shouldSurviveGarbageOnTheControlStream() {
        final UnsafeBuffer garbage = new UnsafeBuffer(new byte[64]);
        garbage.setMemory(0, 64, (byte) 0x7F);

        assertEquals(true, control.onFragment(9, garbage, 0, 64));

        assertEquals(1, errors.size());
    }

    @Test
    void shouldReturnReceiptsOnTheStreamOfTheSubmit() {
        attach(1, 0, 0);
        linesOf(1);
        final ShardStream stream = router.stream(1);
        stream.submitAccepted();
        stream.receipt(42, ResultCode.OK, AckLevel.JOURNALED, 7, 8, 9, true);

        router.doWork(nowNs);

        assertEquals(List.of("receipt 42 OK JOURNALED 9"), linesOf(1));
    }

    private void attach(final int shardId, final long logId, final long sequence, final String... topics) {
        attach(new Shard(shardId, shardId, 11, secret, "memory"), logId, TERM, sequence, topics);
        assertEquals(List.of(), errors);
    }

    /** What a shard is to the engine: a connection and what it says of itself. */
    private record Shard(long sourceId, int id, long incarnation, SharedSecret secret, String channel) {}

    private void attach(
            final Shard shard, final long logId, final long term, final long sequence, final String... topics) {
        say(shard, packer -> attachMessage(packer, shard, logId, term, sequence));
        router.doWork(nowNs);
        final MemoryLink live = links.get(shard.id);
        if (live == null || !live.takeLines().equals(List.of("challenge " + attachNonce))) {
            return;
        }
        say(shard, packer -> {
            prove(packer, shard);
            for (final String topic : topics) {
                final InterestEncoder interest = new InterestEncoder()
                        .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), new MessageHeaderEncoder())
                        .shardId(shard.id)
                        .version(1)
                        .op(InterestOp.ADD);
                interest.topicName(topic);
                packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + interest.encodedLength());
            }
            final InterestCompleteEncoder complete = new InterestCompleteEncoder()
                    .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), new MessageHeaderEncoder())
                    .shardId(shard.id)
                    .version(1)
                    .incarnation(shard.incarnation);
            packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + complete.encodedLength());
        });
        for (int i = 0; i < 3; i++) {
            router.doWork(nowNs);
        }
    }

    private void say(final Shard shard, final Consumer<FragmentPacker> messages) {
        final MemoryLink link = new MemoryLink();
        final FragmentPacker packer = new FragmentPacker(link);
        messages.accept(packer);
        packer.flush();
        final byte[] fragment = link.fragments.get(0);
        control.onFragment(shard.sourceId, new UnsafeBuffer(fragment), 0, fragment.length);
    }

    private void attachMessage(
            final FragmentPacker packer, final Shard shard, final long logId, final long term, final long sequence) {
        attachNonce = ++nonce;
        final int offset = packer.claimOffset();
        final AttachEncoder attach = new AttachEncoder()
                .wrapAndApplyHeader(packer.buffer(), offset, new MessageHeaderEncoder())
                .shardId(shard.id)
                .protocolVersion(version)
                .incarnation(shard.incarnation)
                .logId(logId)
                .term(term)
                .sequence(sequence)
                .liveStreamId(shard.id)
                .pagesStreamId(shard.id)
                .attachNonce(attachNonce);
        attach.channel(shard.channel).name("test").address("ws://test");
        final byte[] proof = shard.secret.ofAttach(packer.buffer(), offset, attach.limit() - offset);
        attach.putProof(proof, 0, proof.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + attach.encodedLength());
    }

    private void prove(final FragmentPacker packer, final Shard shard) {
        final long engineNonce = router.streamOf(shard.sourceId).engineNonce();
        final byte[] proof = shard.secret.ofProve(attachNonce, engineNonce, shard.id);
        final ProveEncoder prove = new ProveEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), new MessageHeaderEncoder())
                .shardId(shard.id)
                .engineNonce(engineNonce)
                .putProof(proof, 0, proof.length);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + prove.encodedLength());
    }

    private static void heartbeat(
            final FragmentPacker packer, final int shardId, final int sessions, final boolean draining) {
        final ShardHeartbeatEncoder heartbeat = new ShardHeartbeatEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), new MessageHeaderEncoder())
                .shardId(shardId)
                .incarnation(11)
                .term(TERM)
                .sequence(0)
                .sessions(sessions)
                .draining((short) (draining ? 1 : 0));
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + heartbeat.encodedLength());
    }

    private static void submit(final FragmentPacker packer, final long correlationId) {
        final SubmitEncoder submit = new SubmitEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), new MessageHeaderEncoder())
                .shardId(1)
                .correlationId(correlationId)
                .deliveryClass(DeliveryClass.CHAT)
                .level(AckLevel.NONE);
        submit.topicName("chat:1").sender("").messageId("").origin("");
        submit.putTags(new byte[0], 0, 0).putPayload(new byte[3], 0, 3);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + submit.encodedLength());
    }

    private void open(final String name) {
        byName(name, DeliveryClass.CHAT);
    }

    private void byName(final String name, final DeliveryClass deliveryClass) {
        final RoutedTopic topic = new RoutedTopic(byId.size() + 1L, name, deliveryClass);
        byId.put(topic.id(), topic);
        byName.put(name, topic);
        final long sequence = log.size() + 1L;
        log.add(new MessageFrame().place(sequence, term, topic.id(), 0));
        router.onTopicOpened(topic, sequence);
        router.flush();
    }

    private void message(final String name, final String text) {
        final RoutedTopic topic = byName.get(name);
        final UnsafeBuffer payload = new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
        final MessageFrame frame = new MessageFrame()
                .place(log.size() + 1L, term, topic.id(), topic.headOffset() + 1)
                .times(1, 0, 0)
                .attributes(topic.deliveryClass(), 0, 0, 0)
                .in(payload)
                .sender(0, 0)
                .origin(0, 0)
                .tags(0, 0)
                .payload(0, payload.capacity());
        log.add(frame);
        router.onMessage(topic, frame);
        router.flush();
    }

    private List<String> linesOf(final int shardId) {
        return links.get(shardId).takeLines();
    }

    /** The log as the test wrote it: a frame with offset 0 is the record that opened its topic. */
    private final class LogSource implements ReplaySource {

        private int next;

        @Override
        public long termAt(final long sequence) {
            return sequence <= log.size() ? log.get((int) sequence - 1).term : NO_TERM;
        }

        @Override
        public boolean seekAfter(final long sequence) {
            next = (int) sequence;
            return true;
        }

        @Override
        public int poll(final Handler handler, final int limit) {
            int count = 0;
            while (count < limit && next < log.size()) {
                reads++;
                final MessageFrame frame = log.get(next++);
                if (frame.topicOffset == 0) {
                    handler.onTopicOpened(byId.get(frame.topicId), frame.sequence);
                } else {
                    handler.onMessage(byId.get(frame.topicId), frame);
                }
                count++;
            }
            return count;
        }

        @Override
        public void close() {}
    }

    private final class Topics implements TopicLookup {

        @Override
        public RoutedTopic byName(final String name) {
            return byName.get(name);
        }

        @Override
        public RoutedTopic byId(final long topicId) {
            return byId.get(topicId);
        }
    }

    private final class Links implements ShardLinks {

        @Override
        public boolean mayAttach(final long sourceId, final int shardId) {
            return shardId > 0;
        }

        @Override
        public boolean leadsBack(final long sourceId, final String channel) {
            return channel.equals("memory");
        }

        @Override
        public FragmentLink live(final String channel, final int streamId) {
            final MemoryLink link = new MemoryLink();
            links.put(streamId, link);
            return link;
        }

        @Override
        public FragmentLink brief(final String channel, final int streamId) {
            return live(channel, streamId);
        }

        @Override
        public void pages(final int shardId, final long ticket, final String channel, final int streamId) {}

        @Override
        public void closePages(final int shardId) {}
    }

    private static final class Requests implements ShardRequests {

        final List<Long> submits = new ArrayList<>();
        int room = Integer.MAX_VALUE;

        @Override
        public boolean onSubmit(final ShardStream from, final SubmitDecoder submit) {
            if (room-- <= 0) {
                return false;
            }
            submits.add(submit.correlationId());
            return true;
        }

        @Override
        public boolean onCursor(final CursorDecoder cursor) {
            return true;
        }

        @Override
        public boolean onWatermark(final WatermarkDecoder watermark) {
            return true;
        }

        @Override
        public void onSignal(final ShardStream from, final SignalDecoder signal) {}

        @Override
        public void onStateEntry(final StateEntryDecoder entry) {}

        @Override
        public void onStateEnd(final StateEndDecoder end) {}
    }

    /** A link that keeps what it is offered, or is full. */
    private static final class MemoryLink implements FragmentLink {

        final List<byte[]> fragments = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        private final MessageHeaderDecoder header = new MessageHeaderDecoder();
        boolean full;
        boolean closed;

        /** It is full once it holds so many fragments. */
        int fullAfter = Integer.MAX_VALUE;

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int length) {
            full |= fragments.size() >= fullAfter;
            if (full) {
                return BACK_PRESSURED;
            }
            final byte[] fragment = new byte[length];
            buffer.getBytes(offset, fragment);
            fragments.add(fragment);
            return fragments.size();
        }

        @Override
        public int fragmentLengthMax() {
            return 16 * 1024;
        }

        @Override
        public int fragmentLengthPreferred() {
            return 1024;
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void close() {
            closed = true;
        }

        List<String> takeLines() {
            lines.clear();
            for (final byte[] fragment : fragments) {
                assertTrue(FragmentReader.read(new UnsafeBuffer(fragment), 0, fragment.length, this::onMessage));
            }
            fragments.clear();
            return List.copyOf(lines);
        }

        private void onMessage(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
            lines.add(
                    switch (templateId) {
                        case StreamStartDecoder.TEMPLATE_ID ->
                            "start "
                                    + new StreamStartDecoder()
                                            .wrapAndApplyHeader(buffer, offset, header)
                                            .sequence();
                        case TruncatedDecoder.TEMPLATE_ID ->
                            "truncated "
                                    + new TruncatedDecoder()
                                            .wrapAndApplyHeader(buffer, offset, header)
                                            .sequence();
                        case DeliverDecoder.TEMPLATE_ID ->
                            deliver(new DeliverDecoder().wrapAndApplyHeader(buffer, offset, header));
                        case TopicOpenedDecoder.TEMPLATE_ID -> {
                            final TopicOpenedDecoder opened =
                                    new TopicOpenedDecoder().wrapAndApplyHeader(buffer, offset, header);
                            final String at = opened.sequence() + " prev " + opened.prevSequence();
                            yield "opened " + opened.topicName() + " " + at;
                        }
                        case InterestOnDecoder.TEMPLATE_ID -> {
                            final InterestOnDecoder on =
                                    new InterestOnDecoder().wrapAndApplyHeader(buffer, offset, header);
                            final String at = " from " + on.fromSequence() + " head " + on.headOffset() + " prev "
                                    + on.prevSequence();
                            yield "on " + on.topicName() + at;
                        }
                        case ChallengeDecoder.TEMPLATE_ID ->
                            "challenge "
                                    + new ChallengeDecoder()
                                            .wrapAndApplyHeader(buffer, offset, header)
                                            .attachNonce();
                        case RefusedDecoder.TEMPLATE_ID ->
                            "refused "
                                    + new RefusedDecoder()
                                            .wrapAndApplyHeader(buffer, offset, header)
                                            .code();
                        case HeartbeatDecoder.TEMPLATE_ID -> {
                            final HeartbeatDecoder beat =
                                    new HeartbeatDecoder().wrapAndApplyHeader(buffer, offset, header);
                            yield "heartbeat prev " + beat.prevSequence() + " journaled " + beat.journaledSequence()
                                    + " synced " + beat.syncedSequence();
                        }
                        case ReceiptDecoder.TEMPLATE_ID -> {
                            final ReceiptDecoder receipt =
                                    new ReceiptDecoder().wrapAndApplyHeader(buffer, offset, header);
                            yield "receipt " + receipt.correlationId() + " " + receipt.code() + " " + receipt.level()
                                    + " " + receipt.topicOffset();
                        }
                        default -> "message " + templateId;
                    });
        }

        private static String deliver(final DeliverDecoder deliver) {
            final String at = "deliver " + deliver.sequence() + " prev " + deliver.prevSequence() + " ";
            deliver.sender();
            deliver.origin();
            deliver.skipTags();
            final byte[] payload = new byte[deliver.payloadLength()];
            deliver.getPayload(payload, 0, payload.length);
            return at + new String(payload, StandardCharsets.UTF_8);
        }
    }
}
