package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ResultCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole path in one JVM: ring, journal, Aeron, shard, session, and back. */
final class DeliveryEngineTest {

    @TempDir
    Path directory;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private long checkpointRecords = 1_000_000;
    private DeliveryEngine engine;
    private Publisher publisher;

    @BeforeEach
    void launch() {
        launch(ThreadingMode.SHARED);
    }

    @AfterEach
    void close() {
        engine.close();
        assertEquals(List.of(), errors);
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingMode.class,
            names = {"SHARED", "DEDICATED"})
    void shouldDeliverEachMessageOnceAndInOrderToSession(final ThreadingMode mode) throws Exception {
        relaunch(mode);
        final Inbox inbox = new Inbox();
        try (EngineSession session = engine.attach("anna", "phone", inbox)) {
            assertEquals(0, await(session.subscribeLive("chat:1")).offset());

            for (int i = 1; i <= 1_000; i++) {
                await(publish("chat:1", "message " + i));
            }

            inbox.awaitSize(1_000);
            for (int i = 1; i <= 1_000; i++) {
                assertEquals("chat:1 " + i + " message " + i, inbox.lines.get(i - 1));
            }
        }
    }

    @Test
    void shouldRunOnTheCallersThreadWhenInvoked() throws Exception {
        relaunch(ThreadingMode.INVOKER);
        final Inbox inbox = new Inbox();
        final EngineSession session = engine.attach("anna", "phone", inbox);
        awaitInvoked(session.subscribeLive("chat:1"));

        final Receipt receipt = awaitInvoked(publish("chat:1", "hello"));
        Await.until("the message arrives", () -> {
            engine.doWork();
            return inbox.lines.equals(List.of("chat:1 1 hello"));
        });

        assertEquals(1, receipt.offset());
    }

    @Test
    void shouldNameTheLevelReachedInReceipt() throws Exception {
        final Receipt journaled = await(publish("chat:1", "a"));
        final Receipt synced = await(publisher.publish(message("chat:1", "b").level(AckLevel.SYNCED)));
        final Receipt accepted = await(publisher.publish(message("chat:1", "c").level(AckLevel.ACCEPTED)));

        assertEquals(new Receipt(engine.epoch(), 1, AckLevel.JOURNALED, false), journaled);
        assertEquals(new Receipt(engine.epoch(), 2, AckLevel.SYNCED, false), synced);
        assertEquals(new Receipt(engine.epoch(), 0, AckLevel.ACCEPTED, false), accepted);
    }

    @Test
    void shouldGiveRepeatTheFirstResultAlsoAfterRestart() throws Exception {
        await(publish("chat:1", "before"));
        final Receipt first = await(publisher.publish(keyed("chat:1", "anna", "id-1", "text")));
        final Receipt repeat = await(publisher.publish(keyed("chat:1", "anna", "id-1", "text")));
        relaunch(ThreadingMode.SHARED);
        final Receipt late =
                await(publisher.publish(keyed("chat:1", "anna", "id-1", "text").level(AckLevel.SYNCED)));
        final Receipt other = await(publisher.publish(keyed("chat:1", "ann", "aid-1", "text")));

        assertEquals(new Receipt(first.epoch(), 2, AckLevel.JOURNALED, false), first);
        assertEquals(new Receipt(first.epoch(), 2, AckLevel.JOURNALED, true), repeat);
        assertEquals(new Receipt(engine.epoch(), 2, AckLevel.SYNCED, true), late);
        assertEquals(new Receipt(engine.epoch(), 3, AckLevel.JOURNALED, false), other);
        assertEquals(
                Epoch.parse(first.epoch()).term() + 1,
                Epoch.parse(engine.epoch()).term());
    }

    @Test
    void shouldRefuseMessageIdUsedForAnotherMessage() throws Exception {
        await(publisher.publish(keyed("chat:1", "anna", "id-1", "text")));

        final PublishException refusal =
                assertRefused(publisher.publish(keyed("chat:1", "anna", "id-1", "another text")));

        assertEquals(ResultCode.MESSAGE_ID_REUSED, refusal.code());
        assertEquals(1, history("chat:1").size());
    }

