package io.stentor.engine;

import static io.stentor.engine.SteppedEngine.FILE_BYTES;
import static io.stentor.engine.SteppedEngine.SECOND_NS;
import static io.stentor.engine.SteppedEngine.at;
import static io.stentor.engine.SteppedEngine.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.journal.JournalBackup;
import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.DeliveryClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Payments outlive the files that they were in, and what is kept of them goes when its time has come. */
final class RetentionKeeperTest {

    @TempDir
    Path directory;

    private SteppedEngine stepped;

    @BeforeEach
    void prepare() {
        stepped = new SteppedEngine(directory);
    }

    @AfterEach
    void close() {
        stepped.close();
        assertEquals(List.of(), stepped.errors());
    }

    private EngineContext paymentContext() {
        return stepped.context().retainBytes(10 * FILE_BYTES).retainAgeNs(DeliveryClass.PAYMENT, 80 * SECOND_NS);
    }

    /** Payments and chats beside each other, then chats until the files of them all are gone. */
    private void publishPayments() throws Exception {
        for (int second = 0; second < 10; second++) {
            stepped.publishSeconds(1, "pay:1", DeliveryClass.PAYMENT);
            for (int i = 0; i < 10; i++) {
                stepped.publish("chat:beside", DeliveryClass.CHAT);
            }
        }
        final Path last = stepped.files().get(stepped.files().size() - 1);
        stepped.publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(last);
    }

    /** Goes to the beginning of the next second, so that what is published at once is in one file. */
    private void beginSecond() {
        final long nowMs = System.currentTimeMillis() + TimeUnit.NANOSECONDS.toMillis(stepped.aheadNs());
        stepped.advance(TimeUnit.MILLISECONDS.toNanos(1_020 - nowMs % 1_000));
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
        stepped.launch(paymentContext());
        final String epoch = stepped.engine().epoch();
        publishPayments();
        assertEquals(range(1, 100), stepped.offsets("pay:1"));
        assertEquals(
                range(4, 100),
                stepped.page("pay:1", at(epoch, 3)).publications().stream()
                        .map(publication -> publication.offset())
                        .toList());
        assertEquals(List.of(), stepped.offsets("chat:beside"));
        stepped.assertLost("chat:beside", at(epoch, 99));
        assertEquals(101, stepped.publish("pay:1", DeliveryClass.PAYMENT).offset());
        assertEquals(range(1, 101), stepped.offsets("pay:1"));

        stepped.close();
        stepped.launch(paymentContext());
        assertEquals(range(1, 101), stepped.offsets("pay:1"));
        assertEquals(
                98,
                stepped.page("pay:1", at(epoch, 3)).publications().size(),
                "the epoch of another term proves it still");
        stepped.assertLost("pay:1", at(epoch, 102));
        stepped.assertLost("chat:beside", at(epoch, 99));

        stepped.publishUntilRemoved(keptFiles().get(0));
        final List<Long> left = stepped.offsets("pay:1");
        assertTrue(left.get(0) > 1 && left.get(left.size() - 1) == 101, left.toString());
        stepped.assertLost("pay:1", at(epoch, left.get(0) - 2));
        while (!keptFiles().isEmpty()) {
            stepped.publishUntilRemoved(keptFiles().get(0));
        }
        assertEquals(List.of(), stepped.offsets("pay:1"));
        assertEquals(102, stepped.publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldRecoverASessionThroughWhatIsKept() throws Exception {
        stepped.launch(paymentContext());
        stepped.publishSeconds(1, "pay:1", DeliveryClass.PAYMENT);
        final String epoch = stepped.engine().epoch();
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
        final EngineSession session = stepped.engine().attach("anna", "phone", handler);
        stepped.await(session.subscribe("pay:1", new StreamPosition(epoch, 5)));
        stepped.publish("pay:1", DeliveryClass.PAYMENT);
        Await.until("it has caught up through the keeper and the journal", () -> {
            stepped.engine().doWork();
            return offsets.equals(range(6, 111));
        });
        assertEquals(List.of(), snapshots);
        session.close();
    }

    @Test
    void shouldKeepPaymentsInABackup() throws Exception {
        stepped.launch(paymentContext());
        publishPayments();
        final Path backup = directory.resolveSibling(directory.getFileName() + "-backup");
        final Path restored = directory.resolveSibling(directory.getFileName() + "-restored");
        JournalBackup.backup(JournalFiles.of(directory), backup, new ScanListener() {});
        JournalBackup.restore(JournalFiles.of(backup), restored, new ScanListener() {});
        stepped.close();
        stepped.launch(paymentContext().directory(restored));
        assertEquals(range(1, 100), stepped.offsets("pay:1"));
        assertEquals(101, stepped.publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldRefuseToStartWithoutWhatIsKeptUntilItIsGivenUp() throws Exception {
        stepped.launch(paymentContext());
        final String epoch = stepped.engine().epoch();
        publishPayments();
        stepped.close();
        assertTrue(keptFiles().size() > 1, "there are several");
        final Path missing = keptFiles().get(0);
        Files.delete(missing);
        final EngineException refusal = assertThrows(
                EngineException.class,
                () -> DeliveryEngine.launch(paymentContext()).close());
        final JournalDamagedException damage =
                assertInstanceOf(JournalDamagedException.class, refusal.getCause(), refusal.toString());
        assertEquals(missing.toString(), damage.file());

        stepped.launch(paymentContext().acceptLoss(damage.lostFirstSequence(), damage.lostLastSequence()));
        final List<Long> left = stepped.offsets("pay:1");
        assertTrue(left.get(0) > 1, "the first payments are given up");
        assertEquals(range(left.get(0), 100), left);
        stepped.assertLost("pay:1", at(epoch, left.get(0) - 2));
        assertEquals(
                101 - left.get(0),
                stepped.page("pay:1", at(epoch, left.get(0))).publications().size() + 1);
        assertEquals(101, stepped.publish("pay:1", DeliveryClass.PAYMENT).offset());
    }

    @Test
    void shouldForgetACopyWhoseTrimWasNeverDone() throws Exception {
        stepped.launch(paymentContext());
        publishPayments();
        stepped.close();
        // As a process leaves it that is killed before its trim: the file is there, and no line names it.
        final Path leftover = kept().resolve("9000000000000000000.kept");
        Files.copy(keptFiles().get(0), leftover);
        stepped.launch(paymentContext());
        assertEquals(range(1, 100), stepped.offsets("pay:1"));
        assertTrue(Files.notExists(leftover));
    }

    @Test
    void shouldLeaveAFileThatHoldsPaymentsOnlyUntilOneBehindItGoes() throws Exception {
        stepped.launch(paymentContext());
        final byte[] text = new byte[60_000];
        for (int second = 0; second < 3; second++) {
            beginSecond();
            final List<CompletionStage<Receipt>> receipts = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                receipts.add(stepped.publisher()
                        .publish(new Message()
                                .topic(stepped.engine().topic("pay:1"))
                                .deliveryClass(DeliveryClass.PAYMENT)
                                .payload(text)));
                stepped.engine().doWork();
            }
            for (final CompletionStage<Receipt> receipt : receipts) {
                stepped.await(receipt);
            }
        }
        // The first file has the record of the start only.
        final Path oldest = stepped.files().get(1);
        stepped.publishSeconds(6, "chat:1", DeliveryClass.CHAT);
        for (int i = 0; i < 200; i++) {
            stepped.engine().doWork();
        }
        assertTrue(Files.exists(oldest), "to copy it would free nothing");
        stepped.publishSeconds(10, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(oldest);
        assertEquals(range(1, 60), stepped.offsets("pay:1"));
    }
}
