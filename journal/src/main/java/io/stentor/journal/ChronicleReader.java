package io.stentor.journal;

/**
 * A cursor on a {@link ChronicleJournal}. Belongs to one thread at a time.
 *
 * <p>Sequences are found by search and never computed into an index: the nearest excerpts known to {@link SequenceMap}
 * enclose the wanted one, and what lies between is narrowed by interpolation until it is cheaper to scan. That costs about
 * 1.3 times a bare {@code moveToIndex} and needs nothing to be read on open.
 */
final class ChronicleReader implements JournalReader {
    /** Scan rather than probe when this near: 512 excerpts cost about what two probes do. */
    private static final long SCAN_DISTANCE = 512;

    private final JournalProgress progress;
    private final ChronicleLog log;
    private final ExcerptCursor cursor;

    ChronicleReader(JournalProgress progress, ChronicleLog log) {
        this.progress = progress;
        this.log = log;
        cursor = new ExcerptCursor(log.newTailer(), log.firstSequence());
    }

    @Override
    public long seek(long sequence) {
        long lastSequence = progress.journaledSequence();
        SeekCheck.requireWithin(sequence, lastSequence);
        if (sequence < log.firstSequence()) {
            return TRIMMED;
        }
        if (sequence == cursor.nextSequence()) {
            return sequence;
        }
        SequenceMap sequences = log.sequences();
        int entry = sequences.floor(sequence);
        if (entry < 0) {
            cursor.moveToStart(log.firstSequence());
        } else {
            approach(sequences, entry, sequence);
        }
        if (!cursor.skipTo(sequence)) {
            throw cursor.damaged("nothing");
        }
        return sequence;
    }

    @Override
    public int poll(RecordHandler handler, int limit) {
        long lastSequence = progress.journaledSequence();
        int count = 0;
        while (count < limit && cursor.nextSequence() <= lastSequence) {
            if (!cursor.next()) {
                throw cursor.damaged("nothing");
            }
            count++;
            handler.onRecord(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
        }
        return count;
    }

    @Override
    public long nextSequence() {
        return cursor.nextSequence();
    }

    @Override
    public void close() {
        cursor.close();
    }

    /** Moves the cursor to an excerpt that starts at the sequence or not far before it. */
    private void approach(SequenceMap sequences, int entry, long sequence) {
        long low = sequences.indexAt(entry);
        long lowSequence = sequences.sequenceAt(entry);
        if (entry + 1 < sequences.count() && log.isSameCycle(low, sequences.indexAt(entry + 1))) {
            long high = sequences.indexAt(entry + 1);
            long highSequence = sequences.sequenceAt(entry + 1);
            boolean bisect = false;
            while (sequence - lowSequence > SCAN_DISTANCE && high - low > 1) {
                long probe = bisect ? (low + high) >>> 1 : interpolate(low, lowSequence, high, highSequence, sequence);
                long probeSequence = cursor.moveTo(probe);
                if (probeSequence == ExcerptCursor.NONE || probeSequence > sequence) {
                    high = probe;
                    highSequence = probeSequence == ExcerptCursor.NONE ? highSequence : probeSequence;
                } else {
                    low = probe;
                    lowSequence = probeSequence;
                }
                // Batches differ in size: every other step halves, so that no shape of the log makes this linear.
                bisect = !bisect;
            }
        }
        if (cursor.moveTo(low) == ExcerptCursor.NONE) {
            throw cursor.damaged("no excerpt");
        }
    }

    private static long interpolate(long low, long lowSequence, long high, long highSequence, long sequence) {
        double share = (double) (sequence - lowSequence) / (highSequence - lowSequence);
        // A little short of the goal: what lies before it is scanned, what lies behind costs another probe.
        long probe = low + (long) (share * (high - low)) - 1;
        return Math.max(low + 1, Math.min(high - 1, probe));
    }
}
