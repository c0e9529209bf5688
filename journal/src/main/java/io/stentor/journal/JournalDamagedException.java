package io.stentor.journal;

/** Bytes of the journal are not what was written: names the file, the position in it and the record expected there. */
public final class JournalDamagedException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final String file;
    private final long position;
    private final long sequence;

    JournalDamagedException(String file, long position, long sequence, String damage) {
        super("journal is damaged: " + damage + " in " + file + " at byte " + position + ", where record " + sequence
                + " should be");
        this.file = file;
        this.position = position;
        this.sequence = sequence;
    }

    private JournalDamagedException(JournalDamagedException found, String lost) {
        super(found.getMessage() + lost);
        file = found.file;
        position = found.position;
        sequence = found.sequence;
    }

    /** The same damage, and which records are lost with it. */
    JournalDamagedException losing(long firstSequence, long lastSequence) {
        return new JournalDamagedException(
                this,
                "; the journal opens without records " + firstSequence + ".." + lastSequence
                        + " only if their loss is accepted");
    }

    /**
     * File that holds the damage.
     *
     * @return its path, or a name for what is not a file.
     */
    public String file() {
        return file;
    }

    /**
     * Where in the file.
     *
     * @return position of the damaged record in bytes, or -1 if it could not be located.
     */
    public long position() {
        return position;
    }

    /**
     * Record that should be there.
     *
     * @return its sequence.
     */
    public long sequence() {
        return sequence;
    }
}
