package io.stentor.journal;

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
final class ChronicleAppender implements JournalAppender, AutoCloseable {
    /** How many records ago the last force was asked for while somebody waits for forces: as many as a ring holds. */
    private static final long AWAITED_RECORDS = 4096;

    private final ChronicleLog log;
    private final ExcerptAppender excerpts;
    private final EngineTime time;
    private final CycleBounds cycles;
    private final JournalProgress progress;
    private final SegmentCatalogue catalogue;
    private final int batchRecordsMax;
    private final int batchBytesMax;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final WrittenPages writtenPages = new WrittenPages();

    private Segment segment;
    private DocumentContext document;
    private int position;
    private int records;
    private long lastSequence;
    private long bytesAppended;

    ChronicleAppender(JournalContext context, ChronicleLog log, JournalProgress progress, SegmentCatalogue catalogue) {
        this.log = log;
        this.excerpts = log.appender();
        this.time = log.time();
        this.cycles = log.cycles();
        this.progress = progress;
        this.catalogue = catalogue;
        this.batchRecordsMax = context.batchRecordsMax();
        this.batchBytesMax = context.batchBytesMax();
        this.lastSequence = progress.journaledSequence();
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
            bytesAppended += length;
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
        progress.journaled(lastSequence, bytesAppended);
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }

    /** Drops what was not committed. */
    @Override
    public void close() {
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
        if (cycles.enter(time) || segment == null) {
            roll();
        }
        segment.positions.note(lastSequence + 1, bytes.writePosition() - SegmentCursor.DOCUMENT_HEADER_LENGTH);
        // Chronicle keeps a quarter of a block mapped beyond it: 16 MiB, and a batch ends at 1 MiB at most.
        long address = bytes.addressForWrite(bytes.writePosition());
        target.wrap(address, batchBytesMax + RecordLayout.MAX_LENGTH);
        writtenPages.advanceTo(bytes.bytesStore(), address, false);
        position = 0;
        records = 0;
    }

    private void roll() {
        segment = new Segment(excerpts.currentFile().toPath(), lastSequence + 1);
        catalogue.add(segment);
        log.rolled();
    }

    private void closeExcerpt() {
        Bytes<?> bytes = document.wire().bytes();
        if (lastSequence - progress.requestedSequence() <= AWAITED_RECORDS) {
            // Now, since a force may begin before the next excerpt does; and before Chronicle moves on to another
            // mapping.
            writtenPages.advanceTo(bytes.bytesStore(), target.addressOffset() + position, true);
        }
        bytes.writeSkip(position);
        long endPosition = bytes.writePosition();
        document.close();
        document = null;
        segment.extend(endPosition, lastSequence);
    }

    private JournalException failed(Throwable cause) {
        JournalException failure = new JournalException(
                "append of record " + (lastSequence + 1) + " in " + log.directory() + " failed", cause);
        progress.fail(failure);
        return failure;
    }
}
