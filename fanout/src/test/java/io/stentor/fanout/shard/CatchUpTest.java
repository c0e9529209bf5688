package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.wire.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CatchUpTest {

    private final ShardHarness harness = ShardHarness.attached();
    private final SimulatedEngine engine = harness.engine;

    @Test
    void shouldContinueAfterTheDevicesCursorPageByPage() {
        publish(1, 3500);
        engine.deviceCursors.put("phone", engine.topics.get("a").messages.get(9).sequence());
        final ShardHarness.Client client = harness.client("ann", "phone");
        final Reply.Subscribed answer = client.subscribed(client.fromCursor("a"));
        assertTrue(answer.recovered());
        assertEquals(harness.position(10), answer.position());
        assertEquals(List.of(), answer.publications());

        publish(3501, 3510);
        harness.pass(100 * ShardHarness.MS);
        publish(3511, 3512);
        assertEquals(expected(11, 3512), client.sink.publications);
        assertTrue(engine.fetches >= 4);
    }

    @Test
    void shouldWaitForRoomAndNeverEndWhenItsSinkIsSlow() {
        final ShardHarness.Client client = harness.client("ann", "phone");
        client.fromCursor("a");
        for (int i = 1; i <= 2000; i++) {
            client.sink.room = i % 3;
            engine.publish("a", "" + i);
            harness.pass(ShardHarness.MS);
        }
        client.sink.room = Integer.MAX_VALUE;
        harness.pass(200 * ShardHarness.MS);
        assertEquals(expected(1, 2000), client.sink.publications);
        assertEquals(List.of(), client.sink.pushes);
        assertEquals(List.of(), client.sink.disconnects);
    }

    @Test
    void shouldGoOnWhenAFetchOnTheWayFails() {
        publish(1, 1500);
        final ShardHarness.Client client = harness.client("ann", "phone");
        client.sink.room = 500;
        client.fromCursor("a");
        engine.holdFetches = true;
        client.sink.room = 500;
        harness.pass(5 * ShardHarness.MS);
        client.sink.room = Integer.MAX_VALUE;
        harness.pass(TimeUnit.SECONDS.toNanos(12));
        engine.asks.clear();
        engine.holdFetches = false;
        harness.pass(TimeUnit.SECONDS.toNanos(22));
        assertEquals(expected(1, 1500), client.sink.publications);
    }

    @Test
    void shouldBeRefusedHonestlyWhenTheCursorIsLost() {
        publish(1, 5);
        engine.holdFetches = true;
        final ShardHarness.Client client = harness.client("ann", "phone");
        final long id = client.fromCursor("a");
        final SimulatedEngine.Ask ask = engine.asks.remove();
        engine.page(ask, engine.topics.get("a"), 5, 0, ResultCode.POSITION_LOST);
        engine.pageEnd(ask, 0, false);
        harness.run();
        assertFalse(client.subscribed(id).recovered());
        assertEquals(harness.position(5), client.subscribed(id).position());
        publish(6, 6);
        assertEquals(expected(6, 6), client.sink.publications);
    }

    @Test
    void shouldNeedADevice() {
        final ShardHarness.Client client = harness.client("ann", "");
        assertEquals(ClientError.BAD_REQUEST, client.sink.error(client.fromCursor("a")));
    }

    private void publish(final int first, final int last) {
        for (int i = first; i <= last; i++) {
            engine.publish("a", "" + i);
        }
        harness.pass(3 * ShardHarness.MS);
        harness.run();
        harness.run();
    }

    private static List<String> expected(final int first, final int last) {
        final List<String> messages = new ArrayList<>();
        for (int i = first; i <= last; i++) {
            messages.add("a@" + i + "=" + i);
        }
        return messages;
    }
}