    @Test
    void shouldFindRepeatsOfProducerThatNumbersItsMessagesAfterRestart() throws Exception {
        for (int i = 1; i <= 3; i++) {
            await(publisher.publish(message("bot:1", "update " + i).producer(42, i)));
        }
        relaunch(ThreadingMode.SHARED);

        final Receipt repeat =
                await(publisher.publish(message("bot:1", "update 2").producer(42, 2)));
        final PublishException reused =
                assertRefused(publisher.publish(message("bot:1", "another").producer(42, 3)));
        final Receipt next =
                await(publisher.publish(message("bot:1", "update 4").producer(42, 4)));

        assertEquals(new Receipt(engine.epoch(), 2, AckLevel.JOURNALED, true), repeat);
        assertEquals(ResultCode.MESSAGE_ID_REUSED, reused.code());
        assertEquals(4, next.offset());
    }

    @Test
    void shouldRefuseWhatExceedsItsLimitsAndGoOn() throws Exception {
        final PublishException tooLarge = assertRefused(
                publisher.publish(new Message().topic(engine.topic("chat:1")).payload(new byte[65_537])));
        final PublishException noCluster =
                assertRefused(publisher.publish(message("chat:1", "x").level(AckLevel.REPLICATED)));
        final PublishException longSender =
                assertRefused(publisher.publish(message("chat:1", "x").sender("s".repeat(256))));
        final Receipt largest = await(
                publisher.publish(new Message().topic(engine.topic("chat:1")).payload(new byte[65_536])));

        assertEquals(ResultCode.TOO_LARGE, tooLarge.code());
        assertEquals(ResultCode.LEVEL_UNAVAILABLE, noCluster.code());
        assertEquals(ResultCode.INVALID, longSender.code());
        assertEquals(1, largest.offset());
        assertThrows(IllegalArgumentException.class, () -> engine.topic("with blank"));
        assertThrows(IllegalArgumentException.class, () -> engine.topic("t".repeat(256)));
    }

    @Test
    void shouldDeliverLargeMessagesWhole() throws Exception {
        final Inbox inbox = new Inbox();
        final EngineSession session = engine.attach("anna", "", inbox);
        await(session.subscribeLive("chat:1"));
        final String large = "x".repeat(65_536);

        await(publish("chat:1", large));

        inbox.awaitSize(1);
        assertEquals("chat:1 1 " + large, inbox.lines.get(0));
    }

    @Test
    void shouldContinueAfterTheDevicesCursorInLaterProcess() throws Exception {
        final Inbox first = new Inbox();
        final EngineSession session = engine.attach("anna", "phone", first);
        await(session.subscribe("chat:1"));
        for (int i = 1; i <= 10; i++) {
            await(publish("chat:1", "m" + i));
        }
        first.awaitSize(10);
        final long before = engine.journaledSequence();
        assertTrue(session.ack("chat:1", 7));
        Await.until("the cursor is journaled", () -> engine.journaledSequence() > before);
        relaunch(ThreadingMode.SHARED);

        final Inbox second = new Inbox();
        final EngineSession again = engine.attach("anna", "phone", second);
        await(again.subscribe("chat:1"));
        await(publish("chat:1", "m11"));

        second.awaitSize(4);
        assertEquals(List.of("chat:1 8 m8", "chat:1 9 m9", "chat:1 10 m10", "chat:1 11 m11"), second.lines);
    }

    @Test
    void shouldRecoverFromPositionOfAnEarlierTermAndRefuseOneOfAnotherLog() throws Exception {
        for (int i = 1; i <= 5; i++) {
            await(publish("chat:1", "m" + i));
        }
        final String earlier = engine.epoch();
        relaunch(ThreadingMode.SHARED);

        final Inbox recovered = new Inbox();
        final EngineSession good = engine.attach("anna", "", recovered);
        final StreamPosition position = await(good.subscribe("chat:1", new StreamPosition(earlier, 2)));
        final Inbox refused = new Inbox();
        final EngineSession foreign = engine.attach("ben", "", refused);
        await(foreign.subscribe("chat:1", new StreamPosition("abc.1", 2)));
        final Inbox beyond = new Inbox();
        final EngineSession future = engine.attach("cleo", "", beyond);
        await(future.subscribe("chat:1", new StreamPosition(earlier, 6)));

        assertEquals(List.of("chat:1 3 m3", "chat:1 4 m4", "chat:1 5 m5"), recovered.lines);
        assertEquals(new StreamPosition(engine.epoch(), 5), position);
        assertEquals(List.of("chat:1"), refused.snapshots);
        assertEquals(List.of("chat:1"), beyond.snapshots);
    }

