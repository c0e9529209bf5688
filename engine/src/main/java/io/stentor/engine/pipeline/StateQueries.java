package io.stentor.engine.pipeline;

import io.stentor.fanout.route.Router;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.DrainEncoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.SessionControlEncoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.StateKind;
import io.stentor.transport.wire.StateQueryEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Asks all shards what they hold and tells them what to do with live sessions. Any thread calls; the send step's thread
 * sends, gathers the answers and gives up on shards that do not answer in time.
 */
public final class StateQueries {

    /** The most requests that may wait to be sent. */
    static final int WAITING_MAX = 1024;

    /** The most bytes of a name, a glob or a reason: what the wire has room for. */
    private static final int TEXT_LENGTH_MAX = 255;

    /** How long shards may take to answer, in nanoseconds: 5 s. */
    static final long TIMEOUT_NS = 5_000_000_000L;

    /** The most lines of one answer, over all shards. */
    static final int ENTRIES_MAX = 100_000;

    /**
     * One line of an answer; what it means depends on what was asked.
     *
     * @param name a connection id, a topic or a node.
     * @param user the connection's user.
     * @param info what the connection's token says about the user; of length 0 for nothing.
     */
    public record Entry(int shardId, String name, String user, byte[] info, Counts counts) {}

    /** The numbers of a line. */
    public record Counts(int clients, int users, int subscriptions, int topics, long uptimeMs) {}

    /**
     * What the shards answered.
     *
     * @param silentShards how many did not in time and are left out.
     */
    public record Answer(List<Entry> entries, int silentShards) {}

    private static final class Query {
        private final StateKind kind;
        private final String topicName;
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final List<Entry> entries = new ArrayList<>();
        private int awaited;
        private long deadlineNs;

        Query(final StateKind kind, final String topicName) {
            this.kind = kind;
            this.topicName = topicName;
        }

        void complete() {
            answer.complete(new Answer(entries, awaited));
        }
    }

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final StateQueryEncoder queryEncoder = new StateQueryEncoder();
    private final SessionControlEncoder controlEncoder = new SessionControlEncoder();
    private final DrainEncoder drainEncoder = new DrainEncoder();
    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[2048]);
    private final ManyToOneConcurrentArrayQueue<Runnable> requests = new ManyToOneConcurrentArrayQueue<>(WAITING_MAX);
    private final Long2ObjectHashMap<Query> open = new Long2ObjectHashMap<>();
    private Router router;
    private long nextCorrelationId = 1;
    private long nowNs;

    /**
     * Asks all shards. Any thread.
     *
     * @param kind what to ask.
     * @param topicName a topic, or a glob, or empty.
     * @return the lines of the shards that answered in time.
     */
    public CompletionStage<Answer> ask(final StateKind kind, final String topicName) {
        if (isTooLong(topicName)) {
            return tooLong();
        }
        final Query query = new Query(kind, topicName);
        if (!requests.offer(() -> send(query))) {
            return CompletableFuture.failedFuture(new IllegalStateException("too many questions to the shards wait"));
        }
        return query.answer;
    }

    /**
     * Acts on live sessions of a user. Any thread.
     *
     * @param client only this connection; empty for all of the user's.
     * @param topicName the topic; empty for all.
     * @param code the number that the client sees.
     * @param reason the words beside it.
     * @return completes when the shards have been told.
     */
    public CompletionStage<Void> control(
            final ControlKind kind,
            final String user,
            final String client,
            final String topicName,
            final int code,
            final String reason) {
        if (isTooLong(user) || isTooLong(client) || isTooLong(topicName) || isTooLong(reason)) {
            return tooLong();
        }
        final CompletableFuture<Void> told = new CompletableFuture<>();
        final boolean taken = requests.offer(() -> {
            controlEncoder.wrapAndApplyHeader(buffer, 0, header).kind(kind).code(code);
            controlEncoder.user(user).client(client).topicName(topicName).reason(reason);
            router.broadcast(buffer, MessageHeaderEncoder.ENCODED_LENGTH + controlEncoder.encodedLength());
            told.complete(null);
        });
        return taken
                ? told
                : CompletableFuture.failedFuture(new IllegalStateException("too many requests to the shards wait"));
    }

    /** Tells the shards that the engine stops: let sessions go. Any thread. */
    public void drain(final long deadlineNs) {
        requests.offer(() -> {
            drainEncoder.wrapAndApplyHeader(buffer, 0, header).deadlineNs(deadlineNs);
            router.broadcast(buffer, MessageHeaderEncoder.ENCODED_LENGTH + drainEncoder.encodedLength());
        });
    }

    void router(final Router value) {
        router = value;
    }

    int doWork(final long timeNs) {
        nowNs = timeNs;
        final int work = requests.drain(Runnable::run);
        if (!open.isEmpty()) {
            final Iterator<Query> queries = open.values().iterator();
            while (queries.hasNext()) {
                final Query query = queries.next();
                if (nowNs - query.deadlineNs > 0) {
                    queries.remove();
                    query.complete();
                }
            }
        }
        return work;
    }

    void onEntry(final StateEntryDecoder entry) {
        final Query query = open.get(entry.correlationId());
        if (query == null || query.entries.size() == ENTRIES_MAX) {
            return;
        }
        final int shardId = entry.shardId();
        final Counts counts =
                new Counts(entry.clients(), entry.users(), entry.subscriptions(), entry.topics(), entry.uptimeMs());
        final String name = entry.name();
        final String user = entry.user();
        final byte[] info = new byte[entry.infoLength()];
        entry.getInfo(info, 0, info.length);
        query.entries.add(new Entry(shardId, name, user, info, counts));
    }

    void onEnd(final StateEndDecoder end) {
        final Query query = open.get(end.correlationId());
        if (query != null && --query.awaited == 0) {
            open.remove(end.correlationId());
            query.complete();
        }
    }

    void close() {
        requests.drain(Runnable::run);
        open.values().forEach(Query::complete);
        open.clear();
    }

    /** Found here, on the caller's thread: the send step's would end the engine over it. */
    private static boolean isTooLong(final String text) {
        return text.getBytes(StandardCharsets.UTF_8).length > TEXT_LENGTH_MAX;
    }

    private static <T> CompletionStage<T> tooLong() {
        return CompletableFuture.failedFuture(
                new IllegalArgumentException("a name or a reason has at most " + TEXT_LENGTH_MAX + " bytes"));
    }

    private void send(final Query query) {
        final long correlationId = nextCorrelationId++;
        queryEncoder
                .wrapAndApplyHeader(buffer, 0, header)
                .correlationId(correlationId)
                .kind(query.kind)
                .topicName(query.topicName);
        query.awaited = router.broadcast(buffer, MessageHeaderEncoder.ENCODED_LENGTH + queryEncoder.encodedLength());
        query.deadlineNs = nowNs + TIMEOUT_NS;
        if (query.awaited == 0) {
            query.complete();
        } else {
            open.put(correlationId, query);
        }
    }
}
