package io.stentor.engine.tier;

import io.stentor.engine.DeliveryEngine;
import io.stentor.engine.Message;
import io.stentor.engine.PublishException;
import io.stentor.engine.Publisher;
import io.stentor.engine.Receipt;
import io.stentor.engine.Version;
import io.stentor.engine.pipeline.HistoryDesk;
import io.stentor.engine.pipeline.PageLimits;
import io.stentor.engine.pipeline.StateQueries;
import io.stentor.engine.pipeline.TopicPosition;
import io.stentor.fanout.route.LiveShard;
import io.stentor.fanout.route.Placement;
import io.stentor.fanout.shard.PresenceLimits;
import io.stentor.journal.JournalDamagedException;
import io.stentor.transport.gateway.ApiException;
import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Disconnect;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.Epoch;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.StateKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/**
 * Carries out the calls of the HTTP API: publishes through the ring, reads through the views, questions and controls
 * through the shards' streams. Any thread.
 */
public final class ApiService implements ApiPort {

    /** The code of the unsubscribe push when a backend ended the subscription; below 2500 the client stays away. */
    private static final int UNSUBSCRIBED_BY_SERVER = 2000;

    /** The most subscribers that are listed, over all shards: as many as one shard lists. */
    private static final int MEMBERS_MAX = PresenceLimits.DEFAULT.membersMax();

    private final DeliveryEngine engine;
    private final Supplier<List<LiveShard>> liveShards;
    private final Publisher publisher;
    private final Message message = new Message();

    /**
     * A service.
     *
     * @param engine the engine whose API this is.
     */
    public ApiService(final DeliveryEngine engine) {
        this(engine, engine::liveShards);
    }

    /** A service that knows the live shards from somebody else. */
    ApiService(final DeliveryEngine engine, final Supplier<List<LiveShard>> liveShards) {
        this.engine = engine;
        this.liveShards = liveShards;
        this.publisher = engine.newPublisher();
    }

    @Override
    public CompletionStage<Reply.Published> publish(final Publish request) {
        final CompletionStage<Receipt> receipt;
        try {
            receipt = offer(request);
        } catch (final IllegalArgumentException ex) {
            return CompletableFuture.failedFuture(new ApiException(ClientError.BAD_REQUEST, ex.getMessage()));
        }
        return translate(receipt)
                .thenApply(reached -> new Reply.Published(
                        new StreamPosition(reached.epoch(), reached.offset()), reached.level(), reached.repeated()));
    }

    @Override
    public CompletionStage<Reply.HistoryPage> history(
            final String topic, final int limit, final StreamPosition since, final boolean reverse) {
        final TopicPosition position;
        if (since == null) {
            position = TopicPosition.END;
        } else if (since.epoch().isEmpty()) {
            position = new TopicPosition(0, 0, since.offset());
        } else {
            final Epoch epoch = Epoch.parse(since.epoch());
            if (epoch == null) {
                return CompletableFuture.failedFuture(new ApiException(
                        ClientError.UNRECOVERABLE_POSITION, "no log has an epoch like " + since.epoch()));
            }
            position = new TopicPosition(epoch.logId(), epoch.term(), since.offset());
        }
        return translate(engine.histories()
                .read(topic, position, new PageLimits(limit, 0, reverse), engine.journaledSequence()));
    }

    @Override
    public CompletionStage<Members> presence(final String topic) {
        return ask(StateKind.PRESENCE, topic, answer -> {
            final Map<String, ClientInfo> members = new LinkedHashMap<>();
            int clients = 0;
            for (final StateQueries.Entry entry : answer.entries()) {
                final byte[] info = entry.info().length == 0 ? null : entry.info();
                members.put(entry.name(), new ClientInfo(entry.name(), entry.user(), info));
                clients += entry.counts().clients();
            }
            // A shard that has more than it lists says only how many.
            if (members.containsKey("") || clients > MEMBERS_MAX) {
                throw new ApiException(
                        ClientError.LIMIT_EXCEEDED,
                        "the topic has " + clients + " subscribers and at most " + MEMBERS_MAX
                                + " are listed: ask presence_stats");
            }
            return new Members(members, answer.silentShards());
        });
    }

    @Override
    public CompletionStage<MemberCounts> presenceStats(final String topic) {
        return ask(
                StateKind.PRESENCE_COUNTS,
                topic,
                answer -> new MemberCounts(
                        sum(answer, StateQueries.Counts::clients),
                        sum(answer, StateQueries.Counts::users),
                        answer.silentShards()));
    }

    @Override
    public CompletionStage<List<ActiveTopic>> activeTopics(final String pattern) {
        return ask(StateKind.TOPICS, pattern, answer -> {
            final Map<String, Integer> clients = new LinkedHashMap<>();
            answer.entries()
                    .forEach(entry -> clients.merge(entry.name(), entry.counts().clients(), Integer::sum));
            return clients.entrySet().stream()
                    .map(topic -> new ActiveTopic(topic.getKey(), topic.getValue()))
                    .toList();
        });
    }

