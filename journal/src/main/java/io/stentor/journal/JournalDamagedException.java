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