    @Test
    void shouldFollowTheLogUnderNameAcrossRestarts() throws Exception {
        await(publish("chat:1", "a"));
        await(publish("chat:2", "b"));
        final List<String> seen = new CopyOnWriteArrayList<>();
        final FollowHandler handler = message -> seen.add(message.topic() + " " + message.payloadText());
        final Follower follower = engine.follow("indexer", 1, handler);
        Await.until("both messages are followed", () -> seen.size() == 2);
        follower.close();
        await(publish("chat:1", "c"));
        relaunch(ThreadingMode.SHARED);

        engine.follow("indexer", 1, handler);
        await(publish("chat:3", "d"));

        Await.until("all messages are followed", () -> seen.size() == 4);
        assertEquals(List.of("chat:1 a", "chat:2 b", "chat:1 c", "chat:3 d"), seen);
    }

    @Test
    void shouldShowFailingMessageToFollowerAgain() throws Exception {
        await(publish("chat:1", "a"));
        await(publish("chat:1", "bad"));
        final Follower broken = engine.follow("indexer", 1, message -> {
            if (message.payloadText().equals("bad")) {
                throw new IllegalStateException("cannot index this");
            }
        });
        Await.until("the follower stops", () -> broken.failure() != null);
        broken.close();

        final List<String> seen = new CopyOnWriteArrayList<>();
        engine.follow("indexer", 1, message -> seen.add(message.payloadText()));

        Await.until("the message comes again", () -> seen.contains("bad"));
        assertFalse(seen.contains("a"));
    }

    @Test
    void shouldReadHistoryInBothDirections() throws Exception {
        for (int i = 1; i <= 20; i++) {
            await(publish("chat:1", "m" + i));
        }

        final Reply.HistoryPage top = page("chat:1", TopicPosition.END, new PageLimits(0, 0, false));
        final Reply.HistoryPage newest = page("chat:1", TopicPosition.END, new PageLimits(3, 0, true));
        final Reply.HistoryPage middle = page("chat:1", new TopicPosition(0, 0, 4), new PageLimits(2, 0, false));
        final Reply.HistoryPage none = page("chat:none", TopicPosition.END, new PageLimits(-1, 0, false));

        assertEquals(new StreamPosition(engine.epoch(), 20), top.top());
        assertTrue(top.publications().isEmpty());
        assertEquals(List.of(20L, 19L, 18L), offsets(newest));
        assertEquals(List.of(5L, 6L), offsets(middle));
        assertEquals(new StreamPosition(engine.epoch(), 0), none.top());
    }

    @Test
    void shouldRefuseSecondEngineOnTheSameDirectory() {
        final EngineException refusal = assertThrows(
                EngineException.class,
                () -> DeliveryEngine.launch(new EngineContext().directory(directory))
                        .close());

        assertTrue(refusal.getMessage().contains(directory.toString()), refusal.getMessage());
    }

    @Test
    void shouldRefusePublishersOnceClosed() {
        engine.close();

        assertEquals(Publisher.CLOSED, publisher.offer(message("chat:1", "late")));
        assertEquals("the engine is closed", engine.notReadyReason());
        assertNull(engine.failure());
    }

    @Test
    void shouldKeepNoMessageOfTopicsThatNobodyWants() throws Exception {
        final Inbox inbox = new Inbox();
        final EngineSession session = engine.attach("anna", "", inbox);
        await(session.subscribeLive("chat:1"));

        await(publish("chat:2", "not for anna"));
        await(publish("chat:1", "for anna"));

        inbox.awaitSize(1);
        assertEquals(List.of("chat:1 1 for anna"), inbox.lines);
        assertNotEquals(0, engine.stageTimers().ringWait().getTotalCount());
    }

    @ParameterizedTest
    @EnumSource(ThreadingMode.class)
    void shouldStartFromCheckpointWithWhatWasKnownBefore(final ThreadingMode mode) throws Exception {
        checkpointRecords = 50;
        relaunch(mode);
        final Path checkpoints = directory.resolve("checkpoints");
        final List<String> seen = new CopyOnWriteArrayList<>();
        final Follower follower = engine.follow("indexer", 1, message -> seen.add(message.payloadText()));
        final CompletionStage<Receipt> first = publisher.publish(keyed("chat:1", "anna", "id-1", "text"));
        final CompletionStage<Receipt> numbered =
                publisher.publish(message("bot:1", "update 1").producer(42, 1));
        for (int i = 0; i < 200; i++) {
            awaitInvoked(publish("chat:" + i % 20, "m" + i));
        }
        Await.until("all is followed", () -> {
            engine.doWork();
            return seen.size() == 202;
        });
        follower.close();
        for (final String name : List.of("sequencing-a.ckpt", "directories-a.ckpt", "sequencing-b.ckpt")) {
            Await.until("there is a " + name, () -> {
                publish("chat:1", "more");
                for (int i = 0; i < 10; i++) {
                    engine.doWork();
                }
                return Files.exists(checkpoints.resolve(name));
            });
        }

        relaunch(mode);
        final Receipt repeat = awaitInvoked(publisher.publish(keyed("chat:1", "anna", "id-1", "text")));
        final Receipt again =
                awaitInvoked(publisher.publish(message("bot:1", "update 1").producer(42, 1)));

        assertEquals(awaitInvoked(first).offset(), repeat.offset());
        assertTrue(repeat.repeated());
        assertEquals(awaitInvoked(numbered).offset(), again.offset());
        assertTrue(again.repeated());
        assertEquals(11, awaitInvoked(publish("chat:2", "next")).offset());
        seen.clear();
        engine.follow("indexer", 1, message -> seen.add(message.payloadText()));
        Await.until("the follower goes on", () -> {
            engine.doWork();
            return seen.contains("next");
        });
        assertFalse(seen.contains("m199"), seen.toString());
    }

