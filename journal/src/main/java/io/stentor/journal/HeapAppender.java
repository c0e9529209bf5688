package io.stentor.journal;

import org.agrona.DirectBuffer;

/** Appends to the last {@link HeapSegment}. Belongs to the appending thread. */
final class HeapAppender implements JournalAppender {
    private final HeapJournal journal;
    private final JournalProgress progress;
    private final SpareMemory spares;
    private HeapSegment segment;
    private int position;
    private long lastSequence;
    private long bytesAppended;

    HeapAppender(HeapJournal journal, JournalProgress progress, SpareMemory spares, HeapSegment segment) {
        this.journal = journal;
        this.progress = progress;
        this.spares = spares;
        this.segment = segment;
    }

    @Override
    public void append(DirectBuffer record, int offset, int length) {
        progress.requireSound();
        AppendCheck.requireNext(record, offset, length, lastSequence);
        if (position + RecordLayout.alignedLength(length) > HeapSegment.LENGTH) {
            HeapSegment next = new HeapSegment(lastSequence + 1, spares.take());
            segment.next = next;
            segment = next;
            position = 0;
            journal.onSegment();
        }
        segment.buffer.putBytes(position, record, offset, length);
        position += RecordLayout.alignedLength(length);
        lastSequence++;
        bytesAppended += length;
    }

    @Override
    public void commit() {
        progress.requireSound();
        progress.journaled(lastSequence, bytesAppended);
    }

    @Override
    public long lastSequence() {
        return lastSequence;
    }
}
