package io.stentor.perf.bench;

import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalAppender;
import io.stentor.journal.JournalContext;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.IoUtil;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Encodes a message as a record and appends it, against a bare append of an equally long excerpt: nanoseconds for one.
 *
 * <p>Both write new files in the system's directory for temporary files, a fresh one for each iteration; the journal's
 * agents force and touch pages beside it as they do in the engine, the bare queue has nobody beside it. One second an
 * iteration, because a second is a gigabyte.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class JournalAppendBenchmark {
    private static final int PAYLOAD_LENGTH = 256;
    private static final int BODY_LENGTH = MessageBody.length(0, 0, 0, 0, PAYLOAD_LENGTH);
    private static final int RECORD_LENGTH = RecordLayout.HEADER_LENGTH + BODY_LENGTH;
    private static final int INVOCATION = 256;

    /** One message as a record of ours. */
    @State(Scope.Thread)
    public static class Message {
        private final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
        private final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordLayout.alignedLength(RECORD_LENGTH)]);

        private void encode(final long sequence) {
            RecordLayout.start(record, 0, RecordType.MESSAGE, BODY_LENGTH);
            RecordLayout.sequence(record, 0, sequence);
            RecordLayout.term(record, 0, 1);
            RecordLayout.timestampNs(record, 0, sequence);
            RecordLayout.topicId(record, 0, 1);
            RecordLayout.offset(record, 0, sequence);
            MessageBody.lengths(record, 0, 0, 0, 0, 0);
            record.putBytes(MessageBody.payloadOffset(record, 0), payload, 0, PAYLOAD_LENGTH);
            RecordLayout.sealBody(record, 0);
            RecordLayout.sealHeader(record, 0);
        }
    }

    /** A journal of ours, with the agents that the engine runs beside it. */
    @State(Scope.Thread)
    public static class OurJournal {
        /** Records between two commits: one when the pipeline keeps up easily, many when it is full. */
        @Param({"1", "16", "256"})
        private int batch;

        private Path directory;
        private ChronicleJournal journal;
        private AgentRunner agents;
        private JournalAppender appender;

        /** Opens an empty journal. */
        @Setup(Level.Iteration)
        public void open() throws IOException {
            directory = Files.createTempDirectory("stentor-bench-");
            journal = ChronicleJournal.open(
                    new JournalContext().directory(directory).errorHandler(Throwable::printStackTrace));
            agents = new AgentRunner(
                    new SleepingIdleStrategy(TimeUnit.MILLISECONDS.toNanos(1)),
                    Throwable::printStackTrace,
                    null,
                    new CompositeAgent(journal.backgroundAgents()));
            AgentRunner.startOnThread(agents);
            appender = journal.appender();
        }

        /** Deletes it. */
        @TearDown(Level.Iteration)
        public void close() {
            agents.close();
            journal.close();
            IoUtil.delete(directory.toFile(), false);
        }
    }

    /** Chronicle Queue and nothing else. */
    @State(Scope.Thread)
    public static class BareQueue {
        private final Bytes<?> excerpt = Bytes.allocateDirect(new byte[RecordLayout.alignedLength(RECORD_LENGTH)]);
        private Path directory;
        private ChronicleQueue queue;
        private ExcerptAppender appender;

        /** Opens an empty queue. */
        @Setup(Level.Iteration)
        public void open() throws IOException {
            System.setProperty("chronicle.analytics.disable", "true");
            directory = Files.createTempDirectory("stentor-bench-");
            queue = SingleChronicleQueueBuilder.binary(directory)
                    .rollCycle(RollCycles.FAST_HOURLY)
                    .build();
            appender = queue.createAppender();
        }

        /** Deletes it. */
        @TearDown(Level.Iteration)
        public void close() {
            appender.close();
            queue.close();
            IoUtil.delete(directory.toFile(), false);
        }
    }

    /** Only the record: header, body, both checksums. */
    @Benchmark
    @OperationsPerInvocation(INVOCATION)
    public UnsafeBuffer encodeRecord(final Message message) {
        for (int i = 1; i <= INVOCATION; i++) {
            message.encode(i);
        }
        return message.record;
    }

    /** The record, and into the journal with it. */
    @Benchmark
    @OperationsPerInvocation(INVOCATION)
    public long encodeAppendCommit(final Message message, final OurJournal ours) {
        for (int i = 1; i <= INVOCATION; i++) {
            message.encode(ours.appender.lastSequence() + 1);
            ours.appender.append(message.record, 0, RECORD_LENGTH);
            if (i % ours.batch == 0) {
                ours.appender.commit();
            }
        }
        return ours.appender.lastSequence();
    }

    /** The floor: an excerpt for each. */
    @Benchmark
    @OperationsPerInvocation(INVOCATION)
    public void bareAppend(final BareQueue bare) {
        for (int i = 0; i < INVOCATION; i++) {
            try (DocumentContext document = bare.appender.writingDocument()) {
                document.wire().bytes().write(bare.excerpt, 0L, bare.excerpt.readLimit());
            }
        }
    }
}