    @Test
    void shouldStartFromTheJournalWhenAllCheckpointsAreDamaged() throws Exception {
        checkpointRecords = 50;
        relaunch(ThreadingMode.SHARED);
        for (int i = 0; i < 200; i++) {
            await(publish("chat:1", "m" + i));
        }
        final Path checkpoint = directory.resolve("checkpoints").resolve("sequencing-a.ckpt");
        Await.until("there is a checkpoint", () -> Files.exists(checkpoint));
        engine.close();
        try (Stream<Path> files = Files.list(checkpoint.getParent())) {
            for (final Path file : files.toList()) {
                final byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length - 1] ^= 1;
                Files.write(file, bytes);
            }
        }

        checkpointRecords = 1_000_000;
        launch(ThreadingMode.SHARED);

        assertEquals(201, await(publish("chat:1", "next")).offset());
        assertFalse(errors.isEmpty());
        assertTrue(
                errors.stream().allMatch(error -> error.getMessage().contains("is passed over because")),
                errors.toString());
        errors.clear();
    }

    private void launch(final ThreadingMode mode) {
        engine = DeliveryEngine.launch(new EngineContext()
                .directory(directory)
                .threadingMode(mode)
                .checkpointRecords(checkpointRecords)
                .diskReserveBytes(128L * 1024 * 1024)
                .dedupeEntriesMax(10_000)
                .errorHandler(errors::add)
                .failureHandler(errors::add));
        publisher = engine.newPublisher();
    }

    private void relaunch(final ThreadingMode mode) {
        engine.close();
        launch(mode);
    }

    private CompletionStage<Receipt> publish(final String topic, final String text) {
        return publisher.publish(message(topic, text));
    }

    private Message message(final String topic, final String text) {
        return new Message().topic(engine.topic(topic)).payload(text.getBytes(UTF_8));
    }

    private Message keyed(final String topic, final String sender, final String id, final String text) {
        return message(topic, text).sender(sender).messageId(id);
    }

    private List<Long> history(final String topic) throws Exception {
        return offsets(page(topic, TopicPosition.END, new PageLimits(-1, 0, false)));
    }

    private Reply.HistoryPage page(final String topic, final TopicPosition position, final PageLimits limits)
            throws Exception {
        return await(engine.histories().read(topic, position, limits, engine.journaledSequence()));
    }

    private static List<Long> offsets(final Reply.HistoryPage page) {
        return page.publications().stream()
                .map(publication -> publication.offset())
                .toList();
    }

    private static <T> T await(final CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private <T> T awaitInvoked(final CompletionStage<T> stage) throws Exception {
        Await.until("the answer comes", () -> {
            engine.doWork();
            return stage.toCompletableFuture().isDone();
        });
        return await(stage);
    }

    private static PublishException assertRefused(final CompletionStage<Receipt> stage) {
        final ExecutionException failure = assertThrows(ExecutionException.class, () -> await(stage));
        return (PublishException) failure.getCause();
    }

    /** Collects what a session is given. */
    private static final class Inbox implements SessionHandler {

        final List<String> lines = new CopyOnWriteArrayList<>();
        final List<String> snapshots = new CopyOnWriteArrayList<>();

        @Override
        public void onMessage(final EngineSession session, final DeliveredMessage message) {
            lines.add(message.topic() + " " + message.offset() + " " + message.payloadText());
        }

        @Override
        public void onSnapshotNeeded(final EngineSession session, final String topic, final long offset) {
            snapshots.add(topic);
        }

        void awaitSize(final int size) {
            Await.until(size + " messages arrive", () -> lines.size() >= size);
        }
    }
}
