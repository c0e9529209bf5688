package io.stentor.perf.bench;

import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Claims a slot of the Disruptor, copies a payload into it and publishes it: what an offer cannot cost less than.
 *
 * <p>There is no consumer: the gating sequence follows each publish at once, so that what is measured is the claim and not
 * how two threads share two cores.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RingClaimBenchmark {
    /** Slots; the engine's default. */
    private static final int RING_CAPACITY = 4096;

    /** Whether several threads may publish, which is what the engine allows. */
    @Param({"true", "false"})
    private boolean manyPublishers;

    /** Bytes copied into the slot; 0 is the claim alone. */
    @Param({"0", "256"})
    private int payloadLength;

    private final Sequence consumed = new Sequence();
    private UnsafeBuffer payload;
    private RingBuffer<UnsafeBuffer> ring;

    /** Makes a ring whose slots hold the payload. */
    @Setup
    public void makeRing() {
        payload = new UnsafeBuffer(new byte[payloadLength]);
        ring = manyPublishers
                ? RingBuffer.createMultiProducer(() -> new UnsafeBuffer(new byte[payloadLength]), RING_CAPACITY)
                : RingBuffer.createSingleProducer(() -> new UnsafeBuffer(new byte[payloadLength]), RING_CAPACITY);
        ring.addGatingSequences(consumed);
    }

    /** One message into the ring. */
    @Benchmark
    public long claimCopyPublish() throws InsufficientCapacityException {
        final long sequence = ring.tryNext();
        ring.get(sequence).putBytes(0, payload, 0, payloadLength);
        ring.publish(sequence);
        consumed.set(sequence);
        return sequence;
    }
}
