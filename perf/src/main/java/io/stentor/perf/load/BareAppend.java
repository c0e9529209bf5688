package io.stentor.perf.load;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.NanoClock;

/**
 * The floor under every path with a journal: one thread that appends excerpts to Chronicle Queue and does nothing else.
 * An excerpt is as long as a record of ours; there is one record in each; block size and roll cycle are the journal's.
 */
final class BareAppend {
    private final NanoClock clock;
    private final int excerptLength;
    private final long count;

    /**
     * A pass of so many excerpts.
     *
     * @param clock that times it.
     * @param excerptLength of each in bytes.
     * @param count how many.
     */
    BareAppend(final NanoClock clock, final int excerptLength, final long count) {
        this.clock = clock;
        this.excerptLength = excerptLength;
        this.count = count;
    }

    /**
     * Appends them all.
     *
     * @param directory an empty one.
     * @return time from the first append to the last, in nanoseconds; opening and closing are not in it.
     */
    long run(final Path directory) {
        final Bytes<?> source = Bytes.allocateDirect(excerptLength);
        for (int i = 0; i < excerptLength; i++) {
            source.writeByte((byte) ('!' + i % ('~' - '!')));
        }
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(directory)
                        .rollCycle(RollCycles.FAST_HOURLY)
                        .build();
                ExcerptAppender appender = queue.createAppender()) {
            append(appender, source);
            final long startNs = clock.nanoTime();
            for (long i = 1; i < count; i++) {
                append(appender, source);
            }
            return clock.nanoTime() - startNs;
        } finally {
            source.releaseLast();
        }
    }

    private void append(final ExcerptAppender appender, final Bytes<?> source) {
        try (DocumentContext document = appender.writingDocument()) {
            document.wire().bytes().write(source, 0L, excerptLength);
        }
    }
}
