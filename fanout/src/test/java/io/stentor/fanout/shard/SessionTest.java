package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.StateKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SessionTest {

    private final ShardHarness harness = ShardHarness.attached();
    private final SimulatedEngine engine = harness.engine;

    @Test
    void shouldAnswerAPublishWhenItsReceiptComes() {
        final ShardHarness.Client client = harness.client("ann", "phone");
        final long id = client.publish("a", "m1", "hello");
        final SimulatedEngine.Submit submit = engine.submits.get(0);
        assertEquals(
                new SimulatedEngine.Submit(submit.correlationId(), "a", "ann", "client-ann-phone", "m1", "hello"),
                submit);
        assertEquals(null, client.sink.replies.get(id));

        engine.receipt(submit.correlationId(), ResultCode.OK, AckLevel.SYNCED, 7);
        engine.receipt(submit.correlationId(), ResultCode.OK, AckLevel.SYNCED, 7);
        harness.run();
        assertEquals(new Reply.Published(harness.position(7), AckLevel.SYNCED, false), client.sink.replies.get(id));
    }

    @Test
    void shouldSayThatAPublishWasARepeat() {
        final ShardHarness.Client client = harness.client();
        final long id = client.publish("a", "m1", "hello");
        engine.receipt(engine.submits.get(0).correlationId(), ResultCode.REPEATED, AckLevel.JOURNALED, 7);
        harness.run();
        assertTrue(client.sink.reply(id, Reply.Published.class).repeated());
    }

    @ParameterizedTest
    @CsvSource({
        "BACK_PRESSURED, TOO_MANY_REQUESTS",
        "DISK_RESERVE, TOO_MANY_REQUESTS",
        "DEDUPE_FULL, TOO_MANY_REQUESTS",
        "MESSAGE_ID_REUSED, MESSAGE_ID_REUSED",
        "TOO_LARGE, MESSAGE_TOO_LARGE",
        "LEVEL_UNAVAILABLE, LEVEL_UNAVAILABLE",
        "CLOSED, INTERNAL",
        "FAILED, INTERNAL",
        "INVALID, BAD_REQUEST",
    })
    void shouldPassOnWhyAPublishWasRefused(final ResultCode code, final ClientError error) {
        final ShardHarness.Client client = harness.client();
        final long id = client.publish("a", null, "hello");
        engine.receipt(engine.submits.get(0).correlationId(), code, AckLevel.NONE, 0);
        harness.run();
        assertEquals(error, client.sink.error(id));
    }

    @Test
    void shouldFailAPublishWhoseReceiptDoesNotCome() {
        final ShardHarness.Client client = harness.client();
        final long id = client.publish("a", null, "hello");
        harness.pass(TimeUnit.SECONDS.toNanos(31));
        assertEquals(ClientError.INTERNAL, client.sink.error(id));
        assertTrue(client.sink.detail(id).contains("not answered in time"), client.sink.detail(id));
    }

    @Test
    void shouldFailOutstandingPublishesWhenTheChainBreaks() {
        final ShardHarness.Client client = harness.client();
        final long id = client.publish("a", null, "hello");
        engine.garbage();
        harness.run();
        assertEquals(ClientError.INTERNAL, client.sink.error(id));
        assertTrue(client.sink.detail(id).contains("repeat it with its id"), client.sink.detail(id));
        final long again = client.publish("a", null, "again");
        assertEquals(ClientError.TOO_MANY_REQUESTS, client.sink.error(again));
        assertEquals("the shard attaches to the engine, try again", client.sink.detail(again));
    }

    @Test
    void shouldRefuseAPublishThatTheEngineDoesNotTakeNow() {
        final ShardHarness.Client client = harness.client();
        engine.control.backPressured = true;
        final List<ClientError> errors = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            final long id = client.publish("a", null, "x".repeat(3_000));
            if (client.sink.replies.containsKey(id)) {
                errors.add(client.sink.error(id));
            }
        }
        assertEquals(Set.of(ClientError.TOO_MANY_REQUESTS), Set.copyOf(errors));
        engine.control.backPressured = false;
        harness.run();
        assertEquals(10 - errors.size(), engine.submits.size());
    }

    @Test
    void shouldRefuseAPublishBeyondTheEnginesLimit() {
        final ShardHarness.Client client = harness.client();
        final long id = client.publish("a", null, "x".repeat(65_537));
        assertEquals(ClientError.MESSAGE_TOO_LARGE, client.sink.error(id));
        client.publish("a", null, "x".repeat(65_536));
        assertEquals(1, engine.submits.size());
    }

    @Test
    void shouldNotAnswerCommandsThatWantNoAnswer() {
        final ShardHarness.Client client = harness.client();
        client.offer(new ClientCommand.Publish(0, "bad name", null, SimulatedEngine.EMPTY, false, null));
        client.offer(new ClientCommand.Ack(0, "a", 5));
        assertEquals(Set.of(1L), client.sink.replies.keySet());
    }

    @Test
    void shouldPageHistoryFromEitherEnd() {
        for (int i = 1; i <= 5; i++) {
            engine.publish("a", "" + i);
        }
        final ShardHarness.Client client = harness.client();
        assertEquals(List.of(1L, 2L), history(client, 2, null, false));
        assertEquals(List.of(5L, 4L), history(client, 2, null, true));
        assertEquals(List.of(3L, 4L), history(client, 2, harness.position(2), false));
        assertEquals(List.of(2L, 1L), history(client, -1, harness.position(3), true));
        assertEquals(List.of(4L, 5L), history(client, -1, new StreamPosition("", 3), false));
        assertEquals(List.of(), history(client, 0, null, false));
    }

    @Test
    void shouldShowNoHistoryWithAGapWhenPaymentsAreForcedMeanwhile() {
        final ShardHarness.Client client = harness.client();
        engine.syncedFollows = false;
        for (int i = 1; i <= 3; i++) {
            engine.publish("pay", Integer.toString(i), DeliveryClass.PAYMENT);
        }
        engine.holdFetches = true;
        engine.syncedSequence = engine.sequence - 2;
        engine.heartbeat(harness.nowNs);
        final long id = client.history("pay", -1, null, false);
        final SimulatedEngine.Ask ask = engine.asks.remove();
        final SimulatedEngine.Topic topic = engine.topics.get("pay");
        engine.page(ask, topic, 3, 0, ResultCode.OK);
        engine.pageRecord(ask, topic.messages.get(0));
        engine.pageRecord(ask, topic.messages.get(1));
        harness.run();
        engine.syncedSequence = engine.sequence;
        engine.heartbeat(harness.nowNs);
        harness.run();
        engine.pageRecord(ask, topic.messages.get(2));
        engine.pageEnd(ask, 3, false);
        harness.run();

        final Reply.HistoryPage page = client.sink.reply(id, Reply.HistoryPage.class);
        assertEquals(
                List.of(1L),
                page.publications().stream().map(StoredPublication::offset).toList());
    }

    @Test
    void shouldRefuseHistoryAfterAPositionThatIsLost() {
        engine.publish("a", "1");
        final ShardHarness.Client client = harness.client();
        assertEquals(
                ClientError.UNRECOVERABLE_POSITION,
                client.sink.error(client.history("a", 1, new StreamPosition("other.1", 0), false)));
        assertEquals(
                ClientError.UNRECOVERABLE_POSITION,
                client.sink.error(client.history("a", 1, new StreamPosition("nonsense", 0), false)));
    }

    @Test
    void shouldShowWhoIsSubscribedAndTellThoseWhoAsked() {
        final ShardHarness.Client watcher = harness.client("ann", "phone");
        watcher.joinLeave("a");
        final ShardHarness.Client guest = harness.client("bob", "tablet");
        guest.subscribe("a");
        harness.client("bob", "phone").subscribe("a");

        final Reply.PresenceMembers members =
                (Reply.PresenceMembers) watcher.sink.replies.get(watcher.offer(new ClientCommand.Presence(90, "a")));
        assertEquals(
                Set.of("client-ann-phone", "client-bob-tablet", "client-bob-phone"),
                members.members().keySet());
        assertEquals(
                new Reply.PresenceCounts(3, 2),
                watcher.sink.replies.get(watcher.offer(new ClientCommand.PresenceStats(91, "a"))));
        guest.session.close();
        harness.run();
        final ClientInfo tablet = new ClientInfo("client-bob-tablet", "bob", null);
        assertEquals(
                List.of(
                        new Push.Join("a", tablet),
                        new Push.Join("a", new ClientInfo("client-bob-phone", "bob", null)),
                        new Push.Leave("a", tablet)),
                watcher.sink.pushes);
        assertEquals(List.of(), guest.sink.pushes);
    }

    @Test
    void shouldAnswerWhatTheEngineAsks() {
        harness.client("ann", "phone").subscribe("chat:1");
        harness.client("bob", "phone").subscribe("chat:1");
        harness.client("bob", "tablet").subscribe("news");
        engine.stateQuery(1, StateKind.PRESENCE, "chat:1");
        engine.stateQuery(2, StateKind.PRESENCE_COUNTS, "chat:1");
        engine.stateQuery(3, StateKind.TOPICS, "chat:*");
        engine.stateQuery(4, StateKind.NODE, "");
        harness.run();
        assertEquals(
                List.of(
                        new SimulatedEngine.Entry("client-ann-phone", "ann", 1, 1, 1, 0),
                        new SimulatedEngine.Entry("client-bob-phone", "bob", 1, 1, 1, 0),
                        new SimulatedEngine.Entry("chat:1", "", 2, 2, 2, 0),
                        new SimulatedEngine.Entry("chat:1", "", 2, 0, 2, 1),
                        new SimulatedEngine.Entry("shard-a", "", 3, 2, 3, 2)),
                engine.entries);
        assertEquals(List.of(1L, 2L, 3L, 4L), engine.stateEnds);
    }

    @Test
    void shouldPassTypingOnToOthersOnly() {
        final ShardHarness.Client ann = harness.client("ann", "phone");
        final ShardHarness.Client bob = harness.client("bob", "phone");
        ann.subscribe("a");
        bob.subscribe("a");
        ann.typing("a");
        ann.typing("a");
        harness.pass(60 * ShardHarness.MS);
        assertEquals(List.of("a ann client-ann-phone"), engine.signals.subList(0, 1));

        engine.signal(3, "a", "ann", "client-ann-phone");
        engine.signal(9, "a", "eve", "elsewhere");
        harness.run();
        assertEquals(List.of(new Push.Typing("a", "eve", 6)), ann.sink.pushes);
        assertTrue(bob.sink.pushes.contains(new Push.Typing("a", "ann", 6)));
        assertEquals(engine.signals.size() + 1, bob.sink.pushes.size(), "what this shard sent comes once");
        assertEquals(ClientError.BAD_REQUEST, ann.sink.error(ann.typing("b")));
    }

    @Test
    void shouldSubscribeAndUnsubscribeSessionsWhenABackendSaysSo() {
        final ShardHarness.Client phone = harness.client("ann", "phone");
        final ShardHarness.Client tablet = harness.client("ann", "tablet");
        final ShardHarness.Client bob = harness.client("bob", "phone");
        engine.sessionControl(ControlKind.SUBSCRIBE, "ann", "", "a", 0);
        harness.run();
        engine.publish("a", "1");
        harness.run();
        assertEquals(List.of(new Push.Subscribed("a", harness.position(0))), phone.sink.pushes);
        assertEquals(List.of("a@1=1"), tablet.sink.publications);
        assertEquals(List.of(), bob.sink.publications);

        engine.sessionControl(ControlKind.UNSUBSCRIBE, "ann", "client-ann-phone", "", 2001);
        engine.sessionControl(ControlKind.UNSUBSCRIBE, "ann", "client-ann-tablet", "a", 0);
        harness.pass(3 * ShardHarness.MS);
        assertEquals(new Push.Unsubscribed("a", 2001, "because"), phone.sink.pushes.get(1));
        assertEquals(new Push.Unsubscribed("a", 2000, "server unsubscribe"), tablet.sink.pushes.get(1));
    }

    @Test
    void shouldDisconnectSessionsWhenABackendSaysSo() {
        final ShardHarness.Client phone = harness.client("ann", "phone");
        final ShardHarness.Client tablet = harness.client("ann", "tablet");
        engine.sessionControl(ControlKind.DISCONNECT, "ann", "client-ann-phone", "", 0);
        harness.run();
        engine.sessionControl(ControlKind.DISCONNECT, "ann", "", "", 4001);
        harness.run();
        assertEquals(List.of(Disconnect.FORCE_NO_RECONNECT), phone.sink.disconnects);
        assertEquals(List.of(new Disconnect(4001, "because")), tablet.sink.disconnects);
    }

    @Test
    void shouldTakeNobodyNewWhenTheGatewayDrains() {
        final ShardHarness.Client here = harness.client();
        harness.shard.drain();
        harness.run();
        assertTrue(engine.shardDrains);
        final ShardHarness.Client late = harness.client();
        harness.pass(TimeUnit.SECONDS.toNanos(12));
        assertEquals("draining", harness.shard.notReadyReason());
        assertEquals(List.of(Disconnect.SHUTDOWN), late.sink.disconnects);
        assertEquals(List.of(), here.sink.disconnects);
    }

    @Test
    void shouldLetSessionsGoInPortionsWhenTheEngineDrains() {
        final List<ShardHarness.Client> clients = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            clients.add(harness.client());
        }
        harness.pass(200 * ShardHarness.MS);
        engine.drain(1_000_000_000_000L + harness.nowNs + TimeUnit.SECONDS.toNanos(2));
        harness.pass(TimeUnit.SECONDS.toNanos(1));
        final long half = gone(clients);
        assertTrue(half > 20 && half < 80, half + " of 100 are gone at half time");
        assertEquals(List.of(Disconnect.SHUTDOWN), harness.client().sink.disconnects);
        harness.pass(TimeUnit.SECONDS.toNanos(1) + 50 * ShardHarness.MS);
        assertEquals(100, gone(clients));
        assertEquals("draining", harness.shard.notReadyReason());
    }

    @Test
    void shouldCarryThePresenceInformationOfTheToken() {
        final ShardHarness.Client client = harness.new Client();
        final byte[] info = SimulatedEngine.bytes("{\"name\":\"Ann\"}");
        client.offer(new ClientCommand.Connect(client.nextId(), "c1", "ann", "", info));
        client.subscribe("a");
        final Reply.PresenceMembers members =
                (Reply.PresenceMembers) client.sink.replies.get(client.offer(new ClientCommand.Presence(90, "a")));
        assertArrayEquals(info, members.members().get("c1").info());
    }

    private List<Long> history(
            final ShardHarness.Client client, final int limit, final StreamPosition since, final boolean reverse) {
        final Reply.HistoryPage page =
                client.sink.reply(client.history("a", limit, since, reverse), Reply.HistoryPage.class);
        assertEquals(harness.position(5), page.top());
        return page.publications().stream().map(StoredPublication::offset).toList();
    }

    private static long gone(final List<ShardHarness.Client> clients) {
        return clients.stream()
                .filter(client -> client.sink.disconnects.equals(List.of(Disconnect.SHUTDOWN)))
                .count();
    }
}
