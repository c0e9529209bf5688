package io.stentor.journal;

/** A cursor on a {@link HeapJournal}. Belongs to one thread. */
final class HeapReader implements JournalReader {
    private final HeapJournal journal;
    private HeapSegment segment;
    private int position;
    private long nextSequence;

    HeapReader(HeapJournal journal) {
        this.journal = journal;
        segment = journal.firstSegment();
        nextSequence = segment.firstSequence;
    }

    @Override
    public long seek(long sequence) {
        SeekCheck.requireWithin(sequence, journal.lastSequence());
        HeapSegment found = journal.firstSegment();
        if (sequence < found.firstSequence) {
            return TRIMMED;
        }
        while (found.next != null && found.next.firstSequence <= sequence) {
            found = found.next;
        }
        segment = found;
        position = 0;
        nextSequence = found.firstSequence;
        while (nextSequence < sequence) {
            position += RecordLayout.alignedLength(RecordLayout.length(segment.buffer, position));
            nextSequence++;
        }
        return sequence;
    }

    @Override
    public int poll(RecordHandler handler, int limit) {
        long lastSequence = journal.lastSequence();
        int count = 0;
        while (count < limit && nextSequence <= lastSequence) {
            HeapSegment following = segment.next;
            if (following != null && following.firstSequence == nextSequence) {
                segment = following;
                position = 0;
            }
            verify();
            int offset = position;
            int length = RecordLayout.length(segment.buffer, offset);
            position += RecordLayout.alignedLength(length);
            nextSequence++;
            count++;
            handler.onRecord(segment.buffer, offset, length);
        }
        return count;
    }

    @Override
    public long nextSequence() {
        return nextSequence;
    }

    @Override
    public void close() {}

    private void verify() {
        RecordDamage damage = RecordLayout.verify(segment.buffer, position, HeapSegment.LENGTH - position);
        if (damage != RecordDamage.NONE) {
            throw new JournalDamagedException("heap", position, nextSequence, damage.name());
        }
        long sequence = RecordLayout.sequence(segment.buffer, position);
        if (sequence != nextSequence) {
            throw new JournalDamagedException("heap", position, nextSequence, "record " + sequence + " is");
        }
    }
}
