package io.stentor.transport.gateway;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.agrona.concurrent.UnsafeBuffer;

/** A shard in a heap, with a thread of its own as the contract wants it. */
public final class FakeShard implements SessionPort, AutoCloseable {

    public static final String EPOCH = "1.1";

    /** What the gateway handed over, in order. */
    public final ConcurrentLinkedQueue<ClientCommand> commands = new ConcurrentLinkedQueue<>();

    /** How often a sink said that it is full. */
    public final AtomicInteger refused = new AtomicInteger();

    /** When false, sessions take no commands. */
    public volatile boolean accepting = true;

    /** Commands that the shard swallows without an answer. */
    public volatile Predicate<ClientCommand> ignored = command -> false;

    public volatile String notReadyReason;

    /** How many messages a recovery may bring. */
    public volatile int recoveryMax = Integer.MAX_VALUE;

    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Map<String, List<StoredPublication>> topics = new LinkedHashMap<>();
    private final List<Session> sessions = new ArrayList<>();
    private final Publication flyweight = new Publication();

    private final class Session implements ClientSession {

        private final SessionSink sink;
        private final List<String> subscribed = new ArrayList<>();
        private ClientCommand.Connect who;

        private Session(final SessionSink sink) {
            this.sink = sink;
        }

        @Override
        public boolean offer(final ClientCommand command) {
            if (!accepting) {
                return false;
            }
            commands.add(command);
            if (!ignored.test(command)) {
                thread.execute(() -> execute(this, command));
            }
            return true;
        }

        @Override
        public void close() {
            thread.execute(() -> sessions.remove(this));
        }
    }

    @Override
    public ClientSession open(final SessionSink sink) {
        return new Session(sink);
    }

    @Override
    public void drain() {
        notReadyReason = "draining";
    }

    @Override
    public String notReadyReason() {
        return notReadyReason;
    }

    public void publish(final String topic, final byte[] payload, final boolean json, final Map<String, String> tags) {
        thread.execute(() -> append(topic, payload, json, "", "", tags));
    }

    public void publish(final String topic, final String json) {
        publish(topic, json.getBytes(StandardCharsets.UTF_8), true, Map.of());
    }

    /** Publishes a message whose tags no reader can understand. */
    public void publishBrokenTags(final String topic) {
        thread.execute(() -> {
            topics.computeIfAbsent(topic, name -> new ArrayList<>())
                    .add(new StoredPublication(1, new byte[0], false, "", "", Map.of(), 1, 0));
            flyweight
                    .reset(topic, 1, 1, 1, 0, MessageFlags.TAGS)
                    .payload(new UnsafeBuffer(new byte[0]), 0, 0)
                    .sender(new UnsafeBuffer(new byte[0]), 0, 0)
                    .client(new UnsafeBuffer(new byte[0]), 0, 0)
                    .tags(new UnsafeBuffer(new byte[] {9}), 0, 1);
            sessions.forEach(session -> session.sink.onPublication(flyweight));
            flyweight.clear();
        });
    }

    public void push(final Push push) {
        thread.execute(() -> sessions.forEach(session -> session.sink.onPush(push)));
    }

    /** Ends everyone's subscription to a topic without a word. */
    public void drop(final String topic) {
        thread.execute(() -> sessions.forEach(session -> session.subscribed.remove(topic)));
    }

    public void disconnect(final Disconnect disconnect) {
        thread.execute(() -> sessions.forEach(session -> session.sink.disconnect(disconnect)));
    }

