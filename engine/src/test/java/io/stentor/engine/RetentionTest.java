package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.pipeline.HistoryDesk;
import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.journal.JournalBackup;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.ScanListener;
import io.stentor.journal.TrimBody;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What retention removes, what it must not, and what is said of it. Time is the test's, one second for each journal file. */
final class RetentionTest {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    /** A little more than a file of this roll cycle has: nearly all of it is Chronicle's own table of positions. */
    private static final long FILE_BYTES = 600_000;

    @TempDir
    Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    /** What the test adds to the clocks; read by threads of the transport too. */
    private final AtomicLong aheadNs = new AtomicLong();

    private DeliveryEngine engine;
    private Publisher publisher;

    @AfterEach
    void close() {
        engine.close();
        assertEquals(List.of(), errors);
    }

    private EngineContext context() {
        return new EngineContext()
                .directory(directory)
                .threadingMode(ThreadingMode.INVOKER)
                .journalRollCycle("TEST_SECONDLY")
                .checkpointRecords(20)
                .diskReserveBytes(128L * 1024 * 1024)
                .dedupeEntriesMax(10_000)
                .epochClock(() -> System.currentTimeMillis() + aheadNs.get() / 1_000_000)
                .nanoClock(() -> System.nanoTime() + aheadNs.get())
                .errorHandler(errors::add)
                .failureHandler(errors::add);
    }

    private void launch(final EngineContext context) {
        engine = DeliveryEngine.launch(context);
        publisher = engine.newPublisher();
    }

    private Receipt publish(final String topic, final DeliveryClass deliveryClass) throws Exception {
        return await(publisher.publish(new Message()
                .topic(engine.topic(topic))
                .deliveryClass(deliveryClass)
                .payload("text".getBytes(UTF_8))));
    }

    /** Ten messages a second, each second in a file of its own. */
    private void publishSeconds(final int seconds, final String topic, final DeliveryClass deliveryClass)
            throws Exception {
        for (int second = 0; second < seconds; second++) {
            aheadNs.addAndGet(SECOND_NS);
            for (int i = 0; i < 10; i++) {
                publish(topic, deliveryClass);
            }
        }
    }

