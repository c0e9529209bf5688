package io.stentor.perf.journal;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.NanoClock;

/** How many records a second one thread appends at {@code JOURNALED}, against a bare append of equally long excerpts. */
final class Appends {
    private static final int[] PAYLOAD_LENGTHS = {64, 256, 1024};
    private static final double NS_PER_SECOND = 1e9;

    private Appends() {}

    static List<Duel> duels(final long bytes, final NanoClock clock) {
        final List<Duel> duels = new ArrayList<>();
        for (final int payloadLength : PAYLOAD_LENGTHS) {
            final int recordLength = new SampleRecord(payloadLength).alignedLength();
            final long count = bytes / recordLength;
            duels.add(new Duel(
                    "append at JOURNALED, " + payloadLength + " bytes of payload, records of " + recordLength,
                    "bare, one excerpt each",
                    directory -> {
                        try (BareQueue queue = new BareQueue(directory, recordLength)) {
                            queue.append();
                            final long startNs = clock.nanoTime();
                            for (long i = 1; i < count; i++) {
                                queue.append();
                            }
                            return (count - 1) * NS_PER_SECOND / (clock.nanoTime() - startNs);
                        }
                    },
                    "journal, batches of " + RunningJournal.BATCH,
                    directory -> {
                        final SampleRecord record = new SampleRecord(payloadLength);
                        try (RunningJournal running = new RunningJournal(directory)) {
                            running.append(record, 1, 1);
                            final long startNs = clock.nanoTime();
                            running.append(record, count - 1, 1);
                            return (count - 1) * NS_PER_SECOND / (clock.nanoTime() - startNs);
                        }
                    },
                    Duel.Unit.RATE,
                    Goal.atLeast(payloadLength < 256 ? 0.75 : 0.85)));
        }
        return duels;
    }
}
