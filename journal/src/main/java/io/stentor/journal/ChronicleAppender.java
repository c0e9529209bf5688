package io.stentor.journal;

import java.nio.file.Path;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Packs records into excerpts, straight into the mapped file: one copy per record, one excerpt per batch.
 *
 * <p>Chronicle makes an excerpt visible by writing its header when it is closed, so a process killed within a batch leaves
 * bytes that nobody sees and the next excerpt overwrites. An excerpt ends at a {@link #commit}, at the limits of a batch,
 * and before a record that belongs to the next cycle: the cycle of a record follows from its own time and from nothing
 * else. Readers are bounded by what was committed, not by what Chronicle shows.
 *
 * <p>Belongs to the appending thread. Allocation-free per record and per batch; a roll, another block of 64 MiB and growth of
 * the map of sequences are not.
 */
final class ChronicleAppender implements JournalAppender {
    private final Path directory;
    private final ExcerptAppender excerpts;
    private final EngineTime time;
    private final CycleBounds cycles;
    private final JournalProgress progress;
    private final SequenceMap sequences;
    private final int batchRecordsMax;
    private final int batchBytesMax;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final WrittenPages writtenPages = new WrittenPages();

    private CycleFile file;
    private DocumentContext document;
    private int position;
    private int records;
    private long lastSequence;
    private long lastMappedSequence;

    ChronicleAppender(JournalContext context, ChronicleLog log, JournalProgress progress, CycleFile file) {
        this.directory = log.directory();
        this.excerpts = log.appender();
        this.time = log.time();
        this.cycles = log.cycles();
        this.progress = progress;
        this.sequences = log.sequences();
        this.batchRecordsMax = context.batchRecordsMax();
        this.batchBytesMax = context.batchBytesMax();
        this.file = file;
        this.lastSequence = progress.journaledSequence();
        this.lastMappedSequence = lastSequence;
    }

    @Override
    public void append(DirectBuffer record, int offset, int length) {
        progress.requireSound();
        AppendCheck.requireNext(record, offset, length, lastSequence);
        try {
            int alignedLength = RecordLayout.alignedLength(length);
            long timestampNs = RecordLayout.timestampNs(record, offset);
            if (document != null && isBatchEnd(alignedLength, timestampNs)) {
                closeExcerpt();
            }
            if (document == null) {
                openExcerpt(timestampNs);
            }
            // The last word first: what the record does not cover of it must be zero.
            target.putLong(position + alignedLength - Long.BYTES, 0);
            target.putBytes(position, record, offset, length);
            position += alignedLength;
            records++;
            lastSequence++;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    @Override
    public void commit() {
        progress.requireSound();
        if (document != null) {
            try {
                closeExcerpt();
            } catch (Throwable e) {
                throw failed(e);
            }
        }
        progress.journaled(lastSequence);
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    /** Drops what was not committed. */
    void close() {
        if (document != null) {
            document.rollbackOnClose();
            document.close();
            document = null;
        }
        writtenPages.close();
    }

    private boolean isBatchEnd(int alignedLength, long timestampNs) {
        return records == batchRecordsMax || position + alignedLength > batchBytesMax || cycles.endsBefore(timestampNs);
    }

    private void openExcerpt(long timestampNs) {
        time.advanceTo(timestampNs);
        document = excerpts.writingDocument();
        Bytes<?> bytes = document.wire().bytes();
        if (cycles.enter(time)) {
            roll(excerpts.currentFile().toPath(), bytes.writePosition());
        }
        // Chronicle keeps a quarter of a block mapped beyond it: 16 MiB, and a batch ends at 1 MiB at most.
        long address = bytes.addressForWrite(bytes.writePosition());
        target.wrap(address, batchBytesMax + RecordLayout.MAX_LENGTH);
        writtenPages.advanceTo(bytes.bytesStore(), address);
        position = 0;
        records = 0;
        if (lastSequence + 1 - lastMappedSequence >= SequenceMap.SPACING || sequences.isEmpty()) {
            sequences.add(lastSequence + 1, document.index());
            lastMappedSequence = lastSequence + 1;
        }
    }

    private void roll(Path path, long endPosition) {
        if (!path.equals(file.path)) {
            CycleFile rolled = new CycleFile(path);
            rolled.endPosition = endPosition;
            file.next = rolled;
            file = rolled;
            sequences.add(lastSequence + 1, document.index());
            lastMappedSequence = lastSequence + 1;
        }
    }

    private void closeExcerpt() {
        Bytes<?> bytes = document.wire().bytes();
        bytes.writeSkip(position);
        long endPosition = bytes.writePosition();
        document.close();
        document = null;
        file.endPosition = endPosition;
    }

    private JournalException failed(Throwable cause) {
        JournalException failure =
                new JournalException("append of record " + (lastSequence + 1) + " in " + directory + " failed", cause);
        progress.fail(failure);
        return failure;
    }
}
