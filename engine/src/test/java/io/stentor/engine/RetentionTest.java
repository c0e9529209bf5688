package io.stentor.engine;

import static io.stentor.engine.SteppedEngine.FILE_BYTES;
import static io.stentor.engine.SteppedEngine.SECOND_NS;
import static io.stentor.engine.SteppedEngine.at;
import static io.stentor.engine.SteppedEngine.range;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.journal.JournalBackup;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.ScanListener;
import io.stentor.journal.TrimBody;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What retention removes, what it must not, and what is said of it. Time is the test's, one second for each journal file. */
final class RetentionTest {

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

    @Test
    void shouldRemoveOldestFilesBeyondBytesAndRefuseWhatIsGone() throws Exception {
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES));
        final String epoch = stepped.engine().epoch();
        stepped.publishSeconds(5, "chat:quiet", DeliveryClass.CHAT);
        final Path first = stepped.files().get(0);
        stepped.publishUntilRemoved(first);
        stepped.publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(stepped.files().get(4));

        final List<Long> left = stepped.offsets("chat:1");
        final long oldest = left.get(0);
        assertTrue(oldest > 1, "the oldest are removed");
        assertEquals(range(oldest, 300), left, "history begins at the first that is retained and has no gap");
        assertEquals(
                range(oldest, 300).size(),
                stepped.page("chat:1", at(epoch, oldest - 1)).publications().size());
        stepped.assertLost("chat:1", at(epoch, oldest - 2));
        stepped.assertLost("chat:1", at(epoch, 1));

        // A topic of which nothing is left: its head is known still, and its next offset follows.
        assertEquals(List.of(), stepped.offsets("chat:quiet"));
        assertEquals(50, stepped.page("chat:quiet", TopicPosition.END).top().offset());
        assertEquals(List.of(), stepped.page("chat:quiet", at(epoch, 50)).publications());
        stepped.assertLost("chat:quiet", at(epoch, 49));

        stepped.close();
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES));
        assertEquals(50, stepped.page("chat:quiet", TopicPosition.END).top().offset());
        assertEquals(51, stepped.publish("chat:quiet", DeliveryClass.CHAT).offset());
        assertEquals(List.of(51L), stepped.offsets("chat:quiet"));
        stepped.assertLost("chat:quiet", at(stepped.engine().epoch(), 49));
        stepped.assertLost("chat:1", at(epoch, 1));
        assertEquals(
                List.of(51L),
                stepped.page("chat:quiet", at(epoch, 50)).publications().stream()
                        .map(publication -> publication.offset())
                        .toList(),
                "a position of an earlier term at the head of a topic that was emptied");
        assertEquals(301, stepped.publish("chat:1", DeliveryClass.CHAT).offset());
    }

    @Test
    void shouldRecordTheTrimBeforeIt() throws Exception {
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES));
        stepped.publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(stepped.files().get(0));
        stepped.close();

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
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES));
        stepped.publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(stepped.files().get(2));
        final String epoch = stepped.engine().epoch();
        final Path backup = directory.resolveSibling(directory.getFileName() + "-backup");
        final Path restored = directory.resolveSibling(directory.getFileName() + "-restored");
        JournalBackup.backup(JournalFiles.of(directory), backup, new ScanListener() {});
        JournalBackup.restore(JournalFiles.of(backup), restored, new ScanListener() {});
        final List<Long> left = stepped.offsets("chat:1");
        stepped.close();

        stepped.launch(stepped.context().directory(restored));
        assertEquals(left, stepped.offsets("chat:1"));
        assertEquals(201, stepped.publish("chat:1", DeliveryClass.CHAT).offset());
        stepped.assertLost("chat:1", at(epoch, 200));
    }

    @Test
    void shouldTellARecoveringSessionToTakeASnapshot() throws Exception {
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES));
        final String epoch = stepped.engine().epoch();
        stepped.publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(stepped.files().get(2));
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
        final long oldest = stepped.offsets("chat:1").get(0);

        final EngineSession late = stepped.engine().attach("anna", "phone", handler);
        stepped.await(late.subscribe("chat:1", new StreamPosition(epoch, 3)));
        Await.until("the snapshot is asked for", () -> {
            stepped.engine().doWork();
            return snapshots.equals(List.of("chat:1 300"));
        });
        assertEquals(List.of(), offsets, "nothing is delivered past a gap");
        late.close();

        final EngineSession early = stepped.engine().attach("bert", "phone", handler);
        stepped.await(early.subscribe("chat:1", new StreamPosition(epoch, oldest)));
        Await.until("it has caught up", () -> {
            stepped.engine().doWork();
            return offsets.equals(range(oldest + 1, 300));
        });
        assertEquals(1, snapshots.size());
        early.close();
    }

    @Test
    void shouldRemoveFilesOnceEveryMessageIsOlderThanItsClass() throws Exception {
        stepped.launch(stepped.context().retainAgeNs(DeliveryClass.MINI_APP, 5 * SECOND_NS));
        stepped.publishSeconds(4, "app:1", DeliveryClass.MINI_APP);
        final Path oldest = stepped.files().get(0);
        stepped.publishUntilRemoved(oldest);
        stepped.advance(SECOND_NS);
        stepped.publish("chat:1", DeliveryClass.CHAT);
        final Path held = stepped.files().get(stepped.files().size() - 1);
        final int before = stepped.files().indexOf(held);
        stepped.publishUntilRemoved(stepped.files().get(before - 1));
        stepped.publishSeconds(20, "app:1", DeliveryClass.MINI_APP);

        assertEquals(held, stepped.files().get(0), "a chat is kept for ever, and so is what lies behind it");
        assertEquals(List.of(1L), stepped.offsets("chat:1"));
        assertTrue(stepped.offsets("app:1").get(0) > 40);
    }

    @Test
    void shouldRemoveWhatIsTooOldWhileNothingIsPublished() throws Exception {
        stepped.launch(stepped.context().retainAgeNs(DeliveryClass.MINI_APP, 60 * SECOND_NS));
        for (int i = 0; i < 6; i++) {
            stepped.publishSeconds(5, "app:1", DeliveryClass.MINI_APP);
            // Time for a checkpoint: what lies behind the older one of two may go.
            stepped.work(1_000);
        }
        final List<Path> before = stepped.files();
        stepped.advance(SECOND_NS);
        stepped.work(1_000);
        assertEquals(before, stepped.files(), "all is younger than a minute");

        Await.until("the oldest file is removed", () -> {
            stepped.advance(SECOND_NS / 10);
            stepped.work(10);
            return !Files.exists(before.get(0));
        });
        assertEquals(300, stepped.page("app:1", TopicPosition.END).top().offset());
    }

    @Test
    void shouldRemoveBeyondBytesAlthoughNoCheckpointIsDue() throws Exception {
        stepped.launch(stepped.context().retainBytes(10 * FILE_BYTES).checkpointRecords(1_000_000));
        stepped.publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        final Path oldest = stepped.files().get(0);
        stepped.publishUntilRemoved(oldest);
        stepped.publishSeconds(30, "chat:1", DeliveryClass.CHAT);
        Await.until("no more files than that are left", () -> {
            stepped.engine().doWork();
            return stepped.files().size() <= 35;
        });
    }

    @Test
    void shouldHoldForAFollowerAndLetGoOfOneThatIsTooFarBehind() throws Exception {
        stepped.launch(stepped.context().retainBytes(5 * FILE_BYTES).pinBytes(15 * FILE_BYTES));
        stepped.publishSeconds(3, "chat:1", DeliveryClass.CHAT);
        final List<String> seen = new CopyOnWriteArrayList<>();
        final Follower follower = stepped.engine().follow("archive", 1, message -> seen.add(message.topic()));
        Await.until("it has handled all", () -> {
            stepped.engine().doWork();
            return seen.size() == 30;
        });
        follower.close();
        stepped.publishSeconds(1, "chat:1", DeliveryClass.CHAT);
        final Path pinned = stepped.files().get(stepped.files().size() - 1);
        stepped.publishSeconds(9, "chat:1", DeliveryClass.CHAT);
        for (int i = 0; i < 100; i++) {
            stepped.engine().doWork();
        }
        assertTrue(Files.exists(pinned), "13 files are more than the limit, but the follower needs this one");

        stepped.publishUntilRemoved(pinned);
        final EngineException refusal =
                assertThrows(EngineException.class, () -> stepped.engine().follow("archive", 1, message -> {}));
        assertTrue(refusal.getMessage().contains("archive"), refusal.getMessage());
        final long retained = Long.parseLong(refusal.getMessage().replaceAll(".*begins at (\\d+) now.*", "$1"));
        final Follower again = stepped.engine().follow("archive", retained, message -> seen.add("again"));
        Await.until("it goes on behind the gap", () -> {
            stepped.engine().doWork();
            return seen.contains("again");
        });
        again.close();
    }

    @Test
    void shouldRefuseToStartIfWhatIsGoneIsInNoCheckpoint() throws Exception {
        stepped.launch(stepped.context().retainBytes(5 * FILE_BYTES));
        stepped.publishSeconds(20, "chat:1", DeliveryClass.CHAT);
        stepped.publishUntilRemoved(stepped.files().get(5));
        stepped.close();
        final Path checkpoints = directory.resolve("checkpoints");
        final Path away = directory.resolveSibling(directory.getFileName() + "-away");
        Files.move(checkpoints, away);

        final RuntimeException refusal = assertThrows(
                RuntimeException.class,
                () -> DeliveryEngine.launch(stepped.context()).close());
        assertTrue(refusal.getMessage().contains("no checkpoint that holds"), refusal.getMessage());

        Files.move(away, checkpoints);
        stepped.launch(stepped.context());
        assertEquals(200, stepped.page("chat:1", TopicPosition.END).top().offset());
    }
}
