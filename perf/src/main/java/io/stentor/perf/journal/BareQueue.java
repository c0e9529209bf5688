package io.stentor.perf.journal;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;

/** A Chronicle queue with nothing around it: one excerpt for each record, as long as a record of ours. */
final class BareQueue implements AutoCloseable {
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final Bytes<?> source;
    private final int excerptLength;

    BareQueue(final Path directory, final int excerptLength) {
        this.excerptLength = excerptLength;
        queue = SingleChronicleQueueBuilder.binary(directory)
                .rollCycle(RollCycles.FAST_HOURLY)
                .build();
        appender = queue.createAppender();
        source = Bytes.allocateDirect(excerptLength);
        for (int i = 0; i < excerptLength; i++) {
            source.writeByte((byte) ('!' + i % ('~' - '!')));
        }
    }

    void append() {
        try (DocumentContext document = appender.writingDocument()) {
            document.wire().bytes().write(source, 0L, excerptLength);
        }
    }

    long lastIndex() {
        return queue.lastIndex();
    }

    /** The file that is being written. */
    Path file() {
        return appender.currentFile().toPath();
    }

    ExcerptTailer newTailer() {
        return queue.createTailer();
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
        source.releaseLast();
    }
}
