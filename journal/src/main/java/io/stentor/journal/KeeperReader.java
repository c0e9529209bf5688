package io.stentor.journal;

/**
 * Reads single records that a {@link Keeper} has, or one of its files from its start. Reads at positions and never maps, so
 * that a file that is cut short or unreadable is an exception. One thread; needs 256 KiB, and one open file.
 */
public final class KeeperReader implements AutoCloseable {
    private final Keeper keeper;
    private final SegmentCursor cursor = new SegmentCursor();

    /** The file that the cursor stands in, null if in none. */
    private KeptFile file;

    private long nextSequence;

    /** Records that were polled of it since its start. */
    private long polledCount;

    KeeperReader(Keeper keeper) {
        this.keeper = keeper;
    }

    /**
     * Hands out one record.
     *
     * @param sequence of the record.
     * @param handler given it.
     * @return false if the keeper does not have it, or has it no more.
     * @throws JournalDamagedException if the file does not verify there.
     */
    public boolean read(long sequence, RecordHandler handler) {
        KeptFile found = keeper.fileOf(sequence);
        if (found == null) {
            return false;
        }
        try {
            if (!find(found, sequence)) {
                return false;
            }
        } catch (JournalException e) {
            file = null;
            if (keeper.holds(found.segment)) {
                throw e;
            }
            // It was removed meanwhile, which is no damage.
            return false;
        }
        handler.onRecord(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
        return true;
    }

    /**
     * Moves to the start of a file, for {@link #poll}.
     *
     * @param begun one of {@link Keeper#files}.
     * @return false if it is there no more.
     */
    public boolean begin(SegmentInfo begun) {
        file = keeper.fileOf(begun.firstSequence());
        if (file == null || file.segment.firstSequence != begun.firstSequence()) {
            file = null;
            return false;
        }
        try {
            moveTo(0);
        } catch (JournalException e) {
            KeptFile gone = file;
            file = null;
            if (keeper.holds(gone.segment)) {
                throw e;
            }
            return false;
        }
        nextSequence = file.segment.firstSequence;
        polledCount = 0;
        return true;
    }

    /**
     * Hands out the next records of the file.
     *
     * @param handler given each record.
     * @param limit most records to hand out.
     * @return how many there were; 0 behind the last one, or if the file is there no more.
     * @throws JournalDamagedException if a record does not verify, or there are not as many as there were.
     */
    public int poll(RecordHandler handler, int limit) {
        KeptFile polled = file;
        int count = 0;
        while (count < limit && file != null && nextSequence <= file.segment.lastSequence()) {
            try {
                step();
            } catch (JournalException e) {
                file = null;
                if (keeper.holds(polled.segment)) {
                    throw e;
                }
                return count;
            }
            count++;
            polledCount++;
            handler.onRecord(cursor.buffer(), cursor.recordOffset(), cursor.recordLength());
        }
        if (count > 0 && nextSequence > polled.segment.lastSequence() && polledCount != polled.count) {
            throw SegmentHash.otherRecords(polled.segment.path, polled.segment.firstSequence);
        }
        return count;
    }

    /** Hands out all records of a file. */
    void readAll(SegmentInfo read, RecordHandler handler) {
        begin(read);
        while (poll(handler, Integer.MAX_VALUE) > 0) {
            // Reads on until the file's end.
        }
    }

    @Override
    public void close() {
        file = null;
        cursor.close();
    }

    /** Steps onto the record; false if it is none of the file's. */
    private boolean find(KeptFile wanted, long sequence) {
        Segment segment = wanted.segment;
        if (file != wanted) {
            segment.requireMapped(cursor);
        }
        int entry = segment.positions.floor(sequence);
        long position = entry < 0 ? 0 : segment.positions.positionAt(entry);
        // Records of one topic are asked for in their order: the next one often lies just behind.
        if (file != wanted || sequence < nextSequence || cursor.position() < position) {
            file = wanted;
            moveTo(position);
            nextSequence = entry < 0 ? segment.firstSequence : segment.positions.sequenceAt(entry);
        }
        do {
            step();
        } while (cursor.recordSequence() < sequence);
        return cursor.recordSequence() == sequence;
    }

    private void moveTo(long position) {
        cursor.moveTo(file.segment, position);
    }

    private void step() {
        if (!cursor.next(nextSequence)) {
            JournalDamagedException damage = cursor.damaged(nextSequence);
            file = null;
            throw damage;
        }
        nextSequence = cursor.recordSequence() + 1;
    }
}
