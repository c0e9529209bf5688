package io.stentor.journal;

/** A reader has come to a record that was removed, with the file that it lay in, before the reader got there. */
public final class JournalTrimmedException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final long firstRetainedSequence;

    JournalTrimmedException(long sequence, long firstRetainedSequence) {
        super("record " + sequence + " is no longer retained: the journal begins at record " + firstRetainedSequence);
        this.sequence = sequence;
        this.firstRetainedSequence = firstRetainedSequence;
    }

    /**
     * Record that was to be read.
     *
     * @return its sequence.
     */
    public long sequence() {
        return sequence;
    }

    /**
     * The oldest record that can be read instead.
     *
     * @return its sequence, as of when this was thrown.
     */
    public long firstRetainedSequence() {
        return firstRetainedSequence;
    }
}
