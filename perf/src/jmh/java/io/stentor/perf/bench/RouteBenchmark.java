package io.stentor.perf.bench;

import io.stentor.fanout.route.MessageFrame;
import io.stentor.fanout.route.RoutedTopic;
import io.stentor.fanout.route.Router;
import io.stentor.transport.wire.DeliveryClass;
import java.util.concurrent.TimeUnit;
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

/** Routes a message to the shards that want its topic, encoded once, into streams that take everything: per message. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RouteBenchmark {
    /** Messages between two flushes: as many as the pipeline takes in one batch. */
    private static final int BATCH = 256;

    private static final int PAYLOAD_LENGTH = 256;

    /** Shards that want the topic; with none the message is only noted. */
    @Param({"0", "1", "8"})
    private int shards;

    private final MessageFrame frame = new MessageFrame();
    private Router router;
    private RoutedTopic topic;
    private long sequence;

    /** Attaches the shards. */
    @Setup
    public void attach() {
        final AttachedShards attached = new AttachedShards(shards);
        router = attached.router();
        topic = attached.topic();
        sequence = router.routedSequence();
        frame.in(new UnsafeBuffer(new byte[PAYLOAD_LENGTH]))
                .attributes(DeliveryClass.CHAT, 0, 0, 0)
                .producer(0, 0)
                .sender(0, 0)
                .origin(0, 0)
                .tags(0, 0)
                .payload(0, PAYLOAD_LENGTH);
    }

    /** One batch. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long route() {
        for (int i = 0; i < BATCH; i++) {
            sequence++;
            frame.place(sequence, 1, topic.id(), sequence).times(sequence, 0, sequence);
            router.onMessage(topic, frame);
        }
        router.flush();
        return sequence;
    }
}
