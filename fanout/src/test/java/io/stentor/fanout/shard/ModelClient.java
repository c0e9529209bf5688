package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A client as the official SDKs behave: it keeps a position per topic, comes back with it when it is told to, and checks of
 * every message that it is the next one. With a cursor it keeps nothing and relies on what its device has acknowledged.
 */
final class ModelClient implements SessionSink {

    private enum State {
        AWAY,
        ASKED,
        LIVE
    }

    private static final class View {
        private State state = State.AWAY;
        private long asked;
        private String epoch;
        private long offset;

        /** What a device had before it came back and was sent some of it again. */
        private long received;

        private final TreeMap<Long, String> messages = new TreeMap<>();
    }

    private final SplittableRandom random;
    private final Shard shard;
    private final String name;
    private final boolean fromCursor;
    private final Map<String, View> views = new LinkedHashMap<>();
    private final Map<Long, String> asked = new HashMap<>();
    private ClientSession session;
    private long commandId;
    private int connections;

    int room;

    ModelClient(
            final SplittableRandom random,
            final Shard shard,
            final String name,
            final boolean fromCursor,
            final List<String> topics) {
        this.random = random;
        this.shard = shard;
        this.name = name;
        this.fromCursor = fromCursor;
        topics.forEach(topic -> views.put(topic, new View()));
    }

    /** Does one of the things that clients do. */
    void step(final boolean calm) {
        room = calm ? Integer.MAX_VALUE : random.nextInt(4) == 0 ? 0 : random.nextInt(40);
        if (session == null) {
            connect();
        }
        if (!calm && random.nextInt(400) == 0) {
            session.close();
            gone();
            return;
        }
        views.forEach((topic, view) -> {
            if (view.state == State.AWAY && (fromCursor || random.nextInt(10) == 0)) {
                subscribe(topic, view);
            } else if (view.state == State.LIVE && random.nextInt(20) == 0 && !view.messages.isEmpty()) {
                session.offer(new ClientCommand.Ack(0, topic, view.offset - random.nextInt(3)));
            } else if (!calm && !fromCursor && view.state == State.LIVE && random.nextInt(500) == 0) {
                session.offer(new ClientCommand.Unsubscribe(++commandId, topic));
                view.state = State.AWAY;
            }
        });
    }

    /** Everything since the last snapshot is what the log has, without a gap up to its end. */
    void assertComplete(final Map<String, SimulatedEngine.Topic> log) {
        views.forEach((topic, view) -> {
            final SimulatedEngine.Topic of = log.get(topic);
            final long head = of == null ? 0 : of.head();
            view.messages.tailMap(head, false).clear();
            assertEquals(State.LIVE, view.state, name + " of " + topic);
            assertEquals(head, view.offset, name + " is at the head of " + topic);
            long expected = view.messages.isEmpty() ? head + 1 : view.messages.firstKey();
            for (final Map.Entry<Long, String> message : view.messages.entrySet()) {
                assertEquals(expected, message.getKey(), name + " has a gap in " + topic);
                assertEquals(
                        SimulatedEngine.text(of.messages.get((int) expected - 1).payload()),
                        message.getValue(),
                        name + " of " + topic + "@" + expected);
                expected++;
            }
            assertEquals(head + 1, expected, name + " of " + topic);
        });
    }

    @Override
    public boolean onReply(final long id, final Reply reply) {
        final String topic = asked.remove(id);
        if (topic == null) {
            return true;
        }
        final View view = views.get(topic);
        if (view.asked != id || view.state != State.ASKED) {
            return true;
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            onSubscribed(topic, view, subscribed);
        } else {
            assertTrue(reply instanceof Reply.Failed failed && failed.error().temporary(), () -> name + ": " + reply);
            view.state = State.AWAY;
        }
        return true;
    }

    @Override
    public boolean onPublication(final Publication publication) {
        if (room == 0) {
            return false;
        }
        room--;
        final View view = views.get(publication.topic());
        if (view.state != State.LIVE) {
            return true;
        }
        take(publication.topic(), view, publication.offset(), RecordingSink.text(publication.payload()));
        return true;
    }

    @Override
    public boolean onPush(final Push push) {
        if (room == 0) {
            return false;
        }
        if (push instanceof Push.Unsubscribed ended) {
            assertEquals(2500, ended.code());
            views.get(ended.topic()).state = State.AWAY;
        }
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        gone();
    }

    private void onSubscribed(final String topic, final View view, final Reply.Subscribed subscribed) {
        view.state = State.LIVE;
        if (fromCursor && subscribed.recovered()) {
            final long offset = subscribed.position().offset();
            if (!view.messages.isEmpty() && offset > Math.max(view.received, view.offset)) {
                fail(name + " has " + topic + " up to " + view.offset + ", its cursor says " + offset);
            }
            view.received = Math.max(view.received, view.offset);
            view.offset = offset;
        } else if (!subscribed.recovered()) {
            view.messages.clear();
            view.received = 0;
            view.offset = subscribed.position().offset();
        }
        for (final StoredPublication missed : subscribed.publications()) {
            take(topic, view, missed.offset(), SimulatedEngine.text(missed.payload()));
        }
        assertEquals(subscribed.position().offset(), view.offset, name + " was answered a part of " + topic);
        view.epoch = subscribed.position().epoch();
    }

    private void take(final String topic, final View view, final long offset, final String payload) {
        assertEquals(view.offset + 1, offset, name + " of " + topic);
        view.offset = offset;
        view.messages.put(offset, payload);
    }

    private void connect() {
        session = shard.open(this);
        session.offer(new ClientCommand.Connect(++commandId, name + "-" + connections++, name, name + "-device", null));
    }

    private void gone() {
        session = null;
        asked.clear();
        views.values().forEach(view -> view.state = State.AWAY);
    }

    private void subscribe(final String topic, final View view) {
        final boolean recover = !fromCursor && view.epoch != null;
        final long id = ++commandId;
        if (session.offer(new ClientCommand.Subscribe(
                id, topic, recover, recover ? new StreamPosition(view.epoch, view.offset) : null, false, fromCursor))) {
            view.state = State.ASKED;
            view.asked = id;
            asked.put(id, topic);
        }
    }
}
