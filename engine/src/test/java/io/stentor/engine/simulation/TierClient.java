package io.stentor.engine.simulation;

import io.stentor.transport.gateway.ClientCommand;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientSession;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.Push;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.SessionSink;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.agrona.DirectBuffer;

/**
 * A client as the official SDKs behave: it keeps a position per topic and comes back with it, on whatever shard; it checks of
 * every message that it is the next one. With a cursor it keeps nothing and relies on what its device has acknowledged. It
 * publishes, and repeats under the same id until it is told what became of it. It does not always read, and comes and goes.
 */
final class TierClient implements SessionSink {

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

        /** Everything up to it was received, in one line since the last snapshot. */
        private long received;

        /** Where the last snapshot was taken. */
        private long base;

        /** What was received; of it counts what lies behind the snapshot. */
        private final TreeMap<Long, String> messages = new TreeMap<>();
    }

    /** One publish until its answer. */
    private static final class Post {
        private final String topic;
        private final String id;
        private final String payload;
        private final AckLevel level;
        private long asked;

        Post(final String topic, final String id, final String payload, final AckLevel level) {
            this.topic = topic;
            this.id = id;
            this.payload = payload;
            this.level = level;
        }
    }

    /** An SDK gives up on a connection that does not answer, in nanoseconds. */
    private static final long CONNECT_TIMEOUT_NS = 5_000_000_000L;

    private final SimulatedTier tier;
    private final SplittableRandom random;
    private final String name;
    private final boolean fromCursor;
    private final Map<String, View> views = new LinkedHashMap<>();
    private final Map<Long, String> asked = new HashMap<>();
    private ShardNode node;
    private ClientSession session;
    private boolean connected;
    private long connectedSinceNs;
    private long comeBackAtNs;
    private long refuseUntilNs;
    private long commandId;
    private int connections;
    private long historyAsked;
    private String historyTopic;
    private Post post;

    TierClient(
            final SimulatedTier tier,
            final SplittableRandom random,
            final String name,
            final boolean fromCursor,
            final List<String> topics) {
        this.tier = tier;
        this.random = random;
        this.name = name;
        this.fromCursor = fromCursor;
        this.comeBackAtNs = tier.nowNs();
        this.refuseUntilNs = tier.nowNs();
        topics.forEach(topic -> views.put(topic, new View()));
    }

    /** Does some of what clients do. */
    void step(final long nowNs, final boolean calm) {
        if (session != null && node.isGone()) {
            gone(nowNs, calm);
        }
        if (session == null) {
            if (comeBackAtNs - nowNs <= 0) {
                connect(nowNs);
            }
            return;
        }
        if (!connected) {
            if (nowNs - connectedSinceNs > CONNECT_TIMEOUT_NS) {
                leave(nowNs, calm);
            }
            return;
        }
        if (!calm && random.nextInt(600) == 0) {
            leave(nowNs, false);
            return;
        }
        if (!calm && random.nextInt(300) == 0) {
            refuseUntilNs = nowNs + random.nextLong(random.nextInt(6) == 0 ? 35_000_000_000L : 400_000_000L);
        } else if (calm) {
            refuseUntilNs = nowNs;
        }
        views.forEach((topic, view) -> step(topic, view, calm));
        publish(calm);
    }

    /** The first view that is not at the end of its topic, in words; null when all are. */
    String behind(final Ledger ledger) {
        if (!connected) {
            return name + " is not connected";
        }
        for (final Map.Entry<String, View> each : views.entrySet()) {
            final View view = each.getValue();
            final long head = ledger.topic(each.getKey()).size();
            if (view.state != State.LIVE || view.offset != head) {
                return name + " of " + each.getKey() + " is " + view.state + " at " + view.offset + " of " + head
                        + " on " + node.owner();
            }
        }
        return post == null ? null : name + " has no answer to its publish " + post.id;
    }

    /** Everything since the last snapshot is what the log has, without a gap up to its end. */
    void requireComplete(final Ledger ledger) {
        views.forEach((topic, view) -> {
            final List<Ledger.Entry> log = ledger.topic(topic);
            final long head = log.size();
            final long from = Math.min(view.base, head);
            long expected = from + 1;
            for (final Map.Entry<Long, String> message :
                    view.messages.subMap(from, false, head, true).entrySet()) {
                final long at = expected;
                Ledger.require(message.getKey() == at, name + " has a gap in " + topic + " before " + message.getKey());
                final String is = log.get((int) at - 1).payload;
                Ledger.require(
                        is.equals(message.getValue()),
                        name + " of " + topic + "@" + at + " has " + Ledger.brief(message.getValue()) + ", the log "
                                + Ledger.brief(is));
                expected++;
            }
            Ledger.require(expected == head + 1, name + " has nothing behind " + (expected - 1) + " of " + topic);
        });
    }

    @Override
    public boolean onReply(final long id, final Reply reply) {
        if (post != null && post.asked == id) {
            onAnswer(reply);
            return true;
        }
        if (reply instanceof Reply.Connected) {
            connected = true;
            return true;
        }
        if (id == historyAsked && reply instanceof Reply.HistoryPage page) {
            onHistory(page);
            return true;
        }
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
            Ledger.require(
                    reply instanceof Reply.Failed failed && failed.error().temporary(),
                    name + " was told of " + topic + ": " + reply);
            view.state = State.AWAY;
        }
        return true;
    }

    @Override
    public boolean onPublication(final Publication publication) {
        if (isRefusing()) {
            return false;
        }
        final View view = views.get(publication.topic());
        if (view.state == State.LIVE) {
            take(publication.topic(), view, publication.offset(), text(publication.payload()));
        }
        return true;
    }

    @Override
    public boolean onPush(final Push push) {
        if (isRefusing()) {
            return false;
        }
        if (push instanceof Push.Unsubscribed ended) {
            Ledger.require(ended.code() == 2500, name + " was told " + ended);
            tier.trace(ended.code());
            tier.covered(Coverage.TOLD_TO_COME_BACK);
            final View view = views.get(ended.topic());
            if (view.state == State.LIVE) {
                // Else it is about a subscription that the client itself has ended meanwhile.
                view.state = State.AWAY;
            }
        } else if (push instanceof Push.Typing typing) {
            Ledger.require(views.containsKey(typing.topic()), name + " was shown " + typing);
            tier.covered(Coverage.TYPING_SHOWN);
        }
        return true;
    }

    @Override
    public void disconnect(final Disconnect disconnect) {
        Ledger.require(disconnect.code() < 3500, name + " was disconnected: " + disconnect);
        tier.trace(disconnect.code());
        gone(tier.nowNs(), false);
    }

    private boolean isRefusing() {
        return refuseUntilNs - tier.nowNs() > 0;
    }

    private void step(final String topic, final View view, final boolean calm) {
        if (view.state == State.AWAY) {
            if (fromCursor || calm || random.nextInt(10) == 0) {
                subscribe(topic, view);
            }
        } else if (view.state == State.LIVE) {
            if (random.nextInt(20) == 0 && mayAcknowledge() && view.offset > 2) {
                session.offer(new ClientCommand.Ack(0, topic, view.offset - random.nextInt(3)));
            }
            if (!calm && random.nextInt(200) == 0) {
                session.offer(new ClientCommand.Typing(0, topic));
            }
            if (!calm && random.nextInt(100) == 0) {
                historyAsked = ++commandId;
                historyTopic = topic;
                session.offer(new ClientCommand.History(
                        historyAsked,
                        topic,
                        random.nextInt(30),
                        random.nextBoolean() ? null : new StreamPosition(view.epoch, view.offset),
                        random.nextBoolean()));
            }
            if (!calm && random.nextInt(800) == 0) {
                session.offer(new ClientCommand.Read(0, topic, view.offset));
            }
            if (!calm && !fromCursor && random.nextInt(700) == 0) {
                if (session.offer(new ClientCommand.Unsubscribe(++commandId, topic))) {
                    view.state = State.AWAY;
                }
            }
        }
    }

    /** A device has one cursor for all its topics: it has to follow them all before it acknowledges anything. */
    private boolean mayAcknowledge() {
        return !fromCursor || views.values().stream().allMatch(view -> view.state == State.LIVE);
    }

    private void publish(final boolean calm) {
        if (post == null && !calm && random.nextInt(40) == 0) {
            final int number = tier.nextMessage();
            final AckLevel level = switch (random.nextInt(4)) {
                case 0 -> AckLevel.SYNCED;
                case 1 -> AckLevel.JOURNALED;
                default -> null;
            };
            post = new Post(tier.chatTopic(random), "id-" + number, tier.payload(number, random), level);
        }
        if (post != null && post.asked == 0 && (calm || random.nextInt(4) == 0)) {
            final long id = ++commandId;
            if (session.offer(new ClientCommand.Publish(
                    id, post.topic, post.id, post.payload.getBytes(StandardCharsets.US_ASCII), false, post.level))) {
                post.asked = id;
            }
        }
    }

    private void onAnswer(final Reply reply) {
        final Post answered = post;
        if (reply instanceof Reply.Published published) {
            Ledger.require(
                    answered.level == null || published.level() == answered.level,
                    name + " asked for " + answered.level + " and got " + published.level());
            tier.acknowledged(name, answered.topic, published.position().offset(), answered.payload, published.level());
            tier.covered(published.repeated() ? Coverage.REPEAT_ANSWERED : Coverage.PUBLISH_ANSWERED);
            post = null;
        } else {
            Ledger.require(
                    reply instanceof Reply.Failed failed
                            && (failed.error() == ClientError.INTERNAL
                                    || failed.error() == ClientError.TOO_MANY_REQUESTS),
                    name + " was told of its publish " + answered.id + ": " + reply);
            answered.asked = 0;
        }
    }

    private void onSubscribed(final String topic, final View view, final Reply.Subscribed subscribed) {
        final StreamPosition position = subscribed.position();
        view.state = State.LIVE;
        view.epoch = position.epoch();
        tier.trace(position.offset() * 2 + (subscribed.recovered() ? 1 : 0));
        if (!subscribed.recovered()) {
            if (subscribed.wasRecovering()) {
                tier.covered(Coverage.REFUSED);
            }
            view.messages.clear();
            view.offset = position.offset();
            view.received = position.offset();
            view.base = position.offset();
        } else if (fromCursor) {
            Ledger.require(
                    position.offset() <= view.received,
                    name + " has " + topic + " up to " + view.received + ", its cursor says " + position.offset());
            // What it has beyond comes again; if the power took some of it back, with other contents.
            view.offset = position.offset();
            tier.covered(Coverage.RECOVERED_BY_CURSOR);
        } else {
            tier.covered(subscribed.publications().isEmpty() ? Coverage.CAME_BACK : Coverage.RECOVERED);
        }
        for (final StoredPublication missed : subscribed.publications()) {
            take(topic, view, missed.offset(), new String(missed.payload(), StandardCharsets.US_ASCII));
        }
        Ledger.require(
                position.offset() == view.offset,
                name + " was answered a part of " + topic + ": up to " + view.offset + " of " + position.offset());
    }

    private void onHistory(final Reply.HistoryPage page) {
        long before = 0;
        for (final StoredPublication message : page.publications()) {
            tier.delivered(
                    name,
                    historyTopic,
                    page.top().epoch(),
                    message.offset(),
                    new String(message.payload(), StandardCharsets.US_ASCII));
            Ledger.require(
                    before == 0 || Math.abs(message.offset() - before) == 1,
                    name + " was shown a history of " + historyTopic + " with a gap at " + message.offset());
            before = message.offset();
        }
    }

    private void take(final String topic, final View view, final long offset, final String payload) {
        Ledger.require(offset == view.offset + 1, name + " got " + topic + "@" + offset + " after " + view.offset);
        tier.delivered(name, topic, fromCursor ? null : view.epoch, offset, payload);
        view.offset = offset;
        view.received = Math.max(view.received, offset);
        view.messages.put(offset, payload);
    }

    private void connect(final long nowNs) {
        node = tier.anyShard(random);
        if (node == null) {
            return;
        }
        session = node.open(this);
        connected = false;
        connectedSinceNs = nowNs;
        if (!session.offer(new ClientCommand.Connect(
                ++commandId, name + "-" + connections++, name, fromCursor ? name + "-device" : "", null))) {
            leave(nowNs, false);
        }
    }

    private void leave(final long nowNs, final boolean calm) {
        session.close();
        gone(nowNs, calm);
    }

    private void gone(final long nowNs, final boolean calm) {
        session = null;
        connected = false;
        asked.clear();
        comeBackAtNs = nowNs + random.nextLong(calm ? 50_000_000L : 500_000_000L);
        if (post != null) {
            post.asked = 0;
        }
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

    private static String text(final DirectBuffer buffer) {
        final byte[] bytes = new byte[buffer.capacity()];
        buffer.getBytes(0, bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
