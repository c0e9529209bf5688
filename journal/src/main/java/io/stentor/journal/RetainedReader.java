package io.stentor.journal;

/**
 * A reader of a log whose oldest segments may be removed while it reads. What the inner reader meets then, a segment that
 * is not in the catalogue or a file that is not in its place, is what it is: a record that is no longer retained.
 */
final class RetainedReader implements JournalReader {
    private final SegmentCatalogue catalogue;
    private final JournalReader inner;

    RetainedReader(SegmentCatalogue catalogue, JournalReader inner) {
        this.catalogue = catalogue;
        this.inner = inner;
    }

    @Override
    public long seek(long sequence) {
        long before = inner.nextSequence();
        try {
            return inner.seek(sequence);
        } catch (JournalException e) {
            long first = catalogue.firstSequence();
            if (sequence >= first) {
                throw e;
            }
            if (before >= first) {
                inner.seek(before);
            }
            return TRIMMED;
        }
    }

    @Override
    public int poll(RecordHandler handler, int limit) {
        long first = catalogue.firstSequence();
        if (inner.nextSequence() < first) {
            throw new JournalTrimmedException(inner.nextSequence(), first);
        }
        long before = inner.nextSequence();
        try {
            return inner.poll(handler, limit);
        } catch (JournalException e) {
            throw trimmedOr(e, before);
        }
    }

    @Override
    public long nextSequence() {
        return inner.nextSequence();
    }

    @Override
    public void close() {
        inner.close();
    }

    private JournalException trimmedOr(JournalException failure, long sequence) {
        long first = catalogue.firstSequence();
        long next = Math.max(sequence, inner.nextSequence());
        return next < first ? new JournalTrimmedException(next, first) : failure;
    }
}
