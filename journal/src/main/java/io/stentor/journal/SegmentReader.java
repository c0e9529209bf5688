package io.stentor.journal;

/**
 * A cursor on a {@link ChronicleJournal}, over its segments and without Chronicle. Belongs to one thread at a time.
 *
 * <p>A sequence is found in three steps: its segment by search, then the nearest document before it in the segment's
 * {@link SequenceMap}, then record by record, at most {@link SequenceMap#SPACING_RECORDS} of them, out of one read.
 */
final class SegmentReader implements JournalReader {
    private final JournalProgress progress;
    private final SegmentCatalogue catalogue;
    private final SegmentCursor cursor = new SegmentCursor();
    private Segment segment;
    private long nextSequence;

    /** Last record of the segment as far as this reader has looked. */
    private long segmentLast;

    SegmentReader(JournalProgress progress, SegmentCatalogue catalogue) {
        this.progress = progress;
        this.catalogue = catalogue;
        nextSequence = catalogue.firstSequence();
    }

    @Override
    public long seek(long sequence) {
        long lastSequence = progress.journaledSequence();
        SeekCheck.requireWithin(sequence, lastSequence);
        if (sequence < catalogue.firstSequence()) {
            return TRIMMED;
        }
        if (sequence == nextSequence) {
            return sequence;
        }
        segment = null;
        nextSequence = sequence;
        if (sequence <= lastSequence) {
            locate(lastSequence);
        }
        return sequence;
    }

    @Override
    public int poll(RecordHandler handler, int limit) {
        long lastSequence = progress.journaledSequence();
        int count = 0;
        while (count < limit && nextSequence <= lastSequence) {
            if (nextSequence > segmentLast || segment == null) {
                follow(lastSequence);
                if (nextSequence > lastSequence) {
                    break;
                }
            }
            if (!cursor.next(nextSequence)) {
                throw cursor.damaged(nextSequence);
            }
            nextSequence++;
            count++;
            handler.onRecord(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
        }
        return count;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public void close() {
        cursor.close();
        segment = null;
    }

    /**
     * Comes to the record that is next, which is journaled: in this segment, which has grown, or in the next one, where
     * it may be a later one if those between were given up, or none yet if those up to the end were.
     */
    private void follow(long lastSequence) {
        if (segment == null) {
            locate(lastSequence);
            return;
        }
        segmentLast = segment.lastSequence();
        if (nextSequence > segmentLast) {
            beginBehind(segment, lastSequence);
        }
    }

    private void beginBehind(Segment ended, long lastSequence) {
        Segment following = ended.next();
        if (following == null) {
            nextSequence = lastSequence + 1;
        } else {
            begin(following);
        }
    }

    private void begin(Segment begun) {
        enter(begun);
        nextSequence = begun.firstSequence;
        cursor.moveTo(begun, 0);
    }

    private void locate(long lastSequence) {
        Segment found = catalogue.floor(nextSequence);
        if (found == null) {
            found = catalogue.last();
        }
        if (nextSequence > found.lastSequence()) {
            beginBehind(found, lastSequence);
            return;
        }
        found.requireMapped(cursor);
        int entry = found.positions.floor(nextSequence);
        long sequence = entry < 0 ? found.firstSequence : found.positions.sequenceAt(entry);
        cursor.moveTo(found, entry < 0 ? 0 : found.positions.positionAt(entry));
        while (sequence < nextSequence) {
            if (!cursor.skip(sequence)) {
                throw cursor.damaged(sequence);
            }
            sequence++;
        }
        enter(found);
    }

    private void enter(Segment entered) {
        segment = entered;
        segmentLast = entered.lastSequence();
    }
}
