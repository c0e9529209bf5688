package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientInfo;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.gateway.StreamPosition;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.JsonPublication;
import io.stentor.transport.gateway.codec.JsonWriter;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The calls that only read. */
final class QueryCalls {

    private final ApiPort port;

    QueryCalls(final ApiPort port) {
        this.port = port;
    }

    CompletionStage<Outcome> presence(final JsonObject params) {
        return port.presence(ApiCalls.topic(params)).thenApply(QueryCalls::members);
    }

    CompletionStage<Outcome> presenceStats(final JsonObject params) {
        return port.presenceStats(ApiCalls.topic(params))
                .thenApply(counts -> Outcome.of(json -> silent(
                        counts.silentShards(),
                        json.field("num_clients", counts.clients()).field("num_users", counts.users()))));
    }

    CompletionStage<Outcome> history(final JsonObject params) {
        final JsonObject since = params.object("since");
        final long limit = params.integer("limit", 0);
        return port.history(
                        ApiCalls.topic(params),
                        (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, limit)),
                        since == null ? null : new StreamPosition(since.text("epoch", ""), since.natural("offset", 0)),
                        params.flag("reverse"))
                .thenApply(QueryCalls::page);
    }

    CompletionStage<Outcome> channels(final JsonObject params) {
        return port.activeTopics(ApiCalls.name(params, "pattern"))
                .thenApply(topics -> Outcome.of(json -> {
                    json.object("channels");
                    for (final ApiPort.ActiveTopic topic : topics) {
                        json.object(topic.topic())
                                .field("num_clients", topic.clients())
                                .endObject();
                    }
                    json.endObject();
                }));
    }

    CompletionStage<Outcome> info() {
        return port.nodes().thenApply(QueryCalls::nodes);
    }

    /** Says when an answer is not whole. */
    private static void silent(final int silentShards, final JsonWriter json) {
        if (silentShards > 0) {
            json.field("silent_shards", silentShards);
        }
    }

    private static Outcome members(final ApiPort.Members presence) {
        return Outcome.of(json -> {
            json.object("presence");
            presence.members().forEach((client, who) -> {
                who(who, json.object(client));
                json.endObject();
            });
            silent(presence.silentShards(), json.endObject());
        });
    }

    private static void who(final ClientInfo who, final JsonWriter json) {
        json.field("client", who.client()).field("user", who.user());
        if (who.info() != null) {
            json.json("conn_info", who.info());
        }
    }

    private static Outcome page(final Reply.HistoryPage page) {
        return Outcome.of(json -> {
            json.array("publications");
            for (final StoredPublication publication : page.publications()) {
                JsonPublication.writeForBackend(publication, json.object());
                json.endObject();
            }
            json.endArray();
            json.field("epoch", page.top().epoch()).field("offset", page.top().offset());
        });
    }

    private static Outcome nodes(final List<ApiPort.Node> nodes) {
        return Outcome.of(json -> {
            json.array("nodes");
            for (final ApiPort.Node node : nodes) {
                json.object()
                        .field("uid", node.uid())
                        .field("name", node.name())
                        .field("version", node.version())
                        .field("num_clients", node.clients())
                        .field("num_users", node.users())
                        .field("num_subs", node.subscriptions())
                        .field("num_channels", node.topics())
                        .field("uptime", node.uptimeSeconds())
                        .endObject();
            }
            json.endArray();
        });
    }
}
