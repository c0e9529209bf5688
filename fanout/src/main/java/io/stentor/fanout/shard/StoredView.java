package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;

/** Shows a message that was read back from the journal as the flyweight that sinks see. One thread, the shard's. */
final class StoredView {

    private final UnsafeBuffer payload = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer sender = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer client = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer tags = new UnsafeBuffer(0, 0);

    void view(final ShardTopic topic, final StoredPublication from, final Publication publication) {
        payload.wrap(from.payload());
        sender.wrap(from.sender().getBytes(StandardCharsets.UTF_8));
        client.wrap(from.client().getBytes(StandardCharsets.UTF_8));
        tags.wrap(Tags.encode(from.tags()));
        publication
                .reset(topic.name, topic.topicId, from.offset(), from.sequence(), from.timestampNs(), flags(from))
                .payload(payload, 0, payload.capacity())
                .sender(sender, 0, sender.capacity())
                .client(client, 0, client.capacity())
                .tags(tags, 0, tags.capacity());
    }

    private static int flags(final StoredPublication from) {
        return (from.json() ? MessageFlags.JSON : 0) | (from.tags().isEmpty() ? 0 : MessageFlags.TAGS);
    }
}
