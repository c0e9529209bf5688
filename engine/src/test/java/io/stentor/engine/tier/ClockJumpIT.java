package io.stentor.engine.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Receipt;
import io.stentor.engine.history.Fault;
import io.stentor.engine.history.History;
import io.stentor.engine.history.HistoryChecker;
import io.stentor.engine.history.JournalAudit;
import io.stentor.engine.history.Verdict;
import io.stentor.engine.history.Witness;
import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.journal.ChronicleJournal;
import io.stentor.journal.JournalContext;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.AckLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A wall clock that is set by up to an hour, forth and back, under an engine that publishes and forgets ids in time. */
final class ClockJumpIT {

    private static final int JUMPS_PER_LIFE = 250;
    private static final int LIVES = 4;
    private static final long JUMP_MIN_MS = 1_000;
    private static final long JUMP_MAX_MS = 3_600_000;
    private static final String ROLL_CYCLE = "TEST_SECONDLY";
    private static final String TOPIC = "chat:1";

    /** How long ids are remembered here. */
    private static final long DEDUPE_WINDOW_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Engine time may be slewed by 1 in 100, and a record has the time of its batch. */
    private static final long TOLERANCE_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private record Sent(String key, Receipt receipt, long earliestNs, long latestNs) {}

    @TempDir
    Path directory;

    private final AtomicLong wallOffsetMs = new AtomicLong();
    private final List<Throwable> failures = new ArrayList<>();
    private int nextKey;
    private int remembered;
    private int forgotten;

    @Test
    @Tag("clock-jumps")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldKeepOrderAndTimeWhenTheWallClockJumps() {
        Storm.run("clock-jumps", "engine", 1, 100, (number, seed) -> {
            remembered = 0;
            forgotten = 0;
            jump(directory.resolve("data" + number), directory.resolve("history" + number), new Random(seed));
        });
    }

    private void jump(final Path data, final Path histories, final Random random) throws IOException {
        try (History history = new History(histories, SystemNanoClock.INSTANCE)) {
            for (int life = 0; life < LIVES; life++) {
                live(data, history, random);
            }
            try (ChronicleJournal journal = ChronicleJournal.open(new JournalContext()
                    .directory(data)
                    .groupId(1)
                    .rollCycle(ROLL_CYCLE)
                    .errorHandler(failures::add))) {
                JournalAudit.write(journal, history.witness("journal"), TOPIC::equals);
            }
            final Verdict verdict = HistoryChecker.check(histories, 0);
            System.out.printf("%s; %d ids remembered, %d forgotten%n", verdict, remembered, forgotten);
            assertTrue(verdict.isSound(), verdict::toString);
            assertTrue(remembered > 0 && forgotten > 0, "both sides of the window are tried");
            assertEquals(List.of(), failures);
        }
    }

    private void live(final Path data, final History history, final Random random) {
        try (DeliveryEngine engine = DeliveryEngine.launch(new EngineContext()
                .directory(data)
                .journalRollCycle(ROLL_CYCLE)
                .diskReserveBytes(128L << 20)
                .dedupeWindowShortNs(DEDUPE_WINDOW_NS)
                .epochClock(() -> System.currentTimeMillis() + wallOffsetMs.get())
                .errorHandler(failure -> {})
                .failureHandler(failures::add))) {
            final Witness operator = history.witness("operator");
            final Witness asking = history.witness("publisher");
            final Publisher publisher = engine.newPublisher();
            final Deque<Sent> sent = new ArrayDeque<>();
            operator.started(engine.epoch());
            for (int i = 0; i < JUMPS_PER_LIFE; i++) {
                final long jumpMs = JUMP_MIN_MS + (long) (random.nextDouble() * (JUMP_MAX_MS - JUMP_MIN_MS));
                wallOffsetMs.addAndGet(random.nextBoolean() ? jumpMs : -jumpMs);
                sent.add(publish(engine, publisher, asking, "key-" + nextKey++));
                final Sent oldest = sent.peek();
                if (System.nanoTime() - oldest.latestNs() > DEDUPE_WINDOW_NS * 3 / 2 || i % 50 == 49) {
                    sent.remove();
                    repeat(engine, publisher, oldest);
                }
                repeat(engine, publisher, sent.getLast());
            }
            // However fast the jumps went, each life sees an id forgotten.
            final Sent last = sent.getLast();
            while (System.nanoTime() - last.latestNs() <= DEDUPE_WINDOW_NS * 3 / 2) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
            repeat(engine, publisher, last);
            verifyReachable(engine, history.witness("reader"));
            operator.fault(Fault.STOP);
        }
    }

    private static Sent publish(
            final DeliveryEngine engine, final Publisher publisher, final Witness asking, final String key) {
        final long beforeNs = System.nanoTime();
        asking.invoked(TOPIC, key, key.getBytes(UTF_8), AckLevel.JOURNALED);
        final Receipt receipt = ask(engine, publisher, TOPIC, key);
        asking.acknowledged(TOPIC, key, receipt.epoch(), receipt.offset(), receipt.level(), receipt.repeated());
        assertFalse(receipt.repeated(), key);
        // Ids are tried in a topic of their own, where a forgotten one is published again.
        final Receipt tried = ask(engine, publisher, "ids", key);
        return new Sent(key, tried, beforeNs, System.nanoTime());
    }

    /** An id is remembered for its window, and no longer: judged only where both clocks agree on which side it is. */
    private void repeat(final DeliveryEngine engine, final Publisher publisher, final Sent first) {
        final long beforeNs = System.nanoTime();
        final Receipt receipt = ask(engine, publisher, "ids", first.key());
        final long afterNs = System.nanoTime();
        if (afterNs - first.earliestNs() < DEDUPE_WINDOW_NS - TOLERANCE_NS) {
            assertTrue(receipt.repeated(), () -> first.key() + " was forgotten early");
            assertEquals(first.receipt().offset(), receipt.offset(), first.key());
            remembered++;
        } else if (beforeNs - first.latestNs() > DEDUPE_WINDOW_NS + TOLERANCE_NS) {
            assertFalse(receipt.repeated(), () -> first.key() + " was remembered too long");
            forgotten++;
        }
    }

    private static Receipt ask(
            final DeliveryEngine engine, final Publisher publisher, final String topic, final String key) {
        return publisher
                .publish(new Message()
                        .topic(engine.topic(topic))
                        .sender("publisher")
                        .messageId(key)
                        .level(AckLevel.JOURNALED)
                        .payload(key.getBytes(UTF_8)))
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    private static void verifyReachable(final DeliveryEngine engine, final Witness reading) {
        long offset = 0;
        while (true) {
            final var page = engine.histories()
                    .read(
                            TOPIC,
                            new TopicPosition(0, 0, offset),
                            new PageLimits(1_000, 0, false),
                            engine.journaledSequence())
                    .toCompletableFuture()
                    .orTimeout(30, TimeUnit.SECONDS)
                    .join();
            for (final StoredPublication publication : page.publications()) {
                assertEquals(++offset, publication.offset(), "offsets are dense");
                reading.read(TOPIC, engine.epoch(), publication.offset(), publication.payload());
            }
            if (offset == page.top().offset()) {
                return;
            }
        }
    }
}
