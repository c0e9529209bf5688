package io.stentor.engine.tier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.EngineContext;
import io.stentor.engine.EngineException;
import io.stentor.engine.Message;
import io.stentor.engine.Publisher;
import io.stentor.engine.Receipt;
import io.stentor.engine.ThreadingMode;
import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalException;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages every kind of file of a journal, at rest and under an engine that serves: what is read is what was written, all
 * of it or none, and who cannot read says so.
 */
final class BitFlipIT {

    private static final int TRIALS = 100;
    private static final int TOPICS = 12;
    private static final int MESSAGES_PER_CYCLE = 120;
    private static final int CYCLES = 4;
    private static final int TOPICS_PER_TRIAL = 3;
    private static final int DUTIES_PER_LOOK = 200;
    private static final String ROLL_CYCLE = "TEST_SECONDLY";
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Of a sparse file that was never sealed: enough zeros to be seen, quick to copy. */
    private static final int SLACK_BYTES = 64 * 1024;

    @TempDir
    Path directory;

    private final AtomicLong offsetNs = new AtomicLong();
    private final List<Throwable> failures = new ArrayList<>();
    private final int[] published = new int[TOPICS];
    private DeliveryEngine engine;
    private Publisher publisher;
    private DeliveryClass deliveryClass;

    @Test
    @Tag("bit-flips")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldReadAllOrRefuseWhenDamagedAtRest() throws IOException {
        final List<Path> masters = writeMasters();
        Storm.run(
                "bit-flips",
                "at-rest",
                1,
                25,
                (number, seed) -> assertTimeoutPreemptively(PATIENCE, () -> damageAtRest(masters, new Random(seed))));
    }

    @Test
    @Tag("bit-flips")
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void shouldDeliverNoWrongByteWhenDamagedWhileServing() throws IOException {
        final Path master = writeMasters().get(0);
        Storm.run(
                "bit-flips",
                "serving",
                1,
                25,
                (number, seed) ->
                        assertTimeoutPreemptively(PATIENCE, () -> damageWhileServing(master, new Random(seed))));
    }

