package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.journal.JournalDamagedException;
import io.stentor.journal.JournalFiles;
import io.stentor.journal.ScanListener;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.Epoch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An engine that goes on without records that were given up: who may have missed one is told, nobody else is. */
final class AcceptedLossTest {

    private static final String TOLD = "snapshot";

    @TempDir
    Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private EngineContext context() {
        return new EngineContext().directory(directory).errorHandler(errors::add);
    }

    private static <T> T await(final CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    /** Publishes texts, each "TOPIC text"; returns the epoch in which. */
    private String publish(final EngineContext context, final String... texts) throws Exception {
        try (DeliveryEngine engine = DeliveryEngine.launch(context)) {
            final Publisher publisher = engine.newPublisher();
            for (final String text : texts) {
                await(publisher.publish(new Message()
                        .topic(engine.topic(text.substring(0, text.indexOf(' '))))
                        .payload(text.getBytes(UTF_8))
                        .level(AckLevel.SYNCED)));
            }
            return engine.epoch();
        }
    }

    /** What a client that has a topic up to an offset is given when it comes back; {@link #TOLD} when it is refused. */
    private static List<String> comeBack(
            final DeliveryEngine engine, final String topic, final String epoch, final long offset, final int count)
            throws Exception {
        final Gathering gathered = new Gathering();
        try (EngineSession session = engine.attach("anna", "", gathered)) {
            await(session.subscribe(topic, new StreamPosition(epoch, offset)));
            Await.until("the client has what there is", () -> gathered.lines.size() >= count);
        }
        return new ArrayList<>(gathered.lines);
    }

    /** Settings that give up what a launch has named. */
    private EngineContext accepting(final Path damaged) {
        final EngineException refused = assertThrows(EngineException.class, () -> DeliveryEngine.launch(context()));
        final JournalDamagedException damage =
                assertInstanceOf(JournalDamagedException.class, refused.getCause(), refused.toString());
        assertEquals(damaged.toString(), damage.file());
        assertTrue(damage.lostFirstSequence() > 0, damage.getMessage());
        return context().acceptLoss(damage.lostFirstSequence(), damage.lostLastSequence());
    }

    @Test
    void shouldRefuseWhoMayHaveMissedWhatWasGivenUp() throws Exception {
        final String before =
                publish(context(), "hit 1", "busy 1", "quiet 1", "hit 2", "hit two and a half", "hit 4", "busy 2");
        final EngineContext accepting = accepting(Damage.to(directory, "hit two and a half"));
        final String epoch;
        try (DeliveryEngine engine = DeliveryEngine.launch(accepting)) {
            epoch = engine.epoch();
            assertEquals(List.of(TOLD), comeBack(engine, "hit", before, 2, 1));
            assertEquals(List.of("4 hit 4"), comeBack(engine, "hit", before, 3, 1));
            assertEquals(List.of(TOLD), comeBack(engine, "quiet", before, 1, 1));
            assertEquals(List.of("2 busy 2"), comeBack(engine, "busy", before, 1, 1));
        }
        publish(context(), "quiet 2");
        try (DeliveryEngine engine = DeliveryEngine.launch(context())) {
            // Still so after restarts, and not for a client that was told.
            assertEquals(List.of(TOLD), comeBack(engine, "quiet", before, 1, 1));
            assertEquals(List.of("2 quiet 2"), comeBack(engine, "quiet", epoch, 1, 1));
            assertEquals(List.of("4 hit 4"), comeBack(engine, "hit", before, 3, 1));
        }
    }

    @Test
    void shouldRefuseADeviceWhoseCursorLiesBeforeWhatWasGivenUp() throws Exception {
        try (DeliveryEngine engine = DeliveryEngine.launch(context())) {
            final Publisher publisher = engine.newPublisher();
            final Gathering first = new Gathering();
            try (EngineSession phone = engine.attach("anna", "phone", first)) {
                await(phone.subscribe("chat"));
                await(phone.subscribe("busy"));
                await(publisher.publish(
                        new Message().topic(engine.topic("busy")).payload("busy 1".getBytes(UTF_8))));
                await(publisher.publish(
                        new Message().topic(engine.topic("chat")).payload("chat 1".getBytes(UTF_8))));
                Await.until("both came", () -> first.lines.size() == 2);
                assertTrue(phone.ack("busy", 1) && phone.ack("chat", 1));
                final long sequence = engine.journaledSequence();
                Await.until("the cursor is journaled", () -> engine.journaledSequence() > sequence);
            }
        }
        publish(context(), "other 1", "busy 2");
        final EngineContext accepting = accepting(Damage.to(directory, "other 1"));
        try (DeliveryEngine engine = DeliveryEngine.launch(accepting)) {
            final Gathering again = new Gathering();
            try (EngineSession phone = engine.attach("anna", "phone", again)) {
                await(phone.subscribe("chat"));
                assertEquals(List.of(TOLD), again.lines);
                await(phone.subscribe("busy"));
                Await.until("the other topic goes on", () -> again.lines.equals(List.of(TOLD, "2 busy 2")));
            }
        }
    }

    @Test
    void shouldReadATopicWhoseNameWasGivenUp() throws Exception {
        publish(context(), "first 1", "gone-name 1", "gone-name 2", "third 1");
        final EngineContext accepting = accepting(Damage.to(directory, "gone-name"));
        publish(accepting, "gone-name again", "third 2");
        try (DeliveryEngine engine = DeliveryEngine.launch(context())) {
            assertEquals(
                    List.of("1 gone-name 1", "2 gone-name 2"), comeBack(engine, "lost-topic-2", engine.epoch(), 0, 2));
            assertEquals(List.of("1 gone-name again"), comeBack(engine, "gone-name", engine.epoch(), 0, 1));
            assertEquals(List.of("2 third 2"), comeBack(engine, "third", engine.epoch(), 1, 1));
        }
    }

    @Test
    void shouldTakeNoPositionOfALostTermForOneOfALaterTerm() throws Exception {
        publish(context(), "chat 1");
        final Path last = lastFile(directory);
        final String lost = publish(context(), "chat 2", "chat 3");
        final Path file = lastFile(directory);
        assertTrue(!file.equals(last), "a run of its own");
        Files.delete(file);
        final EngineContext accepting = accepting(file);
        final String epoch = publish(accepting, "chat anew 2", "chat anew 3", "chat anew 4");
        assertTrue(Epoch.parse(epoch).term() > Epoch.parse(lost).term() + 1, epoch);
        try (DeliveryEngine engine = DeliveryEngine.launch(context())) {
            assertEquals(List.of(TOLD), comeBack(engine, "chat", lost, 3, 1));
            assertEquals(List.of("4 chat anew 4"), comeBack(engine, "chat", epoch, 3, 1));
        }
    }

    @Test
    void shouldSayWhichFollowerDoesNotGetEverything() throws Exception {
        publish(context(), "chat 1", "chat two", "chat 3");
        final EngineContext accepting = accepting(Damage.to(directory, "chat two"));
        final List<String> lines = new CopyOnWriteArrayList<>();
        try (DeliveryEngine engine = DeliveryEngine.launch(accepting);
                Follower follower = engine.follow("indexer", 1, message -> lines.add(message.payloadText()))) {
            Await.until("it has read all", () -> lines.size() == 2 && follower.handledSequence() > 3);
            assertEquals(List.of("chat 1", "chat 3"), lines);
            assertTrue(
                    errors.stream()
                            .anyMatch(error -> error.getMessage().contains("follower indexer goes on at record 1")),
                    errors.toString());
        }
    }

    @Test
    void shouldKeepOffsetsThatACheckpointKnewOf() throws Exception {
        final Path checkpoints = directory.resolve("checkpoints");
        final String before;
        try (DeliveryEngine engine = DeliveryEngine.launch(context().checkpointRecords(1))) {
            before = engine.epoch();
            final Publisher publisher = engine.newPublisher();
            for (final String text : List.of("chat 1", "chat two", "other 1")) {
                await(publisher.publish(new Message()
                        .topic(engine.topic(text.substring(0, text.indexOf(' '))))
                        .payload(text.getBytes(UTF_8))
                        .level(AckLevel.SYNCED)));
            }
            final long last = engine.journaledSequence();
            Await.until("a checkpoint holds all", () -> newest(checkpoints, "sequencing") >= last);
        }
        Damage.to(directory, "chat two");
        final JournalDamagedException damage = assertThrows(
                JournalDamagedException.class, () -> JournalFiles.of(directory).scan(new ScanListener() {}));
        try (DeliveryEngine engine =
                DeliveryEngine.launch(context().acceptLoss(damage.lostFirstSequence(), damage.lostLastSequence()))) {
            assertEquals(List.of(TOLD), comeBack(engine, "chat", before, 1, 1));
            final Gathering fresh = new Gathering();
            try (EngineSession phone = engine.attach("ben", "new phone", fresh)) {
                await(phone.subscribe("chat"));
                final Receipt receipt = await(engine.newPublisher()
                        .publish(new Message().topic(engine.topic("chat")).payload("chat 3".getBytes(UTF_8))));
                assertEquals(3, receipt.offset());
                Await.until("the new message comes", () -> fresh.lines.contains("3 chat 3"));
                assertEquals(List.of(TOLD, "3 chat 3"), fresh.lines);
            }
            assertEquals(List.of("3 chat 3"), comeBack(engine, "chat", engine.epoch(), 2, 1));
        }
    }

    /** Sequence of the newest checkpoint of a name, from the header that FORMAT.md draws; 0 when there is none. */
    private static long newest(final Path checkpoints, final String name) {
        long newest = 0;
        for (final String letter : List.of("a", "b")) {
            final Path file = checkpoints.resolve(name + "-" + letter + ".ckpt");
            if (Files.exists(file)) {
                try {
                    final byte[] header = Files.readAllBytes(file);
                    newest = Math.max(newest, new UnsafeBuffer(header).getLong(24, ByteOrder.LITTLE_ENDIAN));
                } catch (final IOException ex) {
                    throw new UncheckedIOException(ex);
                }
            }
        }
        return newest;
    }

    private static Path lastFile(final Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            return files.filter(path -> path.toString().endsWith(".cq4"))
                    .max(Path::compareTo)
                    .orElseThrow();
        }
    }

    /** Keeps what a session is given, in order. */
    private static final class Gathering implements SessionHandler {
        private final List<String> lines = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage message) {
            lines.add(message.offset() + " " + message.payloadText());
        }

        @Override
        public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
            lines.add(TOLD);
        }
    }
}
