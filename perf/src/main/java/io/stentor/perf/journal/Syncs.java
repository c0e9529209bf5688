package io.stentor.perf.journal;

import io.stentor.journal.Journal;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * How many records a second reach {@code SYNCED} in batches, against a loop that writes a batch and forces it. The loop waits
 * for each force before it writes the next batch. With the journal so many batches are under way at once, as publishers that
 * each wait for their own: one is the loop's own case, with a hand-over to the forcing thread on top; with several the journal
 * forces them together.
 */
final class Syncs {
    private static final int PAYLOAD_LENGTH = 256;
    private static final int[] BATCHES = {1, 100, 1000};
    private static final int[] UNDER_WAY = {1, 16};
    private static final int RECORDS = 100_000;
    private static final int BATCHES_MAX = 3_000;
    private static final double NS_PER_SECOND = 1e9;

    /** The publisher that waits must not add a park to what is measured. */
    private static final IdleStrategy IDLE = YieldingIdleStrategy.INSTANCE;

    private Syncs() {}

    static List<Duel> duels(final NanoClock clock) {
        final List<Duel> duels = new ArrayList<>();
        for (final int batch : BATCHES) {
            final int batches = Math.min(BATCHES_MAX, RECORDS / batch);
            for (final int underWay : UNDER_WAY) {
                duels.add(new Duel(
                        "append at SYNCED, " + batches + " batches of " + batch + ", " + underWay + " under way",
                        "bare, write and force",
                        directory -> bare(directory, batch, batches, clock),
                        "journal",
                        directory -> journal(directory, batch, batches, underWay, clock),
                        Duel.Unit.RATE,
                        Goal.atLeast(0.8)));
            }
        }
        return duels;
    }

    private static double bare(final Path directory, final int batch, final int batches, final NanoClock clock)
            throws Exception {
        try (BareQueue queue = new BareQueue(directory, new SampleRecord(PAYLOAD_LENGTH).alignedLength())) {
            queue.append();
            try (FileChannel channel = FileChannel.open(queue.file(), StandardOpenOption.WRITE)) {
                channel.force(true);
                final long startNs = clock.nanoTime();
                for (int i = 0; i < batches; i++) {
                    for (int j = 0; j < batch; j++) {
                        queue.append();
                    }
                    channel.force(true);
                }
                return (double) batch * batches * NS_PER_SECOND / (clock.nanoTime() - startNs);
            }
        }
    }

    private static double journal(
            final Path directory, final int batch, final int batches, final int underWay, final NanoClock clock) {
        final SampleRecord record = new SampleRecord(PAYLOAD_LENGTH);
        try (RunningJournal running = new RunningJournal(directory)) {
            final Journal journal = running.journal();
            running.append(record, 1, 1);
            journal.requestForce(1);
            awaitSynced(journal, 1);
            final long startNs = clock.nanoTime();
            for (int i = 1; i <= batches; i++) {
                running.append(record, batch, 1);
                journal.requestForce(record.sequence());
                awaitSynced(journal, record.sequence() - (underWay - 1L) * batch);
            }
            awaitSynced(journal, record.sequence());
            return (double) batch * batches * NS_PER_SECOND / (clock.nanoTime() - startNs);
        }
    }

    private static void awaitSynced(final Journal journal, final long sequence) {
        while (journal.syncedSequence() < sequence) {
            if (journal.failure() != null) {
                throw new IllegalStateException("the journal has failed", journal.failure());
            }
            IDLE.idle();
        }
    }
}
