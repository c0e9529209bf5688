package io.stentor.engine.cli;

import io.stentor.journal.JournalDamagedException;
import java.nio.file.Path;

/** Tells an operator what to do when the journal refuses to open because it is damaged. */
final class DamagedStart {

    private DamagedStart() {}

    static String advice(final JournalDamagedException damage, final Path data) {
        final StringBuilder text = new StringBuilder(damage.getMessage());
        line(text, "");
        line(text, "Nothing was started, and no record was changed. Either");
        line(text, "  look:    stentor journal verify " + data);
        line(text, "  restore: stentor journal restore BACKUP OTHER-DIR, then serve with --data OTHER-DIR");
        if (damage.lostFirstSequence() > 0) {
            final SequenceRange lost = new SequenceRange(damage.lostFirstSequence(), damage.lostLastSequence());
            line(text, "  give up: start once more with --accept-loss=" + lost);
            line(
                    text,
                    "           The damaged file is kept in " + data.resolve("quarantine") + ". Devices that may have");
            line(text, "           missed one of these records are told to take a snapshot.");
        } else {
            line(text, "  repair:  start once more with --accept-loss=" + damage.sequence() + ".." + damage.sequence());
            line(
                    text,
                    "           to have the file written anew if nothing is lost; if something is, that start says what.");
        }
        return text.toString();
    }

    private static void line(final StringBuilder text, final String line) {
        text.append(System.lineSeparator()).append(line);
    }
}
