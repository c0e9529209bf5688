package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.SharedSecret;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class AttachTest {

    private final ShardHarness harness = new ShardHarness();
    private final SimulatedEngine engine = harness.engine;

    @Test
    void shouldBeReadyOnlyWhenTheChainHasStarted() {
        engine.holdAttach = true;
        harness.run();
        assertEquals("not attached to the engine", harness.shard.notReadyReason());

        engine.holdAttach = false;
        harness.pass(TimeUnit.SECONDS.toNanos(6));

        assertNull(harness.shard.notReadyReason());
        assertEquals(2, engine.attaches);
        assertTrue(engine.heartbeats > 0);
    }

    @Test
    void shouldSaySoWhenTheAttachIsRefusedAndTryAgain() {
        engine.attachesToRefuse = 1;
        harness.run();

        assertEquals("the engine refused the attach: SHARD_ID_TAKEN, there is another", harness.shard.notReadyReason());
        assertEquals(1, harness.errors.size());

        harness.pass(TimeUnit.SECONDS.toNanos(2));
        assertNull(harness.shard.notReadyReason());
    }

    @Test
    void shouldNotFollowAnEngineThatDoesNotKnowTheSecret() {
        final byte[] other = new byte[SharedSecret.LENGTH_MIN];
        other[0] = 1;
        engine.secret = new SharedSecret(other);
        harness.run();
        assertEquals(
                "not attached to the engine: what answers is no engine that knows the secret",
                harness.shard.notReadyReason());
        assertEquals(1, harness.errors.size());

        engine.secret = SimulatedEngine.SECRET;
        harness.pass(TimeUnit.SECONDS.toNanos(2));
        assertNull(harness.shard.notReadyReason());
    }

    @Test
    void shouldPassOverWhatAnotherConnectionSaysOfTheSameChain() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();

        engine.live.sourceId = 99;
        engine.publish("a", "forged");
        harness.run();
        assertEquals(List.of("a@1=1"), client.sink.publications);
        assertEquals(1, engine.attaches);

        engine.live.sourceId = 1;
        engine.publish("a", "3");
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(2, engine.attaches, "a frame is missing");
    }

    @Test
    void shouldAttachAgainAfterItsLastFrameWhenOneIsMissing() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        engine.publish("a", "2");
        harness.run();
        final long last = engine.sequence;

        engine.live.lose();
        engine.publish("a", "3");
        engine.live.lose();
        engine.publish("a", "4");
        harness.run();

        assertNotNull(harness.shard.notReadyReason());
        assertEquals(List.of("a@1=1", "a@2=2"), client.sink.publications);
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(last, engine.attachSequence);
        assertEquals(List.of("a@1=1", "a@2=2", "a@3=3", "a@4=4"), client.sink.publications);
        assertEquals(List.of(), client.sink.pushes);
    }

    @Test
    void shouldAttachAgainWhenAHeartbeatTellsOfALostFrame() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        engine.live.lose();
        harness.pass(TimeUnit.SECONDS.toNanos(1));

        assertEquals(2, engine.attaches);
        assertEquals(List.of("a@1=1"), client.sink.publications);
    }

    @Test
    void shouldAttachAgainWhenAFragmentIsMalformed() {
        harness.run();
        engine.garbage();
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(2, engine.attaches);
        assertNull(harness.shard.notReadyReason());
    }

    @Test
    void shouldNotDeliverAFrameWhosePayloadRunsBeyondIt() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        engine.lyingFrame("a");
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(2, engine.attaches);
        assertEquals(List.of("a@1=1"), client.sink.publications);
    }

    @Test
    void shouldAttachAgainWhenTheEngineFallsSilent() {
        harness.run();
        engine.silent = true;
        harness.pass(TimeUnit.SECONDS.toNanos(5));
        assertEquals(1, engine.attaches);
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertEquals(2, engine.attaches);
    }

    @Test
    void shouldAttachAgainWhenTheControlStreamLosesItsReader() {
        harness.run();
        engine.control.connected = false;
        harness.pass(TimeUnit.SECONDS.toNanos(2));
        assertNotNull(harness.shard.notReadyReason());
        engine.control.connected = true;
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        assertNull(harness.shard.notReadyReason());
    }

    @Test
    void shouldContinueEveryTopicWhenTheEngineHasRestarted() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        client.subscribe("b");
        engine.publish("a", "1");
        harness.run();
        engine.restart();
        engine.publish("b", "new");
        harness.pass(TimeUnit.SECONDS.toNanos(7));

        assertEquals(List.of("a@1=1"), client.sink.publications);
        assertEquals(
                List.of(new Push.Unsubscribed("b", 2500, "insufficient state")),
                client.sink.pushes,
                "a message of a new term has an epoch that the client does not know");
        final long again = client.recover("b", Epoch.format(engine.logId, 1), 0);
        assertTrue(client.subscribed(again).recovered());
        assertEquals(harness.position(1), client.subscribed(again).position());
        engine.publish("b", "newer");
        harness.run();
        assertEquals(List.of("a@1=1", "b@2=newer"), client.sink.publications);
    }

    @Test
    void shouldFillTheGapFromTheJournalWhenTheNewChainStartsLater() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        engine.restart();
        engine.term--;
        engine.live.lose();
        engine.publish("a", "2");
        engine.publish("a", "3");
        harness.nowNs += TimeUnit.SECONDS.toNanos(6);
        harness.shard.doWork();
        engine.truncated(engine.sequence + 10);
        harness.pass(TimeUnit.SECONDS.toNanos(7));
        engine.publish("a", "4");
        harness.run();

        assertEquals(List.of("a@1=1", "a@2=2", "a@3=3", "a@4=4"), client.sink.publications);
        assertEquals(List.of(), client.sink.pushes);
    }

    @Test
    void shouldTellSubscribersWhenTheLogHasLostWhatTheyHave() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("touched");
        client.subscribe("untouched");
        final long kept = engine.publish("untouched", "1");
        harness.run();
        engine.publish("touched", "1");
        engine.publish("touched", "2");
        harness.run();
        engine.truncateLog(kept);
        engine.publish("touched", "other");
        harness.pass(TimeUnit.SECONDS.toNanos(8));

        assertEquals(List.of(new Push.Unsubscribed("touched", 2500, "insufficient state")), client.sink.pushes);
        assertEquals(kept, engine.attachSequence);
        final long again = client.recover("touched", Epoch.format(engine.logId, 1), 2);
        assertEquals(false, client.subscribed(again).recovered());
        assertEquals(harness.position(1), client.subscribed(again).position());
    }

    @Test
    void shouldTellSubscribersThatHaveReadMoreThanWasLeft() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("followed");
        engine.publish("read", "1");
        final long kept = engine.publish("followed", "1");
        harness.run();
        engine.holdFetches = true;
        client.recover("read", Epoch.format(engine.logId, 1), 0);
        engine.silent = true;
        engine.publish("read", "2");
        engine.live.lose();
        engine.holdFetches = false;
        harness.run();
        engine.silent = false;
        engine.truncateLog(kept);
        harness.pass(TimeUnit.SECONDS.toNanos(8));

        assertEquals(List.of(new Push.Unsubscribed("read", 2500, "insufficient state")), client.sink.pushes);
        final long again = client.recover("read", Epoch.format(engine.logId, 1), 2);
        assertEquals(false, client.subscribed(again).recovered());
        assertEquals(harness.position(1), client.subscribed(again).position());
    }

    @Test
    void shouldForgetTheIdOfATopicWhoseOpeningWasLost() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("kept");
        client.subscribe("lost");
        client.subscribe("other");
        final long kept = engine.publish("kept", "1");
        harness.run();
        engine.publish("lost", "1");
        engine.live.loseNewest();
        harness.shard.doWork();
        engine.truncateLog(kept);
        engine.publish("other", "1");
        harness.pass(TimeUnit.SECONDS.toNanos(8));
        final ShardHarness.Client later = harness.client();
        later.subscribe("other");
        engine.publish("lost", "2");
        harness.run();
        engine.publish("other", "2");
        harness.run();

        assertEquals(new Push.Unsubscribed("lost", 2500, "insufficient state"), client.sink.pushes.get(0));
        assertEquals(List.of("other@2=2"), later.sink.publications);
    }

    @Test
    void shouldNotTakeForItsOwnWhatAnEarlierStartHasAskedFor() {
        final ShardHarness later = new ShardHarness(context -> context.random(new SplittableRandom(2)));
        for (final ShardHarness start : List.of(harness, later)) {
            start.run();
            start.engine.holdFetches = true;
            start.client().history("a", 1, null, false);
        }

        assertNotEquals(
                harness.engine.asks.peek().correlationId(),
                later.engine.asks.peek().correlationId());
    }

    @Test
    void shouldRefuseToGoOnWithAnotherLog() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        engine.logId = 99;
        engine.topics.clear();
        engine.truncateLog(0);
        harness.pass(TimeUnit.SECONDS.toNanos(8));

        assertEquals(List.of(new Push.Unsubscribed("a", 2500, "insufficient state")), client.sink.pushes);
        assertNull(harness.shard.notReadyReason());
        final long again = client.recover("a", Epoch.format(77, 1), 1);
        assertEquals(false, client.subscribed(again).recovered());
    }

    @Test
    void shouldFailSubscribesWhenTheEngineDoesNotAnswerInTime() {
        harness.run();
        engine.silent = true;
        engine.control.connected = false;
        final ShardHarness.Client client = harness.client();
        final long id = client.subscribe("a");
        harness.pass(TimeUnit.SECONDS.toNanos(11));
        assertEquals(ClientError.INTERNAL, client.sink.error(id));
    }

    @Test
    void shouldWithdrawItsInterestWhenTheGraceTimeIsOver() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        client.unsubscribe("a");
        harness.pass(TimeUnit.SECONDS.toNanos(9));
        assertEquals(List.of("ADD a"), engine.interestChanges);
        harness.pass(TimeUnit.SECONDS.toNanos(2));
        assertEquals(List.of("ADD a", "REMOVE a"), engine.interestChanges);

        client.subscribe("a");
        engine.publish("a", "1");
        harness.run();
        assertEquals(List.of("a@1=1"), client.sink.publications);
    }

    @Test
    void shouldTakeLeaveWhenItCloses() {
        harness.run();
        final ShardHarness.Client client = harness.client();
        harness.shard.onClose();
        engine.doWork(harness.nowNs);
        assertEquals(1, engine.detaches);
        assertEquals(List.of(Disconnect.SHUTDOWN), client.sink.disconnects);
        assertEquals("closed", harness.shard.notReadyReason());
        assertEquals(false, client.session.offer(new ClientCommand.Typing(9, "a")));
    }
}