    /**
     * One journal that was closed, the same one as a process leaves it that is killed after a force, and one of payments, of
     * which files were removed and all messages kept.
     */
    private List<Path> writeMasters() throws IOException {
        final Path closed = directory.resolve("closed");
        final Path killed = directory.resolve("killed");
        final Path trimmed = directory.resolve("trimmed");
        write(closed, DeliveryClass.CHAT);
        invokeUntil("checkpoints and indexes", () -> {
            offsetNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(60));
            return Harm.Target.CHECKPOINT.files(closed).size() >= 2
                    && Harm.Target.INDEX.files(closed).size() >= CYCLES - 1;
        });
        copy(closed, killed);
        closeEngine();
        write(trimmed, DeliveryClass.PAYMENT);
        invokeUntil("files are removed", () -> {
            offsetNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(60));
            return Harm.Target.KEPT.files(trimmed).size() >= 1
                    && Harm.Target.DATA.files(trimmed).size() < CYCLES;
        });
        closeEngine();
        return List.of(closed, killed, trimmed);
    }

    private void write(final Path journal, final DeliveryClass messageClass) throws IOException {
        deliveryClass = messageClass;
        Arrays.fill(published, 0);
        launch(journal);
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            final List<CompletableFuture<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < MESSAGES_PER_CYCLE; i++) {
                receipts.add(publish(i % TOPICS, i % 10 == 0 ? AckLevel.SYNCED : AckLevel.JOURNALED));
                engine.doWork();
            }
            invokeUntil("the receipts", () -> receipts.stream().allMatch(CompletableFuture::isDone));
            offsetNs.addAndGet(TimeUnit.SECONDS.toNanos(1));
        }
        invokeUntil(
                "all is quiet", () -> engine.doWork() == 0 && engine.syncedSequence() == engine.journaledSequence());
        for (int topic = 0; topic < TOPICS; topic++) {
            assertEquals(CYCLES * MESSAGES_PER_CYCLE / TOPICS, published[topic]);
        }
    }

    private void damageAtRest(final List<Path> masters, final Random random) throws Exception {
        final Path trial = directory.resolve("trial");
        final Map<Harm.Target, Integer> refused = new EnumMap<>(Harm.Target.class);
        for (int i = 0; i < TRIALS; i++) {
            copy(masters.get(i % masters.size()), trial);
            final Harm.Target target = target(trial, random);
            final Harm harm = Harm.doTo(trial, target, random);
            if (!isReadWhole(trial, harm)) {
                refused.merge(target, 1, Integer::sum);
            }
            IoUtil.delete(trial.toFile(), false);
        }
        System.out.printf("%d trials at rest, refused: %s%n", TRIALS, refused);
        for (final Harm.Target target : Harm.Target.ALL) {
            assertTrue(!target.isHarmless() || !refused.containsKey(target), target + " is harmless");
        }
        assertTrue(refused.getOrDefault(Harm.Target.DATA, 0) > 0, "damage of data is seen");
        assertTrue(refused.getOrDefault(Harm.Target.KEPT, 0) > 0, "damage of what is kept is seen");
    }

    private void damageWhileServing(final Path master, final Random random) throws Exception {
        final Path trial = directory.resolve("trial");
        copy(master, trial);
        launch(trial);
        int refused = 0;
        for (int i = 0; i < TRIALS; i++) {
            final Harm.Target target = random.nextInt(4) == 0 ? Harm.Target.INDEX : Harm.Target.DATA;
            final Harm harm = harmSealed(trial, target, random);
            boolean isWhole = true;
            for (int j = 0; j < TOPICS_PER_TRIAL && isWhole; j++) {
                isWhole = isTopicWhole(random.nextInt(TOPICS), harm);
            }
            harm.undo();
            assertTrue(isWhole || target == Harm.Target.DATA, () -> harm + " is harmless");
            if (!isWhole) {
                refused++;
            }
            assertNull(engine.failure(), () -> "one record that cannot be read stops nobody else: " + harm);
            assertEquals(AckLevel.JOURNALED, invoke(probe(i)).level(), () -> "it serves on after " + harm);
        }
        System.out.printf("%d trials while serving, refused: %d%n", TRIALS, refused);
        assertTrue(refused > 0, "damage is seen");
        closeEngine();
        IoUtil.delete(trial.toFile(), false);
    }

    /** Only what is sealed: the file that is being written is mapped and its pages are the appender's. */
    private static Harm harmSealed(final Path journal, final Harm.Target target, final Random random)
            throws IOException {
        final String run = Harm.Target.DATA.files(journal).get(0).getParent().toString();
        while (true) {
            final Harm harm = Harm.doTo(journal, target, random);
            if (harm.isIn(run)) {
                return harm;
            }
            harm.undo();
        }
    }

    private static Harm.Target target(final Path journal, final Random random) {
        while (true) {
            final Harm.Target target = switch (random.nextInt(4)) {
                case 0 -> Harm.Target.DATA;
                case 1 -> Harm.Target.KEPT.files(journal).isEmpty() ? Harm.Target.DATA : Harm.Target.KEPT;
                default -> Harm.Target.ALL.get(random.nextInt(Harm.Target.ALL.size()));
            };
            if (!target.files(journal).isEmpty()) {
                return target;
            }
        }
    }

    /** Whether a start takes the journal and everything can be read; if not, somebody must have said so. */
    private boolean isReadWhole(final Path journal, final Harm harm) throws Exception {
        try {
            launch(journal);
        } catch (final EngineException | JournalException ex) {
            assertTrue(ex.getMessage().contains(journal.toString()), () -> harm + ": " + ex.getMessage());
            return false;
        }
        try {
            boolean isWhole = true;
            for (int topic = 0; topic < TOPICS && isWhole; topic++) {
                isWhole = isTopicWhole(topic, harm);
            }
            return isWhole;
        } finally {
            closeEngine();
        }
    }

    private boolean isTopicWhole(final int topic, final Harm harm) throws Exception {
        final CompletableFuture<Reply.HistoryPage> answer = engine.histories()
                .read(name(topic), TopicPosition.END, new PageLimits(-1, 0, false), engine.journaledSequence())
                .toCompletableFuture();
        final Reply.HistoryPage page;
        try {
            page = invoke(answer);
        } catch (final ExecutionException | CompletionException ex) {
            assertNotNull(damageIn(ex), () -> harm + ": " + ex);
            return false;
        }
        for (int i = 0; i < page.publications().size(); i++) {
            final StoredPublication publication = page.publications().get(i);
            assertEquals(i + 1, publication.offset(), () -> harm + ": offsets of " + name(topic));
            assertEquals(text(topic, i + 1), new String(publication.payload(), UTF_8), () -> harm + ": " + name(topic));
        }
        assertEquals(published[topic], page.publications().size(), () -> harm + ": end of " + name(topic));
        return true;
    }

    private static Throwable damageIn(final Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof JournalDamagedException)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private void launch(final Path journal) {
        failures.clear();
        engine = DeliveryEngine.launch(new EngineContext()
                .directory(journal)
                .threadingMode(ThreadingMode.INVOKER)
                .journalRollCycle(ROLL_CYCLE)
                .checkpointRecords(100)
                .diskReserveBytes(128L << 20)
                .dedupeEntriesMax(10_000)
                .nanoClock(() -> System.nanoTime() + offsetNs.get())
                .epochClock(() -> System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(offsetNs.get()))
                .errorHandler(failures::add)
                .failureHandler(failures::add));
        publisher = engine.newPublisher();
    }

    private void closeEngine() {
        engine.close();
    }

    private CompletableFuture<Receipt> publish(final int topic, final AckLevel level) {
        return publisher
                .publish(new Message()
                        .topic(engine.topic(name(topic)))
                        .deliveryClass(deliveryClass)
                        .payload(text(topic, ++published[topic]).getBytes(UTF_8))
                        .level(level))
                .toCompletableFuture();
    }

    private CompletableFuture<Receipt> probe(final int number) {
        return publisher
                .publish(new Message()
                        .topic(engine.topic("chat:probe"))
                        .payload(("probe " + number).getBytes(UTF_8))
                        .level(AckLevel.JOURNALED))
                .toCompletableFuture();
    }

    private <T> T invoke(final CompletableFuture<T> answer) throws Exception {
        invokeUntil("an answer", answer::isDone);
        return answer.get();
    }

    private void invokeUntil(final String what, final BooleanSupplier condition) {
        Await.until(what, () -> {
            for (int i = 0; i < DUTIES_PER_LOOK; i++) {
                if (condition.getAsBoolean()) {
                    return true;
                }
                engine.doWork();
            }
            return false;
        });
    }

    private static String name(final int topic) {
        return "chat:" + topic;
    }

    /** Of many lengths, and the same whenever it is asked for. */
    private static String text(final int topic, final long offset) {
        return topic + "/" + offset + "/" + "abcdefgh".repeat((int) (offset * 31 + topic) % 60);
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                final Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (file.toString().endsWith(".cq4")) {
                    copyUsed(file, target);
                } else if (!file.toString().endsWith(".lock")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void copyUsed(final Path file, final Path target) throws IOException {
        try (RandomAccessFile from = new RandomAccessFile(file.toFile(), "r")) {
            final byte[] content = new byte[(int) Math.min(from.length(), 2 << 20)];
            from.readFully(content);
            int used = content.length;
            while (used > 0 && content[used - 1] == 0) {
                used--;
            }
            final int length = from.length() == content.length ? content.length : used + SLACK_BYTES;
            Files.write(target, Arrays.copyOf(content, length));
        }
    }
}
