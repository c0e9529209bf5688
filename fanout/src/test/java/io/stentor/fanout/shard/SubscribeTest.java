package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ResultCode;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubscribeTest {

    private final ShardHarness harness = ShardHarness.attached();
    private final SimulatedEngine engine = harness.engine;

    @Test
    void shouldDeliverFromTheFirstMessageWhenSubscribedBeforeTheTopicExists() {
        final ShardHarness.Client client = harness.client();
        final long id = client.subscribe("later");
        assertEquals(harness.position(0), client.subscribed(id).position());
        assertFalse(client.subscribed(id).wasRecovering());

        engine.publish("later", "1");
        engine.publish("later", "2");
        harness.run();
        assertEquals(List.of("later@1=1", "later@2=2"), client.sink.publications);
    }

    @Test
    void shouldBeLiveAfterTheHeadWhenTheTopicHasMessages() {
        engine.publish("a", "1");
        final ShardHarness.Client client = harness.client();
        final long id = client.subscribe("a");
        assertEquals(harness.position(1), client.subscribed(id).position());
        engine.publish("a", "2");
        harness.run();
        assertEquals(List.of("a@2=2"), client.sink.publications);
    }

    @Test
    void shouldRecoverFromTheWindowWithoutAskingTheJournal() {
        harness.client().subscribe("a");
        publish("a", 1, 9);
        final ShardHarness.Client client = harness.client();
        final Reply.Subscribed answer = client.subscribed(client.recover("a", 4));

        assertTrue(answer.recovered());
        assertEquals(harness.position(9), answer.position());
        assertEquals(List.of(5L, 6L, 7L, 8L, 9L), offsets(answer));
        assertEquals("7", SimulatedEngine.text(answer.publications().get(2).payload()));
        assertEquals("sender", answer.publications().get(2).sender());
        assertEquals(0, engine.fetches);
    }

    @Test
    void shouldRecoverFromTheWindowWhenTheClientReturnsWithinTheGraceTime() {
        final ShardHarness.Client before = harness.client();
        before.subscribe("a");
        publish("a", 1, 3);
        before.session.close();
        harness.pass(TimeUnit.SECONDS.toNanos(5));
        publish("a", 4, 5);

        final ShardHarness.Client after = harness.client();
        assertEquals(List.of(4L, 5L), offsets(after.subscribed(after.recover("a", 3))));
        assertEquals(0, engine.fetches);
    }

    @Test
    void shouldRecoverFromTheJournalWhenTheWindowDoesNotReachBack() {
        publish("a", 1, 6);
        final ShardHarness.Client client = harness.client();
        final Reply.Subscribed answer = client.subscribed(client.recover("a", 2));
        assertTrue(answer.recovered());
        assertEquals(List.of(3L, 4L, 5L, 6L), offsets(answer));
        assertEquals(1, engine.fetches);
    }

    @Test
    void shouldRecoverFromTheJournalWhenTheWindowHasWrapped() {
        harness.client().subscribe("a");
        harness.client().subscribe("b");
        publish("a", 1, 5);
        for (int i = 0; i < 100; i++) {
            engine.publish("b", "x".repeat(1000));
            harness.run();
        }
        final ShardHarness.Client client = harness.client();
        assertEquals(List.of(2L, 3L, 4L, 5L), offsets(client.subscribed(client.recover("a", 1))));
        assertEquals(1, engine.fetches);
    }

    @Test
    void shouldMergeWhatArrivesDuringAFetchExactlyOnce() {
        publish("a", 1, 4);
        engine.holdFetches = true;
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("a", 1);
        publish("a", 5, 6);
        final SimulatedEngine.Ask ask = engine.asks.remove();
        engine.answer(ask);
        publish("a", 7, 9);
        harness.run();
        publish("a", 10, 11);

        final Reply.Subscribed answer = client.subscribed(id);
        assertTrue(answer.recovered());
        final List<Long> recovered = offsets(answer);
        assertEquals(recovered.get(recovered.size() - 1), answer.position().offset());
        assertEquals(2L, recovered.get(0));
        for (int i = 0; i < recovered.size(); i++) {
            assertEquals(i + 2L, recovered.get(i));
        }
        final long first = answer.position().offset() + 1;
        assertEquals(11 - first + 1, client.sink.publications.size());
        assertEquals("a@" + first + "=" + first, client.sink.publications.get(0));
    }

    @Test
    void shouldAnswerAfterTheChainsPositionWhenItFetches() {
        publish("a", 1, 4);
        harness.client().subscribe("b");
        publish("b", 1, 1);
        engine.holdFetches = true;
        harness.client().recover("a", 1);
        assertEquals(engine.sequence, engine.asks.peek().through());
    }

    @Test
    void shouldRefuseWholeWhenTooManyMessagesWereMissed() {
        publish("a", 1, 1002);
        final ShardHarness.Client client = harness.client();
        final Reply.Subscribed tooLong = client.subscribed(client.recover("a", 1));
        assertFalse(tooLong.recovered());
        assertTrue(tooLong.wasRecovering());
        assertEquals(List.of(), tooLong.publications());
        assertEquals(harness.position(1002), tooLong.position());

        final ShardHarness.Client other = harness.client();
        final Reply.Subscribed justNot = other.subscribed(other.recover("a", 2));
        assertEquals(1000, justNot.publications().size());
    }

    @Test
    void shouldRefuseWholeWhenTooManyBytesWereMissed() {
        for (int i = 0; i < 30; i++) {
            engine.publish("a", "x".repeat(40_000));
        }
        final ShardHarness.Client client = harness.client();
        assertFalse(client.subscribed(client.recover("a", 0)).recovered());
        final ShardHarness.Client nearer = harness.client();
        assertEquals(
                26, nearer.subscribed(nearer.recover("a", 4)).publications().size());
    }

    @Test
    void shouldRecoverFromTheBeginningWhenThePositionIsEmpty() {
        publish("a", 1, 3);
        final ShardHarness.Client client = harness.client();
        assertEquals(List.of(1L, 2L, 3L), offsets(client.subscribed(client.recover("a", "", 0))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "zz.1", "25.1.1"})
    void shouldRefuseAPositionOfAnotherLog(final String epoch) {
        publish("a", 1, 3);
        final ShardHarness.Client client = harness.client();
        final Reply.Subscribed answer = client.subscribed(client.recover("a", epoch, 2));
        assertFalse(answer.recovered());
        assertEquals(harness.position(3), answer.position());
    }

    @Test
    void shouldRefuseAPositionThatTheJournalHasLost() {
        publish("a", 1, 3);
        engine.positionLostBelow = 3;
        final ShardHarness.Client client = harness.client();
        assertFalse(client.subscribed(client.recover("a", 1)).recovered());
    }

    @Test
    void shouldRefuseAPositionBeyondTheTopicsEnd() {
        publish("a", 1, 3);
        final ShardHarness.Client client = harness.client();
        assertFalse(client.subscribed(client.recover("a", 4)).recovered());
    }

    @Test
    void shouldAskTheJournalWhenThePositionIsOfAnOlderTerm() {
        engine.term = 5;
        harness.client().subscribe("a");
        publish("a", 1, 3);
        engine.restart();
        harness.pass(TimeUnit.SECONDS.toNanos(7));
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("a", Epoch.format(engine.logId, 5), 2);
        assertTrue(client.subscribed(id).recovered());
        assertEquals(1, engine.fetches);
    }

    @Test
    void shouldFailTemporarilyWhenTheJournalDoesNotAnswer() {
        publish("a", 1, 3);
        engine.holdFetches = true;
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("a", 1);
        harness.pass(TimeUnit.SECONDS.toNanos(11));
        assertEquals(ClientError.INTERNAL, client.sink.error(id));
        assertTrue(client.sink.detail(id).contains("the journal has not answered"), client.sink.detail(id));

        engine.asks.clear();
        engine.holdFetches = false;
        assertTrue(client.subscribed(client.recover("a", 1)).recovered());
    }

    @Test
    void shouldFailTemporarilyWhenAPageIsNotWhole() {
        publish("a", 1, 3);
        engine.holdFetches = true;
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("a", 1);
        final SimulatedEngine.Ask ask = engine.asks.remove();
        engine.page(ask, engine.topics.get("a"), 3, 1, ResultCode.OK);
        engine.pageEnd(ask, 2, false);
        harness.run();
        assertEquals(ClientError.INTERNAL, client.sink.error(id));
    }

    @Test
    void shouldDropTheAnswerWhenTheSessionHasGone() {
        publish("a", 1, 3);
        engine.holdFetches = true;
        final ShardHarness.Client client = harness.client();
        final long id = client.recover("a", 1);
        client.session.close();
        harness.run();
        engine.holdFetches = false;
        harness.run();
        assertFalse(client.sink.replies.containsKey(id));
        assertEquals(List.of(), harness.errors);
    }

    @Test
    void shouldRefuseASecondSubscriptionToATopic() {
        final ShardHarness.Client client = harness.client();
        client.subscribe("a");
        assertEquals(ClientError.ALREADY_SUBSCRIBED, client.sink.error(client.subscribe("a")));
    }

    @Test
    void shouldRefuseMoreSubscriptionsThanTheLimit() {
        final ShardHarness small = new ShardHarness(context -> context.subscriptionsPerSessionMax(1));
        small.run();
        final ShardHarness.Client client = small.client();
        client.subscribe("a");
        assertEquals(ClientError.LIMIT_EXCEEDED, client.sink.error(client.subscribe("b")));
    }

    @Test
    void shouldRefuseMoreTopicsThanTheLimit() {
        final ShardHarness small = new ShardHarness(context -> context.topicsMax(1));
        small.run();
        small.client().subscribe("a");
        final ShardHarness.Client client = small.client();
        assertEquals(ClientError.LIMIT_EXCEEDED, client.sink.error(client.subscribe("b")));
    }

    @Test
    void shouldRefuseANameThatIsNone() {
        final ShardHarness.Client client = harness.client();
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.subscribe("with blank")));
    }

    @Test
    void shouldEndASessionThatDoesNotSayWhoItIs() {
        final ShardHarness.Client silent = harness.new Client();
        silent.subscribe("a");
        assertEquals(List.of(Disconnect.BAD_REQUEST), silent.sink.disconnects);
        assertTrue(silent.sink.replies.isEmpty());
    }

    @Test
    void shouldRefuseMoreSessionsThanTheLimit() {
        final ShardHarness small = new ShardHarness(context -> context.sessionsMax(1));
        small.run();
        small.client();
        assertEquals(List.of(Disconnect.CONNECTION_LIMIT), small.client().sink.disconnects);
    }

    @Test
    void shouldSayThatItIsFullWhenTheQueueOfCommandsIs() {
        final ShardHarness small = new ShardHarness(context -> context.commandQueueCapacity(2));
        small.run();
        final ShardHarness.Client client = small.client();
        client.subscribe("a");
        assertTrue(client.session.offer(new ClientCommand.Typing(0, "a")));
        assertTrue(client.session.offer(new ClientCommand.Typing(0, "a")));
        assertFalse(client.session.offer(new ClientCommand.Typing(0, "a")));

        client.session.close();
        small.pass(5 * ShardHarness.MS);
        small.engine.publish("a", "1");
        small.run();
        assertEquals(List.of(), client.sink.publications);
        final ShardHarness.Client other = small.client();
        assertEquals(
                new Reply.PresenceCounts(0, 0),
                other.sink.replies.get(other.offer(new ClientCommand.PresenceStats(50, "a"))));
    }

    private void publish(final String topic, final int first, final int last) {
        for (int i = first; i <= last; i++) {
            engine.publish(topic, "" + i);
        }
        harness.run();
        harness.run();
    }

    private static List<Long> offsets(final Reply.Subscribed answer) {
        return answer.publications().stream().map(StoredPublication::offset).toList();
    }
}
