package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.wire.AttachDecoder;
import io.stentor.transport.wire.ChallengeEncoder;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentHandler;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentSource;
import io.stentor.transport.wire.InterestOnEncoder;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.StreamStartEncoder;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The way of a message from the live stream to the sinks of its sessions allocates nothing. */
final class AllocationTest {

    private static final int SUBSCRIBERS = 8;
    private static final int MESSAGES_PER_FRAGMENT = 16;
    private static final int WARM_UP = 20_000;
    private static final int MEASURED = 20_000;
    private static final int WINDOWS_MAX = 60;

    /** A stream that holds one fragment, kept in place. */
    private static final class OneFragment implements FragmentLink, FragmentSource {
        private final UnsafeBuffer fragment = new UnsafeBuffer(new byte[64 * 1024]);
        private int length;

        @Override
        public long offer(final DirectBuffer buffer, final int offset, final int offered) {
            fragment.putBytes(0, buffer, offset, offered);
            length = offered;
            return 1;
        }

        @Override
        public int poll(final FragmentHandler handler, final int fragmentLimit) {
            if (length == 0) {
                return 0;
            }
            handler.onFragment(1, fragment, 0, length);
            length = 0;
            return 1;
        }

        @Override
        public int fragmentLengthMax() {
            return fragment.capacity();
        }

        @Override
        public int fragmentLengthPreferred() {
            return fragment.capacity();
        }

        @Override
        public String originOf(final long sourceId) {
            return "memory";
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static final class CountingSink implements SessionSink {
        private long count;

        @Override
        public boolean onReply(final long commandId, final Reply reply) {
            return true;
        }

        @Override
        public boolean onPublication(final Publication publication) {
            count++;
            return true;
        }

        @Override
        public boolean onPush(final Push push) {
            return true;
        }

        @Override
        public void disconnect(final Disconnect disconnect) {
            throw new AssertionError(disconnect.reason());
        }
    }

    private final OneFragment live = new OneFragment();
    private final OneFragment control = new OneFragment();
    private final FragmentPacker packer = new FragmentPacker(live);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DeliverEncoder deliver = new DeliverEncoder();
    private final byte[] payload = new byte[256];
    private final byte[] sender = SimulatedEngine.bytes("somebody");
    private final CountingSink sink = new CountingSink();
    private long nowNs;
    private long sequence;
    private final Shard shard = new Shard(new ShardContext()
            .incarnation(1)
            .nanoClock(() -> nowNs)
            .epochClock(() -> 0)
            .live(live)
            .pages(new OneFragment())
            .control(control)
            .fetch(new OneFragment())
            .secret(SimulatedEngine.SECRET)
            .random(new SplittableRandom(1))
            .errorHandler(ex -> {
                throw new AssertionError(ex);
            }));

    @Test
    void shouldAllocateNothingForADeliveredMessage() {
        begin();
        deliver(WARM_UP);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemorySupported());
        final long id = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(id);
        final long countBefore = sink.count;
        // What allocates for a message does so in every window; a compiler that is late does so in the first ones.
        long least = Long.MAX_VALUE;
        int windows = 0;
        while (windows < WINDOWS_MAX && least > 0) {
            final long before = threads.getThreadAllocatedBytes(id);
            deliver(MEASURED);
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            windows++;
        }

        assertEquals((long) windows * MEASURED * MESSAGES_PER_FRAGMENT * SUBSCRIBERS, sink.count - countBefore);
        assertEquals(0, least, "bytes for " + MEASURED * MESSAGES_PER_FRAGMENT + " messages");
    }

    private void begin() {
        for (int i = 0; i < SUBSCRIBERS; i++) {
            final ClientSession session = shard.open(sink);
            session.offer(new ClientCommand.Connect(1, "client-" + i, "user", "device", null));
            session.offer(new ClientCommand.Subscribe(2, "a", false, null, false));
        }
        shard.doWork();
        final byte[] proof = SimulatedEngine.SECRET.ofChallenge(attachNonce(), 7, 0);
        send(new ChallengeEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .attachNonce(attachNonce())
                .engineNonce(7)
                .putProof(proof, 0, proof.length)
                .encodedLength());
        shard.doWork();
        send(new StreamStartEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .logId(5)
                .term(1)
                .sequence(0)
                .syncedSequence(0)
                .incarnation(1)
                .groupId(0)
                .payloadLengthMax(65_536)
                .encodedLength());
        shard.doWork();
        send(new InterestOnEncoder()
                .wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .prevSequence(0)
                .fromSequence(0)
                .syncedSequence(0)
                .topicId(17)
                .headOffset(0)
                .interestVersion(1)
                .deliveryClass(DeliveryClass.CHAT)
                .topicName("a")
                .encodedLength());
        shard.doWork();
    }

    /** What the shard has said last: its attach, the only message of its fragment. */
    private long attachNonce() {
        return new AttachDecoder()
                .wrapAndApplyHeader(control.fragment, FragmentPacker.PREFIX_LENGTH, new MessageHeaderDecoder())
                .attachNonce();
    }

    private void send(final int encodedLength) {
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encodedLength);
        packer.flush();
    }

    private void deliver(final int fragments) {
        for (int i = 0; i < fragments; i++) {
            for (int k = 0; k < MESSAGES_PER_FRAGMENT; k++) {
                packer.claim(1024);
                packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encode());
            }
            packer.flush();
            nowNs += 100_000;
            shard.doWork();
        }
    }

    private int encode() {
        sequence++;
        deliver.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), header)
                .prevSequence(sequence - 1)
                .sequence(sequence)
                .syncedSequence(0)
                .term(1)
                .topicId(17)
                .topicOffset(sequence)
                .timestampNs(sequence)
                .expiresAtNs(0)
                .producerId(0)
                .producerSequence(0)
                .groupId(0)
                .keyId(0)
                .mapEpoch(0)
                .flags(0)
                .deliveryClass(DeliveryClass.CHAT)
                .offeredNs(nowNs);
        return deliver.putSender(sender, 0, sender.length)
                .putOrigin(sender, 0, 0)
                .putTags(sender, 0, 0)
                .putPayload(payload, 0, payload.length)
                .encodedLength();
    }
}
