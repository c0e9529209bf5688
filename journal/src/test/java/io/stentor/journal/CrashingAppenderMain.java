package io.stentor.journal;

import java.nio.file.Path;
import org.agrona.MutableDirectBuffer;

/** Appends until it is killed, and prints each sequence that is journaled: what it has acknowledged. */
public final class CrashingAppenderMain {
    private CrashingAppenderMain() {}

    public static void main(String[] args) {
        JournalContext context =
                new JournalContext().directory(Path.of(args[0])).errorHandler(e -> System.exit(3));
        ChronicleJournal journal = ChronicleJournal.open(context);
        JournalAppender appender = journal.appender();
        MutableDirectBuffer buffer = Records.buffer();
        System.out.println(journal.lastSequence());
        for (long sequence = journal.lastSequence() + 1; ; sequence++) {
            int length = Records.write(buffer, sequence, Records.bodyLength(sequence), Records.START_NS + sequence);
            appender.append(buffer, 0, length);
            if (sequence % (1 + sequence / 100 % 50) == 0) {
                appender.commit();
                System.out.println(sequence);
            }
        }
    }
}