    private <T> T await(final CompletionStage<T> stage) throws Exception {
        Await.until("the answer comes", () -> {
            engine.doWork();
            return stage.toCompletableFuture().isDone();
        });
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Reply.HistoryPage page(final String topic, final TopicPosition position) throws Exception {
        return await(
                engine.histories().read(topic, position, new PageLimits(-1, 0, false), engine.journaledSequence()));
    }

    private List<Long> offsets(final String topic) throws Exception {
        return page(topic, TopicPosition.END).publications().stream()
                .map(publication -> publication.offset())
                .toList();
    }

    private TopicPosition at(final String epoch, final long offset) {
        final Epoch parsed = Epoch.parse(epoch);
        return new TopicPosition(parsed.logId(), parsed.term(), offset);
    }

    private void assertLost(final String topic, final TopicPosition position) {
        final ExecutionException refusal = assertThrows(ExecutionException.class, () -> page(topic, position));
        assertInstanceOf(HistoryDesk.PositionLostException.class, refusal.getCause());
    }

    private List<Path> files() {
        try (Stream<Path> paths = Files.walk(directory.resolve("log"))) {
            return paths.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .toList();
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    /** Lets retention look, with records that bring checkpoints behind what it would remove. */
    private void publishUntilRemoved(final Path file) {
        Await.until(file + " is removed", () -> {
            try {
                publishSeconds(1, "other", DeliveryClass.MINI_APP);
            } catch (final Exception ex) {
                throw new AssertionError(ex);
            }
            for (int i = 0; i < 50; i++) {
                engine.doWork();
            }
            return !Files.exists(file);
        });
    }

    private static List<Long> range(final long first, final long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    void shouldRemoveOldestFilesBeyondBytesAndRefuseWhatIsGone() throws Exception {
        launch(context().retainBytes(10 * FILE_BYTES));
        final String epoch = engine.epoch();
        publishSeconds(5, "chat:quiet", DeliveryClass.CHAT);
        final Path first = files().get(0);
        publishUntilRemoved(first);
        publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(files().get(4));

        final List<Long> left = offsets("chat:1");
        final long oldest = left.get(0);
        assertTrue(oldest > 1, "the oldest are removed");
        assertEquals(range(oldest, 300), left, "history begins at the first that is retained and has no gap");
        assertEquals(
                range(oldest, 300).size(),
                page("chat:1", at(epoch, oldest - 1)).publications().size());
        assertLost("chat:1", at(epoch, oldest - 2));
        assertLost("chat:1", at(epoch, 1));

        // A topic of which nothing is left: its head is known still, and its next offset follows.
        assertEquals(List.of(), offsets("chat:quiet"));
        assertEquals(50, page("chat:quiet", TopicPosition.END).top().offset());
        assertEquals(List.of(), page("chat:quiet", at(epoch, 50)).publications());
        assertLost("chat:quiet", at(epoch, 49));

        engine.close();
        launch(context().retainBytes(10 * FILE_BYTES));
        assertEquals(50, page("chat:quiet", TopicPosition.END).top().offset());
        assertEquals(51, publish("chat:quiet", DeliveryClass.CHAT).offset());
        assertEquals(List.of(51L), offsets("chat:quiet"));
        assertLost("chat:quiet", at(engine.epoch(), 49));
        assertLost("chat:1", at(epoch, 1));
        assertEquals(
                List.of(51L),
                page("chat:quiet", at(epoch, 50)).publications().stream()
                        .map(publication -> publication.offset())
                        .toList(),
                "a position of an earlier term at the head of a topic that was emptied");
        assertEquals(301, publish("chat:1", DeliveryClass.CHAT).offset());
    }

    @Test
    void shouldRecordTheTrimBeforeIt() throws Exception {
        launch(context().retainBytes(10 * FILE_BYTES));
        publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(files().get(0));
        engine.close();

        final List<Long> trims = new ArrayList<>();
        final List<Long> sequences = new ArrayList<>();
        JournalFiles.of(directory).scan(new ScanListener() {
            @Override
            public void onRecord(final DirectBuffer buffer, final int offset, final int length) {
                sequences.add(RecordLayout.sequence(buffer, offset));
                if (RecordLayout.type(buffer, offset) == RecordType.TRIM) {
                    trims.add(TrimBody.firstRetainedSequence(buffer, offset));
                }
            }
        });
        assertEquals(sequences.get(0), trims.get(trims.size() - 1));
    }

    @Test
    void shouldStartFromABackupOfWhatIsLeft() throws Exception {
        launch(context().retainBytes(10 * FILE_BYTES));
        publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(files().get(2));
        final String epoch = engine.epoch();
        final Path backup = directory.resolveSibling(directory.getFileName() + "-backup");
        final Path restored = directory.resolveSibling(directory.getFileName() + "-restored");
        JournalBackup.backup(JournalFiles.of(directory), backup, new ScanListener() {});
        JournalBackup.restore(JournalFiles.of(backup), restored, new ScanListener() {});
        final List<Long> left = offsets("chat:1");
        engine.close();

        launch(context().directory(restored));
        assertEquals(left, offsets("chat:1"));
        assertEquals(201, publish("chat:1", DeliveryClass.CHAT).offset());
        assertLost("chat:1", at(epoch, 200));
    }

    @Test
    void shouldTellARecoveringSessionToTakeASnapshot() throws Exception {
        launch(context().retainBytes(10 * FILE_BYTES));
        final String epoch = engine.epoch();
        publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(files().get(2));
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        final List<String> snapshots = new CopyOnWriteArrayList<>();
        final SessionHandler handler = new SessionHandler() {
            @Override
            public void onMessage(final EngineSession session, final DeliveredMessage message) {
                offsets.add(message.offset());
            }

            @Override
            public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
                snapshots.add(topic + " " + offset);
            }
        };
        final long oldest = offsets("chat:1").get(0);

        final EngineSession late = engine.attach("anna", "phone", handler);
        await(late.subscribe("chat:1", new StreamPosition(epoch, 3)));
        Await.until("the snapshot is asked for", () -> {
            engine.doWork();
            return snapshots.equals(List.of("chat:1 300"));
        });
        assertEquals(List.of(), offsets, "nothing is delivered past a gap");
        late.close();

        final EngineSession early = engine.attach("bert", "phone", handler);
        await(early.subscribe("chat:1", new StreamPosition(epoch, oldest)));
        Await.until("it has caught up", () -> {
            engine.doWork();
            return offsets.equals(range(oldest + 1, 300));
        });
        assertEquals(1, snapshots.size());
        early.close();
    }

    @Test
    void shouldRemoveFilesOnceEveryMessageIsOlderThanItsClass() throws Exception {
        launch(context().retainAgeNs(DeliveryClass.MINI_APP, 5 * SECOND_NS));
        publishSeconds(4, "app:1", DeliveryClass.MINI_APP);
        final Path oldest = files().get(0);
        publishUntilRemoved(oldest);
        aheadNs.addAndGet(SECOND_NS);
        publish("chat:1", DeliveryClass.CHAT);
        final Path held = files().get(files().size() - 1);
        final int before = files().indexOf(held);
        publishUntilRemoved(files().get(before - 1));
        publishSeconds(20, "app:1", DeliveryClass.MINI_APP);

        assertEquals(held, files().get(0), "a chat is kept for ever, and so is what lies behind it");
        assertEquals(List.of(1L), offsets("chat:1"));
        assertTrue(offsets("app:1").get(0) > 40);
    }

    @Test
    void shouldRemoveWhatIsTooOldWhileNothingIsPublished() throws Exception {
        launch(context().retainAgeNs(DeliveryClass.MINI_APP, 3_600 * SECOND_NS));
        for (int i = 0; i < 6; i++) {
            publishSeconds(5, "app:1", DeliveryClass.MINI_APP);
            // Time for a checkpoint: what lies behind the older one of two may go.
            for (int j = 0; j < 1_000; j++) {
                engine.doWork();
            }
        }
        final List<Path> before = files();
        aheadNs.addAndGet(SECOND_NS);
        for (int i = 0; i < 1_000; i++) {
            engine.doWork();
        }
        assertEquals(before, files(), "all is younger than an hour");

        aheadNs.addAndGet(3_700 * SECOND_NS);
        Await.until("the oldest file is removed", () -> {
            engine.doWork();
            return !Files.exists(before.get(0));
        });
        assertEquals(300, page("app:1", TopicPosition.END).top().offset());
    }

    @Test
    void shouldRemoveBeyondBytesAlthoughNoCheckpointIsDue() throws Exception {
        launch(context().retainBytes(10 * FILE_BYTES).checkpointRecords(1_000_000));
        publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        final Path oldest = files().get(0);
        publishUntilRemoved(oldest);
        publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        Await.until("no more files than that are left", () -> {
            engine.doWork();
            return files().size() <= 35;
        });
    }

    private EngineContext paymentContext() {
        return context().retainBytes(10 * FILE_BYTES).retainAgeNs(DeliveryClass.PAYMENT, 80 * SECOND_NS);
    }

    /** Payments and chats beside each other, then chats until the files of them all are gone. */
    private void publishPayments() throws Exception {
        for (int second = 0; second < 10; second++) {
            publishSeconds(1, "pay:1", DeliveryClass.PAYMENT);
            for (int i = 0; i < 10; i++) {
                publish("chat:beside", DeliveryClass.CHAT);
            }
        }
        final Path last = files().get(files().size() - 1);
        publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(last);
    }

    /** Goes to the beginning of the next second, so that what is published at once is in one file. */
    private void beginSecond() {
        final long nowMs = System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(aheadNs.get());
        aheadNs.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_020 - nowMs % 1_000));
    }

    private Path kept() {
        return directory.resolve("keeper");
    }

    private List<Path> keptFiles() {
        try (Stream<Path> paths = Files.list(kept())) {
            return paths.filter(path -> path.toString().endsWith(".kept"))
                    .sorted()
                    .toList();
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    @Test
    void shouldKeepPaymentsForTheirAgeAlthoughTheirFilesGo() throws Exception {
        launch(paymentContext());
        final String epoch = engine.epoch();
        publishPayments();
        assertEquals(range(1, 100), offsets("pay:1"));
        assertEquals(
                range(4, 100),
                page("pay:1", at(epoch, 3)).publications().stream()
                        .map(publication -> publication.offset())
                        .toList());
        assertEquals(List.of(), offsets("chat:beside"));
        assertLost("chat:beside", at(epoch, 99));
        assertEquals(101, publish("pay:1", DeliveryClass.PAYMENT).offset());
        assertEquals(range(1, 101), offsets("pay:1"));

        engine.close();
        launch(paymentContext());
        assertEquals(range(1, 101), offsets("pay:1"));
        assertEquals(
                98, page("pay:1", at(epoch, 3)).publications().size(), "the epoch of another term proves it still");
        assertLost("pay:1", at(epoch, 102));
        assertLost("chat:beside", at(epoch, 99));

        publishUntilRemoved(keptFiles().get(0));
        final List<Long> left = offsets("pay:1");
        assertTrue(left.get(0) > 1 && left.get(left.size() - 1) == 101, left.toString());
        assertLost("pay:1", at(epoch, left.get(0) - 2));
        while (!keptFiles().isEmpty()) {
            publishUntilRemoved(keptFiles().get(0));
        }
        assertEquals(List.of(), offsets("pay:1"));
        assertEquals(102, publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldRecoverASessionThroughWhatIsKept() throws Exception {
        launch(paymentContext());
        publishSeconds(1, "pay:1", DeliveryClass.PAYMENT);
        final String epoch = engine.epoch();
        publishPayments();
        final List<Long> offsets = new CopyOnWriteArrayList<>();
        final List<String> snapshots = new CopyOnWriteArrayList<>();
        final SessionHandler handler = new SessionHandler() {
            @Override
            public void onMessage(final EngineSession session, final DeliveredMessage message) {
                offsets.add(message.offset());
            }

            @Override
            public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
                snapshots.add(topic + " " + offset);
            }
        };
        final EngineSession session = engine.attach("anna", "phone", handler);
        await(session.subscribe("pay:1", new StreamPosition(epoch, 5)));
        publish("pay:1", DeliveryClass.PAYMENT);
        Await.until("it has caught up through the keeper and the journal", () -> {
            engine.doWork();
            return offsets.equals(range(6, 111));
        });
        assertEquals(List.of(), snapshots);
        session.close();
    }

    @Test
    void shouldKeepPaymentsInABackup() throws Exception {
        launch(paymentContext());
        publishPayments();
        final Path backup = directory.resolveSibling(directory.getFileName() + "-backup");
        final Path restored = directory.resolveSibling(directory.getFileName() + "-restored");
        JournalBackup.backup(JournalFiles.of(directory), backup, new ScanListener() {});
        JournalBackup.restore(JournalFiles.of(backup), restored, new ScanListener() {});
        engine.close();
        launch(paymentContext().directory(restored));
        assertEquals(range(1, 100), offsets("pay:1"));
        assertEquals(101, publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldRefuseToStartWithoutWhatIsKeptUntilItIsGivenUp() throws Exception {
        launch(paymentContext());
        final String epoch = engine.epoch();
        publishPayments();
        engine.close();
        assertTrue(keptFiles().size() > 1, "there are several");
        final Path missing = keptFiles().get(0);
        Files.delete(missing);
        final EngineException refusal = assertThrows(
                EngineException.class,
                () -> DeliveryEngine.launch(paymentContext()).close());
        final JournalDamagedException damage =
                assertInstanceOf(JournalDamagedException.class, refusal.getCause(), refusal.toString());
        assertEquals(missing.toString(), damage.file());

        launch(paymentContext().acceptLoss(damage.lostFirstSequence(), damage.lostLastSequence()));
        final List<Long> left = offsets("pay:1");
        assertTrue(left.get(0) > 1, "the first payments are given up");
        assertEquals(range(left.get(0), 100), left);
        assertLost("pay:1", at(epoch, left.get(0) - 2));
        assertEquals(
                101 - left.get(0),
                page("pay:1", at(epoch, left.get(0))).publications().size() + 1);
        assertEquals(101, publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldForgetACopyWhoseTrimWasNeverDone() throws Exception {
        launch(paymentContext());
        publishPayments();
        engine.close();
        // As a process leaves it that is killed before its trim: the file is there, and no line names it.
        final Path leftover = kept().resolve("9000000000000000000.kept");
        Files.copy(keptFiles().get(0), leftover);
        launch(paymentContext());
        assertEquals(range(1, 100), offsets("pay:1"));
        assertTrue(Files.notExists(leftover));
    }

    @Test
    void shouldLeaveAFileThatHoldsPaymentsOnlyUntilOneBehindItGoes() throws Exception {
        launch(paymentContext());
        final byte[] text = new byte[60_000];
        for (int second = 0; second < 3; second++) {
            beginSecond();
            final List<CompletionStage<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                receipts.add(publisher.publish(new Message()
                        .topic(engine.topic("pay:1"))
                        .deliveryClass(DeliveryClass.PAYMENT)
                        .payload(text)));
                engine.doWork();
            }
            for (final CompletionStage<Receipt> receipt : receipts) {
                await(receipt);
            }
        }
        // The first file has the record of the start only.
        final Path oldest = files().get(1);
        publishSeconds(6, "chat:1", DeliveryClass.CHAT);
        for (int i = 0; i < 200; i++) {
            engine.doWork();
        }
        assertTrue(Files.exists(oldest), "to copy it would free nothing");
        publishSeconds(10, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(oldest);
        assertEquals(range(1, 60), offsets("pay:1"));
    }

    @Test
    void shouldHoldForAFollowerAndLetGoOfOneThatIsTooFarBehind() throws Exception {
        launch(context().retainBytes(5 * FILE_BYTES).pinBytes(15 * FILE_BYTES));
        publishSeconds(3, "chat:1", DeliveryClass.CHAT);
        final List<String> seen = new CopyOnWriteArrayList<>();
        final Follower follower = engine.follow("archive", 1, message -> seen.add(message.topic()));
        Await.until("it has handled all", () -> {
            engine.doWork();
            return seen.size() == 30;
        });
        follower.close();
        publishSeconds(1, "chat:1", DeliveryClass.CHAT);
        final Path pinned = files().get(files().size() - 1);
        publishSeconds(9, "chat:1", DeliveryClass.CHAT);
        for (int i = 0; i < 100; i++) {
            engine.doWork();
        }
        assertTrue(Files.exists(pinned), "13 files are more than the limit, but the follower needs this one");

        publishUntilRemoved(pinned);
        final EngineException refusal =
                assertThrows(EngineException.class, () -> engine.follow("archive", 1, message -> {}));
        assertTrue(refusal.getMessage().contains("archive"), refusal.getMessage());
        final long retained = Long.parseLong(refusal.getMessage().replaceAll(".*begins at (\\d+) now.*", "$1"));
        final Follower again = engine.follow("archive", retained, message -> seen.add("again"));
        Await.until("it goes on behind the gap", () -> {
            engine.doWork();
            return seen.contains("again");
        });
        again.close();
    }

    @Test
    void shouldRefuseToStartIfWhatIsGoneIsInNoCheckpoint() throws Exception {
        launch(context().retainBytes(5 * FILE_BYTES));
        publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        publishUntilRemoved(files().get(5));
        engine.close();
        final Path checkpoints = directory.resolve("checkpoints");
        final Path away = directory.resolveSibling(directory.getFileName() + "-away");
        Files.move(checkpoints, away);

        final RuntimeException refusal = assertThrows(
                RuntimeException.class, () -> DeliveryEngine.launch(context()).close());
        assertTrue(refusal.getMessage().contains("no checkpoint that holds"), refusal.getMessage());

        Files.move(away, checkpoints);
        launch(context());
        assertEquals(200, page("chat:1", TopicPosition.END).top().offset());
    }
}
