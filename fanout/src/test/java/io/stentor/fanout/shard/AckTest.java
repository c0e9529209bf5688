package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AckTest {

    private static final long FLUSH = AckTracker.FLUSH_INTERVAL_NS + 2 * ShardHarness.MS;

    private final ShardHarness harness = ShardHarness.attached();
    private final SimulatedEngine engine = harness.engine;
    private final ShardHarness.Client client = harness.client("ann", "phone");

    @Test
    void shouldMoveTheCursorToTheOldestUnacknowledgedMessageOfAllTopics() {
        client.subscribe("a");
        client.subscribe("b");
        final long a1 = engine.publish("a", "1");
        final long b1 = engine.publish("b", "1");
        final long a2 = engine.publish("a", "2");
        engine.publish("b", "2");
        harness.run();

        client.ack("a", 2);
        harness.pass(FLUSH);
        assertEquals(List.of("ann/phone=" + (b1 - 1)), engine.cursors, "a1 is acknowledged, b1 is not: " + a1);

        client.ack("b", 1);
        harness.pass(FLUSH);
        assertEquals("ann/phone=" + a2, last(engine.cursors));

        client.ack("b", 2);
        harness.pass(FLUSH);
        assertEquals("ann/phone=" + engine.sequence, last(engine.cursors));
    }

    @Test
    void shouldConflateAcksIntoOneCursorAndOneWatermark() {
        client.subscribe("a");
        publish(1, 20);
        for (int i = 1; i <= 20; i++) {
            client.session.offer(new ClientCommand.Ack(0, "a", i));
        }
        client.read("a", 7);
        harness.pass(2 * FLUSH);
        assertEquals(List.of("ann/phone=" + engine.sequence), engine.cursors);
        assertEquals(List.of("DELIVERED 1000@20 ann", "READ 1000@7 ann"), engine.watermarks);
    }

    @Test
    void shouldKeepTheCursorWhenTheUnacknowledgedMessageHasLeftTheWindow() {
        client.subscribe("a");
        client.subscribe("b");
        publish(1, 2);
        client.ack("a", 1);
        harness.pass(FLUSH);
        final String before = last(engine.cursors);
        for (int i = 1; i <= 100; i++) {
            engine.publish("b", "x".repeat(1000));
            harness.run();
            client.ack("b", i);
        }
        harness.pass(FLUSH);
        assertEquals(before, last(engine.cursors));

        client.ack("a", 2);
        harness.pass(FLUSH);
        assertEquals("ann/phone=" + engine.sequence, last(engine.cursors));
    }

    @Test
    void shouldHoldTheCursorForATopicThatEndedUnacknowledged() {
        client.subscribe("a");
        client.subscribe("b");
        engine.publish("a", "1");
        final long a1 = engine.sequence;
        engine.publish("b", "1");
        harness.run();
        client.unsubscribe("a");
        client.ack("b", 1);
        harness.pass(FLUSH);
        assertEquals("ann/phone=" + (a1 - 1), last(engine.cursors));

        client.recover("a", 1);
        harness.pass(FLUSH);
        assertEquals("ann/phone=" + engine.sequence, last(engine.cursors));
    }

    @Test
    void shouldAcknowledgeEverythingUpToThePositionOfASubscribe() {
        final ShardHarness.Client other = harness.client();
        other.subscribe("a");
        publish(1, 3);
        client.recover("a", 2);
        harness.pass(FLUSH);
        assertEquals(List.of("DELIVERED 1000@2 ann"), engine.watermarks);
        assertEquals("ann/phone=" + engine.topics.get("a").messages.get(1).sequence(), last(engine.cursors));
    }

    @Test
    void shouldSendNoCursorWithoutADevice() {
        final ShardHarness.Client guest = harness.client("bob", "");
        guest.subscribe("a");
        publish(1, 3);
        guest.ack("a", 3);
        harness.pass(FLUSH);
        assertEquals(List.of(), engine.cursors);
        assertEquals(List.of("DELIVERED 1000@3 bob"), engine.watermarks);
    }

    @Test
    void shouldSendTheLastCursorOfASessionThatHasGone() {
        client.subscribe("a");
        publish(1, 3);
        client.ack("a", 3);
        client.session.close();
        harness.pass(FLUSH);
        assertEquals(List.of("ann/phone=" + engine.sequence), engine.cursors);
    }

    @Test
    void shouldRefuseAnAckOfWhatWasNotDelivered() {
        client.subscribe("a");
        publish(1, 3);
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.ack("a", 4)));
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.ack("a", -1)));
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.ack("elsewhere", 1)));
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.read("a", 4)));
        assertEquals(new Reply.Done(), client.sink.replies.get(client.ack("a", 3)));
        assertEquals(new Reply.Done(), client.sink.replies.get(client.ack("a", 1)));
    }

    @Test
    void shouldSayCursorsAgainWhenTheShardHasAttachedAnew() {
        client.subscribe("a");
        publish(1, 3);
        client.ack("a", 3);
        harness.pass(FLUSH);
        engine.garbage();
        harness.pass(10 * FLUSH);
        assertEquals(2, engine.attaches);
        assertEquals(2, engine.cursors.size());
        assertTrue(engine.cursors.get(0).equals(engine.cursors.get(1)));
    }

    private void publish(final int first, final int last) {
        for (int i = first; i <= last; i++) {
            engine.publish("a", "" + i);
        }
        harness.run();
    }

    private static String last(final List<String> list) {
        return list.get(list.size() - 1);
    }
}
