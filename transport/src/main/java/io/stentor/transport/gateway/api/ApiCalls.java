package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiException;
import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.wire.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;

/** The methods of the HTTP API by name. A call never throws and its stage never fails: a fault is an {@link Outcome}. */
final class ApiCalls {

    /** The most commands of one batch. */
    private static final int BATCH_MAX = 1_000;

    /** The most bytes of a user, a connection id or a pattern. */
    private static final int NAME_LENGTH_MAX = 255;

    private static final Set<String> METHODS = Set.of(
            "publish",
            "broadcast",
            "subscribe",
            "unsubscribe",
            "disconnect",
            "connect_info",
            "presence",
            "presence_stats",
            "history",
            "channels",
            "info",
            "batch");

    private final PublishCalls publishing;
    private final SessionCalls sessions;
    private final QueryCalls queries;
    private final Guard guard;

    ApiCalls(final ApiPort port, final int payloadLengthMax, final ErrorHandler errorHandler) {
        this.guard = new Guard(errorHandler);
        this.publishing = new PublishCalls(port, payloadLengthMax, guard);
        this.sessions = new SessionCalls(port);
        this.queries = new QueryCalls(port);
    }

    boolean has(final String method) {
        return METHODS.contains(method);
    }

    /** How a call ends. */
    CompletionStage<Outcome> call(final String method, final JsonObject params, final String sender) {
        return guard.run(() -> method.equals("batch") ? batch(params, sender) : single(method, params, sender));
    }

    static String topic(final JsonObject params) {
        return checked(params.text("channel", ""));
    }

    static String checked(final String topic) {
        final String problem = TopicName.problem(topic);
        if (problem != null) {
            throw badRequest("field 'channel': " + problem);
        }
        return topic;
    }

    /** A text that fits where the wire has room for a name: at most 255 bytes; empty when it is missing. */
    static String name(final JsonObject params, final String field) {
        final String name = params.text(field, "");
        final int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length > NAME_LENGTH_MAX) {
            throw badRequest("field '" + field + "' must have at most " + NAME_LENGTH_MAX + " bytes, not " + length);
        }
        return name;
    }

    static ApiException badRequest(final String detail) {
        return new ApiException(ClientError.BAD_REQUEST, detail);
    }

    private CompletionStage<Outcome> single(final String method, final JsonObject params, final String sender) {
        return switch (method) {
            case "publish" -> publishing.publish(params, sender);
            case "broadcast" -> publishing.broadcast(params, sender);
            case "subscribe" -> sessions.subscribe(params);
            case "unsubscribe" -> sessions.unsubscribe(params);
            case "disconnect" -> sessions.disconnect(params);
            case "connect_info" -> sessions.connectInfo(params);
            case "presence" -> queries.presence(params);
            case "presence_stats" -> queries.presenceStats(params);
            case "history" -> queries.history(params);
            case "channels" -> queries.channels(params);
            case "info" -> queries.info();
            default -> Outcome.now(Outcome.refused(ClientError.METHOD_NOT_FOUND, "no method '" + method + "' here"));
        };
    }

    /** One after the other, each when the one before it has ended; with {@code parallel} all at once. */
    private CompletionStage<Outcome> batch(final JsonObject params, final String sender) {
        final List<JsonObject> commands = params.objects("commands");
        if (commands.size() > BATCH_MAX) {
            throw badRequest("field 'commands' must have at most " + BATCH_MAX + " commands, not " + commands.size());
        }
        final boolean parallel = params.flag("parallel");
        final List<String> methods = new ArrayList<>(commands.size());
        final List<CompletionStage<Outcome>> calls = new ArrayList<>(commands.size());
        CompletionStage<Outcome> before = Outcome.now(Outcome.done());
        for (final JsonObject command : commands) {
            final Iterator<String> names = command.names().iterator();
            final String method = names.hasNext() ? names.next() : "";
            final Supplier<CompletionStage<Outcome>> call =
                    () -> guard.run(() -> single(method, command.object(method), sender));
            before = parallel ? call.get() : before.thenCompose(previous -> call.get());
            methods.add(method);
            calls.add(before);
        }
        return Guard.all(calls)
                .thenApply(outcomes -> Outcome.of(json -> {
                    json.array("replies");
                    for (int i = 0; i < outcomes.size(); i++) {
                        outcomes.get(i).write(methods.get(i), json.object());
                        json.endObject();
                    }
                    json.endArray();
                }));
    }
}
