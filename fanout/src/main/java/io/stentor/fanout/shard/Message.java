package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Publication;
import io.stentor.transport.gateway.StoredPublication;
import io.stentor.transport.wire.DeliverDecoder;
import io.stentor.transport.wire.MessageFlags;
import io.stentor.transport.wire.Tags;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * A mutable view that names where the parts of a message are: in a frame, or in the window. One thread, the shard's.
 */
final class Message {

    long topicOffset;
    long sequence;
    long term;
    long timestampNs;
    long offeredNs;
    int flags;
    DirectBuffer buffer;
    int senderIndex;
    int senderLength;
    int originIndex;
    int originLength;
    int tagsIndex;
    int tagsLength;
    int payloadIndex;
    int payloadLength;

    /**
     * Points at the message in a frame.
     *
     * @param deliver the frame, not yet read beyond its block.
     * @param limit where the frame must end.
     * @return false when a length in it runs beyond the frame.
     */
    boolean wrap(final DeliverDecoder deliver, final int limit) {
        topicOffset = deliver.topicOffset();
        sequence = deliver.sequence();
        term = deliver.term();
        timestampNs = deliver.timestampNs();
        offeredNs = deliver.offeredNs();
        flags = deliver.flags();
        buffer = deliver.buffer();
        senderLength = deliver.senderLength();
        senderIndex = deliver.limit() + DeliverDecoder.senderHeaderLength();
        deliver.skipSender();
        originLength = deliver.originLength();
        originIndex = deliver.limit() + DeliverDecoder.originHeaderLength();
        deliver.skipOrigin();
        tagsLength = deliver.tagsLength();
        tagsIndex = deliver.limit() + DeliverDecoder.tagsHeaderLength();
        deliver.skipTags();
        payloadLength = deliver.payloadLength();
        payloadIndex = deliver.limit() + DeliverDecoder.payloadHeaderLength();
        return payloadLength >= 0 && payloadLength <= limit - payloadIndex;
    }

    /** Points the flyweight that sinks see at this message. */
    void view(final ShardTopic topic, final Publication publication) {
        publication
                .reset(topic.name, topic.topicId, topicOffset, sequence, timestampNs, flags)
                .payload(buffer, payloadIndex, payloadLength)
                .sender(buffer, senderIndex, senderLength)
                .client(buffer, originIndex, originLength)
                .tags(buffer, tagsIndex, tagsLength);
    }

    /** A copy that stays. */
    StoredPublication store() {
        final byte[] payload = new byte[payloadLength];
        buffer.getBytes(payloadIndex, payload);
        return new StoredPublication(
                topicOffset,
                payload,
                (flags & MessageFlags.JSON) != 0,
                text(senderIndex, senderLength),
                text(originIndex, originLength),
                tags(),
                sequence,
                timestampNs);
    }

    private Map<String, String> tags() {
        return Tags.decode(buffer, tagsIndex, tagsLength);
    }

    private String text(final int index, final int length) {
        if (length == 0) {
            return "";
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(index, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
