package io.stentor.perf.journal;

import io.stentor.journal.JournalAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * The 99th percentile of an append at a constant rate, with and without pages touched ahead; from the intended time of a record
 * to the end of its commit. Records that are due together are committed together, as in the pipeline.
 */
final class Tails {
    private static final int PAYLOAD_LENGTH = 256;
    private static final long RATE = 100_000;
    private static final long SECONDS = 10;
    private static final long WARM_UP_SECONDS = 2;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final double STALL_NS = 5e6;

    private Tails() {}

    static List<Duel> duels(final NanoClock clock) {
        return List.of(new Duel(
                String.format("p99 of an append at %,d records/s of %d bytes of payload", RATE, PAYLOAD_LENGTH),
                "no page touching",
                directory -> percentile(directory, false, clock),
                "pages touched ahead",
                directory -> percentile(directory, true, clock),
                Duel.Unit.TIME,
                Goal.atMostWhereBareExceeds(0.1, STALL_NS)));
    }

    private static double percentile(final Path directory, final boolean touching, final NanoClock clock) {
        final SampleRecord record = new SampleRecord(PAYLOAD_LENGTH);
        final Histogram times = new Histogram(3);
        final long total = (WARM_UP_SECONDS + SECONDS) * RATE;
        final long[] intended = new long[RunningJournal.BATCH];
        try (RunningJournal running = new RunningJournal(
                directory, agent -> touching || !agent.roleName().equals("journal-touch"))) {
            final JournalAppender appender = running.journal().appender();
            final long startNs = clock.nanoTime();
            long sent = 0;
            while (sent < total) {
                final long due = Math.min(total, (clock.nanoTime() - startNs) * RATE / TimeUnit.SECONDS.toNanos(1));
                final int batch = (int) Math.min(RunningJournal.BATCH, due - sent);
                if (batch == 0) {
                    LockSupport.parkNanos(PARK_NS);
                    continue;
                }
                for (int i = 0; i < batch; i++) {
                    intended[i] = startNs + (sent + i) * TimeUnit.SECONDS.toNanos(1) / RATE;
                    appender.append(record.next(1), 0, record.length());
                }
                appender.commit();
                final long nowNs = clock.nanoTime();
                for (int i = 0; i < batch; i++) {
                    if (sent + i >= WARM_UP_SECONDS * RATE) {
                        times.recordValue(Math.max(0, nowNs - intended[i]));
                    }
                }
                sent += batch;
            }
        }
        return (double) times.getValueAtPercentile(99);
    }
}
