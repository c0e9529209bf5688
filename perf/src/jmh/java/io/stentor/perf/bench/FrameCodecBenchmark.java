package io.stentor.perf.bench;

import io.stentor.transport.wire.DeliverDecoder;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Packs frames into fragments and takes them apart again, with no stream between: nanoseconds for one frame. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class FrameCodecBenchmark {
    /** Frames of one invocation: as many as the pipeline takes in one batch. */
    private static final int FRAMES = 256;

    /** Of a frame without sender, origin, tags and payload. */
    private static final int FRAME_LENGTH_MAX = MessageHeaderEncoder.ENCODED_LENGTH
            + DeliverEncoder.BLOCK_LENGTH
            + DeliverEncoder.senderHeaderLength()
            + DeliverEncoder.originHeaderLength()
            + DeliverEncoder.tagsHeaderLength()
            + DeliverEncoder.payloadHeaderLength();

    /** Bytes of one message's payload. */
    @Param({"256"})
    private int payloadLength;

    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final DeliverEncoder encoder = new DeliverEncoder();
    private final DeliverDecoder decoder = new DeliverDecoder();
    private final FragmentReader.MessageHandler onMessage = this::decodeFrame;
    private List<DirectBuffer> fragments;
    private final SinkLink sink = new SinkLink();
    private final FragmentPacker packer = new FragmentPacker(sink);
    private UnsafeBuffer payload;
    private long sum;

    /** Makes the payload, and the fragments to read. */
    @Setup
    public void makeFragments() {
        payload = new UnsafeBuffer(new byte[payloadLength]);
        sink.keep();
        encode();
        fragments = sink.takeKept();
    }

    /** Encodes each frame and flushes whenever a fragment is full. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long encode() {
        for (int sequence = 1; sequence <= FRAMES; sequence++) {
            while (!packer.claim(FRAME_LENGTH_MAX + payloadLength)) {
                packer.flush();
            }
            encodeFrame(sequence);
        }
        return packer.flush();
    }

    /** Takes the same fragments apart and reads what a shard reads of each frame. */
    @Benchmark
    @OperationsPerInvocation(FRAMES)
    public long decode() {
        for (int i = 0; i < fragments.size(); i++) {
            final DirectBuffer fragment = fragments.get(i);
            FragmentReader.read(fragment, 0, fragment.capacity(), onMessage);
        }
        return sum;
    }

    private void encodeFrame(final long sequence) {
        encoder.wrapAndApplyHeader(packer.buffer(), packer.claimOffset(), headerEncoder)
                .prevSequence(sequence - 1)
                .sequence(sequence)
                .syncedSequence(sequence)
                .term(1)
                .topicId(1)
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
                .offeredNs(sequence)
                .putSender(payload, 0, 0)
                .putOrigin(payload, 0, 0)
                .putTags(payload, 0, 0)
                .putPayload(payload, 0, payloadLength);
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encoder.encodedLength());
    }

    private void decodeFrame(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        decoder.wrapAndApplyHeader(buffer, offset, headerDecoder);
        sum += decoder.prevSequence() + decoder.sequence() + decoder.topicId() + decoder.topicOffset();
        decoder.skipSender();
        decoder.skipOrigin();
        decoder.skipTags();
        sum += buffer.getByte(decoder.limit() + DeliverDecoder.payloadHeaderLength() + decoder.payloadLength() - 1);
    }
}
