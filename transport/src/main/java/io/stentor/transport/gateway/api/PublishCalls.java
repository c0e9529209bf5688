package io.stentor.transport.gateway.api;

import io.stentor.transport.gateway.ApiException;
import io.stentor.transport.gateway.ApiPort;
import io.stentor.transport.gateway.ClientError;
import io.stentor.transport.gateway.Reply;
import io.stentor.transport.gateway.codec.JsonObject;
import io.stentor.transport.gateway.codec.JsonPublication;
import io.stentor.transport.gateway.codec.MessageFields;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The calls that publish. */
final class PublishCalls {

    /** The most topics of one broadcast: beyond that the answer alone would be longer than the limit of a body. */
    private static final int TOPICS_MAX = 10_000;

    private final ApiPort port;
    private final int payloadLengthMax;
    private final Guard guard;

    PublishCalls(final ApiPort port, final int payloadLengthMax, final Guard guard) {
        this.port = port;
        this.payloadLengthMax = payloadLengthMax;
        this.guard = guard;
    }

    CompletionStage<Outcome> publish(final JsonObject params, final String sender) {
        return publish(ApiCalls.topic(params), params, sender);
    }

    /** One key serves all topics: a repeat is recognised per topic. */
    CompletionStage<Outcome> broadcast(final JsonObject params, final String sender) {
        final List<String> topics = params.texts("channels");
        if (topics.isEmpty() || topics.size() > TOPICS_MAX) {
            throw ApiCalls.badRequest(
                    "field 'channels' must name 1 to " + TOPICS_MAX + " topics, not " + topics.size());
        }
        final List<CompletionStage<Outcome>> calls = new ArrayList<>(topics.size());
        for (final String topic : topics) {
            calls.add(guard.run(() -> publish(ApiCalls.checked(topic), params, sender)));
        }
        return Guard.all(calls)
                .thenApply(outcomes -> Outcome.of(json -> {
                    json.array("responses");
                    for (final Outcome outcome : outcomes) {
                        outcome.write("result", json.object());
                        json.endObject();
                    }
                    json.endArray();
                }));
    }

    private CompletionStage<Outcome> publish(final String topic, final JsonObject params, final String sender) {
        final MessageFields message = MessageFields.read(params, "idempotency_key");
        if (message.payload().length > payloadLengthMax) {
            throw new ApiException(
                    ClientError.MESSAGE_TOO_LARGE,
                    message.payload().length + " bytes, the limit is " + payloadLengthMax);
        }
        return port.publish(new ApiPort.Publish(
                        topic,
                        message.payload(),
                        message.json(),
                        message.messageId(),
                        tags(params.object("tags")),
                        message.level(),
                        deliveryClass(params.text("class", "")),
                        sender))
                .thenApply(PublishCalls::published);
    }

    private static Outcome published(final Reply.Published published) {
        return Outcome.of(json -> json.field("offset", published.position().offset())
                .field("epoch", published.position().epoch())
                .field("level", published.level().name())
                .field("repeated", published.repeated()));
    }

    private static Map<String, String> tags(final JsonObject from) {
        if (from == null) {
            return Map.of();
        }
        final Map<String, String> tags = new LinkedHashMap<>();
        if (from.has(JsonPublication.ENCODING_TAG)) {
            throw ApiCalls.badRequest("field 'tags': '" + JsonPublication.ENCODING_TAG + "' is the server's own");
        }
        for (final String name : from.names()) {
            tags.put(name, from.text(name, ""));
        }
        try {
            Tags.encode(tags);
        } catch (final IllegalArgumentException ex) {
            throw ApiCalls.badRequest("field 'tags': " + ex.getMessage());
        }
        return tags;
    }

    private static DeliveryClass deliveryClass(final String name) {
        if (name.isEmpty()) {
            return null;
        }
        for (final DeliveryClass known : DeliveryClass.values()) {
            final boolean real = known != DeliveryClass.NULL_VAL && known != DeliveryClass.SBE_UNKNOWN;
            if (real && known.name().equals(name.toUpperCase(Locale.ROOT))) {
                return known;
            }
        }
        throw ApiCalls.badRequest("field 'class' must be a delivery class such as CHAT, not '" + name + "'");
    }
}
