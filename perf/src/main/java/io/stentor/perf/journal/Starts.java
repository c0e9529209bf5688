package io.stentor.perf.journal;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Topic;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How long an engine takes from its launch to its first acknowledgement after a log and after one ten times as long, each with a
 * checkpoint at its end and as many records after that. The logs were written by engines that were closed in good order;
 * everything is in the page cache.
 *
 * <p>Each turn writes both logs and starts from one of them. A start touches 100 MiB of shared memory, and after gigabytes were
 * written a virtual machine may give it pages that its host has to find first: 90 ms instead of 25, whatever log is read.
 *
 * <p>Once they were short runs, and once a single run at full speed, whose close has the most left to seal and to index.
 */
final class Starts {
    /** From so many records on an engine that is closed makes a checkpoint. */
    static final long CHECKPOINT_RECORDS = 10_000;

    /** How much longer the longer log is. */
    static final int TIMES_AS_LONG = 10;

    private static final String SHORT = "short";
    private static final String LONG = "long";
    private static final int PAYLOAD_LENGTH = 256;
    private static final int TOPICS = 1_000;

    /** Fewer than an engine that is closed makes a checkpoint for. */
    private static final long RECORDS_AFTER = CHECKPOINT_RECORDS / 2;

    /** Some 400 MB: a close seals what is left to be sealed if it is less than 4 GiB. */
    private static final long RUN_RECORDS = 1_000_000;

    /** Launches of a turn; its figure is their median. Each leaves two more records. */
    private static final int LAUNCHES = 5;

    private static final long ANSWER_SECONDS = 60;
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(20);

    private Starts() {}

    static List<Duel> duels(final long records, final NanoClock clock) {
        return List.of(
                duel("written in runs of a million", RUN_RECORDS, records, clock),
                duel("written in one run", Long.MAX_VALUE, records, clock));
    }

    private static Duel duel(final String how, final long runRecords, final long records, final NanoClock clock) {
        final long more = TIMES_AS_LONG * records;
        return new Duel(
                String.format("start with a checkpoint and %,d records after it, %s", RECORDS_AFTER, how),
                String.format("after %,d records, median", records),
                directory -> start(write(directory, records, more, runRecords).resolve(SHORT), clock),
                String.format("after %,d records, median", more),
                directory -> start(write(directory, records, more, runRecords).resolve(LONG), clock),
                Duel.Unit.TIME,
                Goal.atMost(1.5));
    }

    /** Gives the directory of both logs. */
    private static Path write(final Path directory, final long records, final long moreRecords, final long runRecords) {
        write(directory.resolve(SHORT), records, runRecords);
        write(directory.resolve(LONG), moreRecords, runRecords);
        return directory;
    }

    private static void write(final Path log, final long records, final long runRecords) {
        for (long left = records; left > 0; left -= runRecords) {
            publish(log, Math.min(left, runRecords));
        }
        publish(log, RECORDS_AFTER);
    }

    private static double start(final Path log, final NanoClock clock) throws Exception {
        final double[] times = new double[LAUNCHES];
        for (int i = 0; i < LAUNCHES; i++) {
            final long startNs = clock.nanoTime();
            try (DeliveryEngine engine = launch(log)) {
                engine.newPublisher()
                        .publish(new Message().topic(engine.topic("bench:1")).payload(new byte[PAYLOAD_LENGTH]))
                        .toCompletableFuture()
                        .get(ANSWER_SECONDS, TimeUnit.SECONDS);
                times[i] = clock.nanoTime() - startNs;
            }
        }
        return DuelResult.median(times);
    }

    /** Publishes as fast as the ring takes messages, then closes the engine: with a checkpoint if they are many. */
    private static void publish(final Path directory, final long records) {
        final UnsafeBuffer payload = new UnsafeBuffer(new byte[PAYLOAD_LENGTH]);
        final Topic[] topics = new Topic[TOPICS];
        try (DeliveryEngine engine = launch(directory)) {
            for (int i = 0; i < TOPICS; i++) {
                topics[i] = engine.topic("bench:" + (i + 1));
            }
            final Publisher publisher = engine.newPublisher();
            for (long i = 0; i < records; i++) {
                final Topic topic = topics[(int) (i % TOPICS)];
                long code = publisher.offer(topic, payload, 0, PAYLOAD_LENGTH);
                while (code == Publisher.BACK_PRESSURED) {
                    LockSupport.parkNanos(PARK_NS);
                    code = publisher.offer(topic, payload, 0, PAYLOAD_LENGTH);
                }
                if (code < 0) {
                    throw new IllegalStateException("the engine answered " + code);
                }
            }
        }
    }

    private static DeliveryEngine launch(final Path directory) {
        // The only checkpoint is the one that closing makes.
        return DeliveryEngine.launch(new EngineContext()
                .directory(directory)
                .checkpointRecords(Long.MAX_VALUE)
                .checkpointIntervalNs(TimeUnit.DAYS.toNanos(1)));
    }
}
