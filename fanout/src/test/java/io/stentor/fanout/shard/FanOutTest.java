package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.DeliveryClass;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class FanOutTest {

    private static final Push BEHIND = new Push.Unsubscribed("a", 2500, "insufficient state");

    private final ShardHarness harness = ShardHarness.attached();
    private final SimulatedEngine engine = harness.engine;

    @Test
    void shouldDeliverToEverySubscriberOfTheTopicOnly() {
        final ShardHarness.Client one = harness.client();
        final ShardHarness.Client two = harness.client();
        final ShardHarness.Client other = harness.client();
        one.subscribe("a");
        two.subscribe("a");
        other.subscribe("b");
        engine.publish("a", "1");
        harness.run();
        assertEquals(List.of("a@1=1"), one.sink.publications);
        assertEquals(List.of("a@1=1"), two.sink.publications);
        assertEquals(List.of(), other.sink.publications);
    }

    @Test
    void shouldTellASlowClientToComeBackAndLetItRecover() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        client.sink.room = 1;
        engine.publish("a", "1");
        engine.publish("a", "2");
        engine.publish("a", "3");
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(List.of("a@1=1"), client.sink.publications);
        assertEquals(List.of(), client.sink.pushes);
        assertEquals(1, harness.shard.subscriptionsBehind());

        client.sink.room = Integer.MAX_VALUE;
        harness.pass(TimeUnit.MILLISECONDS.toNanos(100));
        assertEquals(List.of(BEHIND), client.sink.pushes);

        final long id = client.recover("a", 1);
        assertEquals(
                List.of(2L, 3L),
                client.subscribed(id).publications().stream()
                        .map(StoredPublication::offset)
                        .toList());
        engine.publish("a", "4");
        harness.run();
        assertEquals(List.of("a@1=1", "a@4=4"), client.sink.publications);
    }

    @Test
    void shouldPushNothingBetweenFallingBehindAndBeingTold() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        client.sink.room = 0;
        engine.publish("a", "1");
        harness.run();
        client.sink.room = 5;
        engine.publish("a", "2");
        harness.pass(TimeUnit.MILLISECONDS.toNanos(200));
        assertEquals(List.of(), client.sink.publications);
        assertEquals(List.of(BEHIND), client.sink.pushes);
    }

    @Test
    void shouldNotLetASlowClientDisturbAnother() {
        final ShardHarness.Client slow = harness.client();
        final ShardHarness.Client quick = harness.client();
        slow.subscribe("a");
        quick.subscribe("a");
        slow.sink.room = 0;
        engine.publish("a", "1");
        engine.publish("a", "2");
        harness.run();
        assertEquals(List.of("a@1=1", "a@2=2"), quick.sink.publications);
    }

    @Test
    void shouldEndTheConnectionWhenItsClientCannotBeToldInTime() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        client.sink.room = 0;
        engine.publish("a", "1");
        harness.pass(Subscriptions.NOTICE_TIMEOUT_NS - TimeUnit.SECONDS.toNanos(1));
        assertEquals(List.of(), client.sink.disconnects);
        harness.pass(TimeUnit.SECONDS.toNanos(2));
        assertEquals(List.of(Disconnect.SLOW), client.sink.disconnects);
    }

    @Test
    void shouldEndASessionWhoseSinkThrows() {
        final ShardHarness.Client broken = harness.client();
        final ShardHarness.Client sound = harness.client();
        broken.subscribe("a");
        sound.subscribe("a");
        broken.sink.throwing = true;
        engine.publish("a", "1");
        harness.run();
        assertEquals(List.of(Disconnect.INTERNAL_ERROR), broken.sink.disconnects);
        assertEquals(List.of("a@1=1"), sound.sink.publications);
        assertEquals(1, harness.errors.size());
    }

    @Test
    void shouldHoldPaymentsUntilTheyAreForced() {
        engine.syncedFollows = false;
        final ShardHarness.Client client = harness.client();
        client.subscribe("pay");
        client.subscribe("chat");
        engine.publish("pay", "1", DeliveryClass.PAYMENT);
        final long first = engine.sequence;
        engine.publish("chat", "1");
        engine.publish("pay", "2", DeliveryClass.PAYMENT);
        harness.run();
        assertEquals(List.of("chat@1=1"), client.sink.publications);

        engine.syncedSequence = first;
        engine.heartbeat(harness.nowNs);
        harness.run();
        assertEquals(List.of("chat@1=1", "pay@1=1"), client.sink.publications);

        engine.syncedSequence = engine.sequence;
        engine.publish("chat", "2");
        harness.run();
        assertEquals(List.of("chat@1=1", "pay@1=1", "chat@2=2", "pay@2=2"), client.sink.publications);
    }

    @Test
    void shouldNotRecoverPaymentsBeforeTheyAreForced() {
        engine.syncedFollows = false;
        harness.client().subscribe("pay");
        engine.publish("pay", "1", DeliveryClass.PAYMENT);
        engine.publish("pay", "2", DeliveryClass.PAYMENT);
        harness.run();
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("pay", 0);
        assertEquals(List.of(), client.subscribed(id).publications());
        assertEquals(harness.position(0), client.subscribed(id).position());

        engine.syncedSequence = engine.sequence;
        engine.heartbeat(harness.nowNs);
        harness.run();
        assertEquals(List.of("pay@1=1", "pay@2=2"), client.sink.publications);
    }

    @Test
    void shouldFetchHeldPaymentsThatHaveLeftTheWindow() {
        engine.syncedFollows = false;
        final ShardHarness.Client client = harness.client();
        client.subscribe("pay");
        harness.client().subscribe("chat");
        engine.publish("pay", "1", DeliveryClass.PAYMENT);
        engine.publish("pay", "2", DeliveryClass.PAYMENT);
        for (int i = 0; i < 100; i++) {
            engine.publish("chat", "x".repeat(1000));
            harness.run();
        }
        assertEquals(List.of(), client.sink.publications);
        engine.syncedSequence = engine.sequence;
        engine.heartbeat(harness.nowNs);
        harness.run();
        assertEquals(List.of("pay@1=1", "pay@2=2"), client.sink.publications);
        assertTrue(engine.fetches > 0);
    }

    @Test
    void shouldDeliverMessagesThatAreTooLongForTheWindow() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        final String long1 = "x".repeat(50_000);
        engine.publish("a", long1);
        engine.publish("a", "2");
        harness.run();
        assertEquals(List.of("a@1=" + long1, "a@2=2"), client.sink.publications);
        final ShardHarness.Client other = harness.client();
        assertEquals(2, other.subscribed(other.recover("a", 0)).publications().size());
    }

    @Test
    void shouldFetchWhatIsMissingInATopicBeforeItGoesOn() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        loseSilently("2");
        engine.publish("a", "3");
        engine.publish("a", "4");
        harness.run();
        assertEquals(List.of("a@1=1", "a@2=2", "a@3=3", "a@4=4"), client.sink.publications);
        assertEquals(1, engine.fetches);
    }

    @Test
    void shouldTellTheSubscribersWhenAGapCannotBeFilled() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        engine.positionLostBelow = 100;
        loseSilently("2");
        engine.publish("a", "3");
        harness.run();
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(List.of("a@1=1"), client.sink.publications);
        assertEquals(List.of(BEHIND), client.sink.pushes);
    }

    @Test
    void shouldMeasureTheWayToTheShardAndToTheClientsAck() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.offeredNs = harness.nowNs;
        engine.publish("a", "1");
        engine.offeredNs = 0;
        engine.publish("a", "2");
        harness.run();
        assertEquals(1, harness.received.size());
        assertTrue(harness.received.get(0) > 0 && harness.received.get(0) <= ShardHarness.MS);
        client.ack("a", 1);
        client.ack("a", 2);
        assertEquals(1, harness.acked.size());
        assertTrue(harness.acked.get(0) >= harness.received.get(0));
    }

    /** An engine's fault: a message of the topic is left out of a chain that looks whole. */
    private void loseSilently(final String payload) {
        final SimulatedEngine.Topic topic = engine.topics.get("a");
        topic.messages.add(new SimulatedEngine.Message(
                ++engine.sequence, engine.term, topic.head() + 1, SimulatedEngine.bytes(payload), DeliveryClass.CHAT));
    }
}