    @Override
    public CompletionStage<List<Node>> nodes() {
        return ask(
                StateKind.NODE,
                "",
                answer -> answer.entries().stream().map(ApiService::node).toList());
    }

    @Override
    public CompletionStage<Void> subscribe(final String user, final String client, final String topic) {
        return translate(engine.shardQueries().control(ControlKind.SUBSCRIBE, user, client, topic, 0, ""));
    }

    @Override
    public CompletionStage<Void> unsubscribe(final String user, final String client, final String topic) {
        return translate(engine.shardQueries()
                .control(ControlKind.UNSUBSCRIBE, user, client, topic, UNSUBSCRIBED_BY_SERVER, "server unsubscribe"));
    }

    @Override
    public CompletionStage<Void> disconnect(final String user, final String client, final Disconnect disconnect) {
        return translate(engine.shardQueries()
                .control(ControlKind.DISCONNECT, user, client, "", disconnect.code(), disconnect.reason()));
    }

    @Override
    public CompletionStage<ConnectInfo> connectInfo(final String user) {
        final List<LiveShard> shards = liveShards.get().stream()
                .filter(shard -> !shard.address().isEmpty())
                .toList();
        final LiveShard home = Placement.home(user, shards);
        return home == null
                ? CompletableFuture.failedFuture(
                        new ApiException(ClientError.NOT_AVAILABLE, "no shard that clients can reach is live now"))
                : CompletableFuture.completedFuture(new ConnectInfo(home.address(), home.name(), shards.size()));
    }

    @Override
    public String notLiveReason() {
        final Throwable failure = engine.failure();
        return failure == null ? null : "the engine has failed: " + failure.getMessage();
    }

    @Override
    public String notReadyReason() {
        return engine.notReadyReason();
    }

    /** A publisher belongs to one thread: callers take turns. */
    private synchronized CompletionStage<Receipt> offer(final Publish request) {
        message.clear()
                .topic(engine.topic(request.topic()))
                .payload(request.payload())
                .json(request.json())
                .sender(request.sender())
                .tags(request.tags())
                .level(request.level() == null ? AckLevel.NONE : request.level())
                .deliveryClass(request.deliveryClass() == null ? DeliveryClass.CHAT : request.deliveryClass());
        if (request.messageId() != null) {
            message.messageId(request.messageId());
        }
        return publisher.publish(message);
    }

    private <T> CompletionStage<T> ask(
            final StateKind kind, final String topic, final Function<StateQueries.Answer, T> fold) {
        return translate(engine.shardQueries().ask(kind, topic)).thenApply(fold);
    }

    private static int sum(final StateQueries.Answer answer, final ToIntFunction<StateQueries.Counts> count) {
        return answer.entries().stream()
                .mapToInt(entry -> count.applyAsInt(entry.counts()))
                .sum();
    }

    private static Node node(final StateQueries.Entry entry) {
        final StateQueries.Counts counts = entry.counts();
        return new Node(
                entry.shardId() + ":" + entry.name(),
                entry.name(),
                Version.text(),
                counts.clients(),
                counts.users(),
                counts.subscriptions(),
                counts.topics(),
                counts.uptimeMs() / 1000);
    }

    /** Gives failures the numbers that callers see. */
    private static <T> CompletionStage<T> translate(final CompletionStage<T> stage) {
        return stage.handle((value, failure) -> {
            if (failure == null) {
                return value;
            }
            final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof PublishException refused) {
                throw new ApiException(errorOf(refused.code()), refused.getMessage());
            }
            if (cause instanceof HistoryDesk.PositionLostException) {
                throw new ApiException(ClientError.UNRECOVERABLE_POSITION, cause.getMessage());
            }
            if (cause instanceof JournalDamagedException) {
                throw new ApiException(
                        ClientError.INTERNAL,
                        "the journal is damaged where a message of the page lies; its log says where");
            }
            if (cause instanceof IllegalArgumentException) {
                throw new ApiException(ClientError.BAD_REQUEST, cause.getMessage());
            }
            if (cause instanceof IllegalStateException) {
                throw new ApiException(ClientError.TOO_MANY_REQUESTS, cause.getMessage());
            }
            throw new ApiException(ClientError.INTERNAL, String.valueOf(cause.getMessage()));
        });
    }

    private static ClientError errorOf(final ResultCode code) {
        return switch (code) {
            case BACK_PRESSURED, DISK_RESERVE, DEDUPE_FULL -> ClientError.TOO_MANY_REQUESTS;
            case TOO_LARGE -> ClientError.MESSAGE_TOO_LARGE;
            case MESSAGE_ID_REUSED -> ClientError.MESSAGE_ID_REUSED;
            case LEVEL_UNAVAILABLE -> ClientError.LEVEL_UNAVAILABLE;
            case INVALID -> ClientError.BAD_REQUEST;
            default -> ClientError.INTERNAL;
        };
    }
}
