package io.stentor.perf.journal;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.agrona.concurrent.NanoClock;

/**
 * What checkpoints do to the path: the 99.9th percentile of {@code JOURNALED} acknowledgements, from a message's intended time to
 * its receipt, with a checkpoint at each half second and with none.
 *
 * <p>If each checkpoint stopped the pipeline for a millisecond, it would delay 50 messages of the 25,000 between two of them, one
 * in 500: the percentile would show it, and a longer stop in full. The longest acknowledgement would show a single stop too, but
 * also every pause of the disk and of the machine, of which two cores have some of several milliseconds a second without any
 * checkpoint.
 */
final class Pauses {
    /** So many entries has a checkpoint. It is not made more often than for so many records, whatever the setting says. */
    private static final int TOPICS = 20_000;

    private static final long CHECKPOINT_RECORDS = 25_000;
    private static final double PERCENTILE = 99.9;
    private static final double STOP_NS = 1e6;

    private Pauses() {}

    static List<Duel> duels(final NanoClock clock) {
        return List.of(new Duel(
                String.format(
                        "p99.9 of JOURNALED acknowledgements at %,d messages/s, %,d topics",
                        PacedPublishes.rate(), TOPICS),
                "no checkpoint",
                directory -> percentile(directory, Long.MAX_VALUE, clock),
                String.format("one for each %,d messages", CHECKPOINT_RECORDS),
                directory -> percentile(directory, CHECKPOINT_RECORDS, clock),
                Duel.Unit.TIME,
                Goal.addsAtMostNs(STOP_NS)));
    }

    private static double percentile(final Path directory, final long checkpointRecords, final NanoClock clock) {
        final EngineContext context = new EngineContext()
                .directory(directory)
                .checkpointRecords(checkpointRecords)
                .checkpointIntervalNs(TimeUnit.DAYS.toNanos(1));
        try (DeliveryEngine engine = DeliveryEngine.launch(context)) {
            final Histogram times = new PacedPublishes(engine, TOPICS, Long.MAX_VALUE, clock).run();
            // The second file is begun once the first checkpoint is in its place.
            final boolean made = Files.exists(directory.resolve("checkpoints").resolve("sequencing-b.ckpt"));
            if (made != (checkpointRecords == CHECKPOINT_RECORDS)) {
                throw new IllegalStateException("checkpoints were " + (made ? "" : "not ") + "made");
            }
            return times.getValueAtPercentile(PERCENTILE);
        }
    }
}
