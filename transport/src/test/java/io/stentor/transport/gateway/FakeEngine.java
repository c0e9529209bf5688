package io.stentor.transport.gateway;

import io.stentor.transport.wire.AckLevel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An engine that remembers what it was asked and answers from a script. */
public final class FakeEngine implements ApiPort {

    /** A topic that refuses every message. */
    public static final String FULL_TOPIC = "full";

    /** A topic that fails as only a defect would. */
    public static final String BROKEN_TOPIC = "broken";

    /** A topic about which not every shard answers. */
    public static final String SILENT_TOPIC = "silent";

    public final ConcurrentLinkedQueue<Publish> published = new ConcurrentLinkedQueue<>();
    public final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();

    /** When set, the next publish to the topic "slow" waits for it. */
    public final CompletableFuture<Void> gate = new CompletableFuture<>();

    public volatile String notLiveReason;
    public volatile String notReadyReason;

    @Override
    public CompletionStage<Reply.Published> publish(final Publish message) {
        if (message.topic().equals(FULL_TOPIC)) {
            return CompletableFuture.failedFuture(new ApiException(ClientError.TOO_MANY_REQUESTS, "the ring is full"));
        }
        if (message.topic().equals(BROKEN_TOPIC)) {
            throw new IllegalStateException("a defect with a secret in its message");
        }
        published.add(message);
        final Reply.Published reply = new Reply.Published(
                new StreamPosition("1.1", published.size()),
                message.level() == null ? AckLevel.JOURNALED : message.level(),
                false);
        return message.topic().equals("slow")
                ? gate.thenApplyAsync(open -> reply)
                : CompletableFuture.completedFuture(reply);
    }

    @Override
    public CompletionStage<Reply.HistoryPage> history(
            final String topic, final int limit, final StreamPosition since, final boolean reverse) {
        asked.add("history " + topic + " " + limit + " " + since + " " + reverse);
        return CompletableFuture.completedFuture(new Reply.HistoryPage(
                new StreamPosition("1.1", 2),
                limit == 0
                        ? List.of()
                        : List.of(
                                new StoredPublication(1, bytes("{\"a\":1}"), true, "u", "c", Map.of(), 1, 0),
                                new StoredPublication(
                                        2, new byte[] {1, 2, 3}, false, "", "", Map.of("k", "v"), 2, 0))));
    }

    @Override
    public CompletionStage<Members> presence(final String topic) {
        return CompletableFuture.completedFuture(new Members(
                Map.of("c1", new ClientInfo("c1", "alice", bytes("{\"name\":\"Alice\"}"))),
                topic.equals(SILENT_TOPIC) ? 2 : 0));
    }

    @Override
    public CompletionStage<MemberCounts> presenceStats(final String topic) {
        return CompletableFuture.completedFuture(new MemberCounts(3, 2, topic.equals(SILENT_TOPIC) ? 1 : 0));
    }

    @Override
    public CompletionStage<List<ActiveTopic>> activeTopics(final String pattern) {
        asked.add("channels " + pattern);
        return CompletableFuture.completedFuture(List.of(new ActiveTopic("chat", 3)));
    }

    @Override
    public CompletionStage<List<Node>> nodes() {
        return CompletableFuture.completedFuture(List.of(new Node("1.1", "one", "0.1.0", 3, 2, 5, 4, 60)));
    }

    @Override
    public CompletionStage<Void> subscribe(final String user, final String client, final String topic) {
        asked.add("subscribe " + user + "," + client + "," + topic);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> unsubscribe(final String user, final String client, final String topic) {
        asked.add("unsubscribe " + user + "," + client + "," + topic);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> disconnect(final String user, final String client, final Disconnect disconnect) {
        asked.add("disconnect " + user + "," + client + "," + disconnect.code() + " " + disconnect.reason());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<ConnectInfo> connectInfo(final String user) {
        return user.equals("nobody")
                ? CompletableFuture.failedFuture(
                        new ApiException(ClientError.NOT_AVAILABLE, "no shard takes clients now"))
                : CompletableFuture.completedFuture(new ConnectInfo("ws://one:8000/connection/websocket", "one", 3));
    }

    @Override
    public String notLiveReason() {
        return notLiveReason;
    }

    @Override
    public String notReadyReason() {
        return notReadyReason;
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
