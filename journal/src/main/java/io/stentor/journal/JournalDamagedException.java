package io.stentor.journal;

import java.util.List;

/**
 * Bytes of the journal are not what was written: names the file, the position in it and the record expected there, and, where
 * that was found out, which records are lost with them.
 */
public final class JournalDamagedException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final String damage;
    private final String file;
    private final long position;
    private final long sequence;
    private final long lostFirstSequence;
    private final long lostLastSequence;

    JournalDamagedException(String file, long position, long sequence, String damage) {
        super(textOf(damage, file, position, sequence) + "; verify the journal to learn what is lost with it");
        this.damage = damage;
        this.file = file;
        this.position = position;
        this.sequence = sequence;
        lostFirstSequence = 0;
        lostLastSequence = 0;
    }

    private JournalDamagedException(JournalDamagedException found, List<Manifest.Lost> lost) {
        super(textOf(found.damage, found.file, found.position, found.sequence) + textOf(lost));
        damage = found.damage;
        file = found.file;
        position = found.position;
        sequence = found.sequence;
        lostFirstSequence = lost.isEmpty() ? 0 : lost.get(0).firstSequence();
        lostLastSequence = lost.isEmpty() ? 0 : lost.get(lost.size() - 1).lastSequence();
    }

    /** The same damage, and which records are lost with it. */
    JournalDamagedException losing(long firstSequence, long lastSequence) {
        return losing(List.of(new Manifest.Lost(firstSequence, lastSequence)));
    }

    /** The same damage, and which records are lost with it, in order; there may be none. */
    JournalDamagedException losing(List<Manifest.Lost> lost) {
        return new JournalDamagedException(this, lost);
    }

    private static String textOf(String damage, String file, long position, long sequence) {
        return "journal is damaged: " + damage + " in " + file + (position < 0 ? "" : " at byte " + position)
                + ", where record " + sequence + " should be";
    }

    private static String textOf(List<Manifest.Lost> lost) {
        if (lost.isEmpty()) {
            return "; no record is lost with it, but its file must be written anew";
        }
        return "; records " + lost.get(0).firstSequence() + ".."
                + lost.get(lost.size() - 1).lastSequence() + " are lost with it";
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

    /**
     * The first record that is lost: without this one up to {@link #lostLastSequence} the journal opens, if
     * {@link JournalContext#acceptLoss} says so.
     *
     * @return its sequence; 0 if what is lost was not found out.
     */
    public long lostFirstSequence() {
        return lostFirstSequence;
    }

    /**
     * The last record that is lost; at the end of the log it stands for all that may have followed.
     *
     * @return its sequence; 0 if what is lost was not found out.
     */
    public long lostLastSequence() {
        return lostLastSequence;
    }
}