    /** How many sessions are open; waits for what was handed over before. */
    public int sessions() throws Exception {
        return thread.submit(sessions::size).get(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private void execute(final Session session, final ClientCommand command) {
        final long id = command.id();
        final SessionSink sink = session.sink;
        if (command instanceof ClientCommand.Connect connect) {
            session.who = connect;
            sessions.add(session);
            sink.onReply(id, new Reply.Connected());
        } else if (command instanceof ClientCommand.Subscribe subscribe) {
            sink.onReply(id, subscribe(session, subscribe));
        } else if (command instanceof ClientCommand.Unsubscribe unsubscribe) {
            session.subscribed.remove(unsubscribe.topic());
            sink.onReply(id, new Reply.Unsubscribed());
        } else if (command instanceof ClientCommand.Publish publish) {
            final long offset = append(
                    publish.topic(),
                    publish.payload(),
                    publish.json(),
                    session.who.user(),
                    session.who.client(),
                    Map.of());
            sink.onReply(id, new Reply.Published(new StreamPosition(EPOCH, offset), AckLevel.JOURNALED, false));
        } else if (command instanceof ClientCommand.History history) {
            sink.onReply(id, history(history));
        } else if (command instanceof ClientCommand.Presence presence) {
            final Map<String, ClientInfo> members = new LinkedHashMap<>();
            sessions.stream()
                    .filter(other -> other.subscribed.contains(presence.topic()))
                    .forEach(other -> members.put(
                            other.who.client(),
                            new ClientInfo(other.who.client(), other.who.user(), other.who.info())));
            sink.onReply(id, new Reply.PresenceMembers(members));
        } else if (command instanceof ClientCommand.PresenceStats) {
            sink.onReply(id, new Reply.PresenceCounts(sessions.size(), 1));
        } else {
            sink.onReply(id, new Reply.Done());
        }
    }

    private Reply subscribe(final Session session, final ClientCommand.Subscribe subscribe) {
        if (subscribe.topic().startsWith("attaching")) {
            return new Reply.Failed(ClientError.INTERNAL, "the shard attaches");
        }
        if (session.subscribed.contains(subscribe.topic())) {
            return new Reply.Failed(ClientError.ALREADY_SUBSCRIBED);
        }
        session.subscribed.add(subscribe.topic());
        final List<StoredPublication> all = topics.getOrDefault(subscribe.topic(), List.of());
        final StreamPosition top = new StreamPosition(EPOCH, all.size());
        if (!subscribe.recover()) {
            return new Reply.Subscribed(top, false, false, List.of());
        }
        final StreamPosition since = subscribe.since();
        final boolean known = (since.epoch().isEmpty() || since.epoch().equals(EPOCH))
                && since.offset() <= all.size()
                && all.size() - since.offset() <= recoveryMax;
        return new Reply.Subscribed(
                top, true, known, known ? List.copyOf(all.subList((int) since.offset(), all.size())) : List.of());
    }

    private Reply history(final ClientCommand.History history) {
        final List<StoredPublication> all = topics.getOrDefault(history.topic(), List.of());
        final int from = history.since() == null ? 0 : (int) history.since().offset();
        final int limit = history.limit() < 0 ? Integer.MAX_VALUE : history.limit();
        final int to = (int) Math.min(all.size(), (long) from + limit);
        return new Reply.HistoryPage(new StreamPosition(EPOCH, all.size()), List.copyOf(all.subList(from, to)));
    }

    private long append(
            final String topic,
            final byte[] payload,
            final boolean json,
            final String user,
            final String client,
            final Map<String, String> tags) {
        final List<StoredPublication> all = topics.computeIfAbsent(topic, name -> new ArrayList<>());
        final long offset = all.size() + 1L;
        all.add(new StoredPublication(offset, payload, json, user, client, tags, offset, 0));
        final byte[] encodedTags = Tags.encode(tags);
        final byte[] sender = user.getBytes(StandardCharsets.UTF_8);
        final byte[] origin = client.getBytes(StandardCharsets.UTF_8);
        flyweight
                .reset(
                        topic,
                        1,
                        offset,
                        offset,
                        0,
                        (json ? MessageFlags.JSON : 0) | (tags.isEmpty() ? 0 : MessageFlags.TAGS))
                .payload(new UnsafeBuffer(payload), 0, payload.length)
                .sender(new UnsafeBuffer(sender), 0, sender.length)
                .client(new UnsafeBuffer(origin), 0, origin.length)
                .tags(new UnsafeBuffer(encodedTags), 0, encodedTags.length);
        for (final Session session : sessions) {
            if (session.subscribed.contains(topic) && !session.sink.onPublication(flyweight)) {
                refused.incrementAndGet();
            }
        }
        flyweight.clear();
        return offset;
    }
}
