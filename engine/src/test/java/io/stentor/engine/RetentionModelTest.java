package io.stentor.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.engine.pipeline.HistoryDesk;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Publishes, removes and restarts at random and holds every answer against a model that forgets nothing: what is left of a
 * topic is its end without a gap, and each position that anybody was given reads what follows it or is refused for a reason.
 */
final class RetentionModelTest {

    private static final int STEPS = 250;
    private static final int DUTIES = 100;
    private static final long PAYMENT_AGE_NS = 20 * SteppedEngine.SECOND_NS;

    /** What a client may come back with. */
    private record Position(String epoch, long offset) {}

    private static final class Topic {

        private final String name;
        private final DeliveryClass deliveryClass;
        private final List<String> texts = new ArrayList<>();
        private final List<Long> publishedNs = new ArrayList<>();
        private final List<Position> given = new ArrayList<>();

        Topic(final String name, final DeliveryClass deliveryClass) {
            this.name = name;
            this.deliveryClass = deliveryClass;
        }

        int head() {
            return texts.size();
        }
    }

    @TempDir
    Path directory;

    private final List<Topic> topics = List.of(
            new Topic("chat:busy", DeliveryClass.CHAT),
            new Topic("chat:quiet", DeliveryClass.CHAT),
            new Topic("app:1", DeliveryClass.MINI_APP),
            new Topic("pay:1", DeliveryClass.PAYMENT),
            new Topic("pay:2", DeliveryClass.PAYMENT));
    private SteppedEngine stepped;
    private int removed;
    private int refused;

    @AfterEach
    void close() {
        stepped.close();
        assertEquals(List.of(), stepped.errors());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldAnswerAsTheModelDoesOrRefuse(final long seed) throws Exception {
        final SplittableRandom random = new SplittableRandom(seed);
        stepped = new SteppedEngine(directory);
        launch();
        for (int step = 0; step < STEPS; step++) {
            final String when = "seed " + seed + ", step " + step;
            final int kind = random.nextInt(100);
            if (kind < 45) {
                publish(topics.get(random.nextInt(1 + random.nextInt(topics.size()))), 1 + random.nextInt(8));
            } else if (kind < 75) {
                stepped.advance(SteppedEngine.SECOND_NS);
                stepped.work(DUTIES);
            } else if (kind < 87) {
                final Topic topic = topics.get(random.nextInt(topics.size()));
                topic.given.add(new Position(stepped.engine().epoch(), random.nextInt(topic.head() + 1)));
            } else if (kind < 90) {
                launch();
            } else {
                check(topics.get(random.nextInt(topics.size())), when);
            }
        }
        for (final Topic topic : topics) {
            check(topic, "seed " + seed + ", end");
        }
        assertTrue(removed > 0, "the oldest messages of a topic were gone at times");
        assertTrue(refused > 0, "positions were refused at times");
    }

    private void launch() {
        stepped.launch(stepped.context()
                .retainBytes(8 * SteppedEngine.FILE_BYTES)
                .retainAgeNs(DeliveryClass.MINI_APP, 5 * SteppedEngine.SECOND_NS)
                .retainAgeNs(DeliveryClass.PAYMENT, PAYMENT_AGE_NS));
    }

    private void publish(final Topic topic, final int count) throws Exception {
        for (int i = 0; i < count; i++) {
            final String text = topic.name + "/" + (topic.head() + 1);
            topic.publishedNs.add(stepped.nowNs());
            topic.texts.add(text);
            assertEquals(
                    topic.head(),
                    stepped.publish(topic.name, topic.deliveryClass, text).offset());
        }
    }

    private void check(final Topic topic, final String when) throws Exception {
        if (topic.head() == 0) {
            return;
        }
        final Reply.HistoryPage page = stepped.page(topic.name, TopicPosition.END);
        assertEquals(topic.head(), page.top().offset(), when);
        final long first = (long) topic.head() - page.publications().size() + 1;
        assertReads(topic, first, page, when);
        removed += first > 1 ? 1 : 0;
        if (topic.deliveryClass == DeliveryClass.PAYMENT) {
            assertTrue(first <= firstOfAge(topic), () -> when + ": payments from " + first + " on are left");
        }
        for (final Position position : topic.given) {
            check(topic, position, first, when);
        }
    }

    private void check(final Topic topic, final Position position, final long first, final String when)
            throws Exception {
        final String what = when + ", " + topic.name + " from " + first + " on, " + position;
        try {
            assertReads(
                    topic,
                    position.offset + 1,
                    stepped.page(topic.name, SteppedEngine.at(position.epoch, position.offset)),
                    what);
        } catch (final ExecutionException refusal) {
            assertTrue(refusal.getCause() instanceof HistoryDesk.PositionLostException, what);
            assertTrue(first > 1, () -> what + ": everything is there");
            final boolean isOfThisTerm = position.epoch.equals(stepped.engine().epoch());
            assertTrue(
                    !isOfThisTerm || position.offset < first - 1, () -> what + ": what follows is there, in this term");
            refused++;
        }
    }

    private static void assertReads(
            final Topic topic, final long first, final Reply.HistoryPage page, final String when) {
        final List<String> expected = topic.texts.subList((int) first - 1, topic.head());
        final List<String> found = new ArrayList<>();
        for (final StoredPublication publication : page.publications()) {
            assertEquals(first + found.size(), publication.offset(), when);
            found.add(new String(publication.payload(), UTF_8));
        }
        assertEquals(expected, found, when);
    }

    /** The first offset of a message that is clearly younger than payments are kept for. */
    private long firstOfAge(final Topic topic) {
        final long youngNs = stepped.nowNs() - PAYMENT_AGE_NS + 2 * SteppedEngine.SECOND_NS;
        int offset = 1;
        while (offset <= topic.head() && topic.publishedNs.get(offset - 1) <= youngNs) {
            offset++;
        }
        return offset;
    }
}
