package io.stentor.transport.gateway;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What the HTTP API asks of the engine. The engine's process implements it.
 *
 * <p>Any thread may call it and nothing blocks; a stage may complete on any thread, and a refusal completes it with an
 * {@link ApiException} that carries the number the caller sees.
 */
public interface ApiPort {

    /**
     * A message from a backend.
     *
     * @param topic the topic's name, checked.
     * @param payload the message; not changed afterwards.
     * @param json true when the payload is one well-formed JSON value.
     * @param messageId the idempotency key; null for none.
     * @param tags labels; never null.
     * @param level the acknowledgement to wait for; null for the default of the class.
     * @param deliveryClass the class that the topic gets if this message creates it; null for CHAT.
     * @param sender who publishes, as the idempotency key's namespace: {@code api:} and the name of the API key.
     */
    record Publish(
            String topic,
            byte[] payload,
            boolean json,
            String messageId,
            Map<String, String> tags,
            AckLevel level,
            DeliveryClass deliveryClass,
            String sender) {}

    /**
     * Who is subscribed.
     *
     * @param members by connection id.
     * @param silentShards how many shards did not answer in time: theirs are missing.
     */
    record Members(Map<String, ClientInfo> members, int silentShards) {}

    /**
     * How many are subscribed.
     *
     * @param users how many different users on each shard, added up: a user on two shards counts twice.
     * @param silentShards how many shards did not answer in time: theirs are missing.
     */
    record MemberCounts(int clients, int users, int silentShards) {}

    /**
     * A topic that has subscribers now.
     *
     * @param clients how many live subscriptions it has.
     */
    record ActiveTopic(String topic, int clients) {}

    /**
     * A shard as {@code /api/info} shows it.
     *
     * @param uid its id and incarnation.
     * @param uptimeSeconds how long it has run.
     */
    record Node(
            String uid,
            String name,
            String version,
            int clients,
            int users,
            int subscriptions,
            int topics,
            long uptimeSeconds) {}

    /**
     * Where a user's client should connect.
     *
     * @param url the WebSocket of the user's home shard.
     * @param shard what operators call that shard.
     * @param shards how many shards clients can connect to now.
     */
    record ConnectInfo(String url, String shard, int shards) {}

    /** Publishes; completes when the message has reached its level. */
    CompletionStage<Reply.Published> publish(Publish message);

    /** Reads a topic; the arguments are those of {@link ClientCommand.History}. */
    CompletionStage<Reply.HistoryPage> history(String topic, int limit, StreamPosition since, boolean reverse);

    /** Who is subscribed to a topic, on every shard; refused with 106 when they are too many to list. */
    CompletionStage<Members> presence(String topic);

    /** How many are subscribed to a topic, on every shard. */
    CompletionStage<MemberCounts> presenceStats(String topic);

    /**
     * Topics with live subscriptions.
     *
     * @param pattern a glob with {@code *} and {@code ?}; empty for all.
     */
    CompletionStage<List<ActiveTopic>> activeTopics(String pattern);

    /** The shards. */
    CompletionStage<List<Node>> nodes();

    /**
     * Subscribes live sessions of a user to a topic.
     *
     * @param client only this connection; empty for all of the user's.
     */
    CompletionStage<Void> subscribe(String user, String client, String topic);

    /** Ends the subscriptions of live sessions of a user; {@code topic} empty for all topics. */
    CompletionStage<Void> unsubscribe(String user, String client, String topic);

    /**
     * The home shard of a user. Refused with {@link ClientError#NOT_AVAILABLE} when no shard can take clients.
     *
     * @param user 1 to 255 bytes of UTF-8.
     */
    CompletionStage<ConnectInfo> connectInfo(String user);

    /** Ends live sessions of a user. */
    CompletionStage<Void> disconnect(String user, String client, Disconnect disconnect);

    /**
     * Why the process must be restarted.
     *
     * @return a short reason, or null while it lives.
     */
    String notLiveReason();

    /**
     * Why the process cannot take publishes now.
     *
     * @return a short reason, or null when it can.
     */
    String notReadyReason();
}
