package io.stentor.engine.pipeline;

import io.stentor.fanout.route.Router;
import io.stentor.fanout.route.ShardRequests;
import io.stentor.fanout.route.ShardStream;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.SignalEncoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.TopicName;
import io.stentor.transport.wire.WatermarkDecoder;
import io.stentor.transport.wire.WatermarkKind;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Takes what shards ask of the pipeline: messages into the ring, cursors and watermarks into batches, signals on to other
 * shards, answers to those who asked. One thread, the send step's.
 */
final class ShardDesk implements ShardRequests {

    private final MessageParts parts = new MessageParts();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final SignalEncoder signalEncoder = new SignalEncoder();
    private final UnsafeBuffer signalBuffer = new UnsafeBuffer(new byte[1024]);
    private final Int2ObjectHashMap<ShardReceipts> receipts = new Int2ObjectHashMap<>();
    private final RingEntry entry;
    private final TopicTable topics;
    private final CommandBatch commands;
    private final StateQueries queries;
    private Router router;

    ShardDesk(final RingEntry entry, final TopicTable topics, final CommandBatch commands, final StateQueries queries) {
        this.entry = entry;
        this.topics = topics;
        this.commands = commands;
        this.queries = queries;
    }

    void router(final Router value) {
        router = value;
    }

    @Override
    public boolean onSubmit(final ShardStream from, final SubmitDecoder submit) {
        final long correlationId = submit.correlationId();
        parts.clear()
                .attributes(submit.deliveryClass(), submit.flags(), 0)
                .level(submit.level())
                .producer(submit.producerId(), submit.producerSequence())
                .offeredNs(submit.sentNs())
                .receipt(receiptsOf(from), correlationId);
        TopicState topic = topics.find(submit.topicId());
        if (topic == null) {
            final String topicName = submit.topicName();
            if (TopicName.problem(topicName) != null) {
                from.receipt(correlationId, ResultCode.INVALID, AckLevel.NONE, 0, 0, 0, false);
                return true;
            }
            topic = topics.intern(topicName);
        } else {
            submit.skipTopicName();
        }
        parts.topic(topic);
        submit.wrapSender(parts.sender);
        submit.wrapMessageId(parts.messageId);
        submit.wrapOrigin(parts.origin);
        submit.wrapTags(parts.tags);
        submit.wrapPayload(parts.payload);
        final long ticket = entry.offer(parts);
        if (ticket == RingEntry.BACK_PRESSURED) {
            return false;
        }
        if (ticket > 0) {
            from.submitAccepted();
        } else {
            from.receipt(correlationId, RingEntry.codeOf(ticket), AckLevel.NONE, 0, 0, 0, false);
        }
        return true;
    }

    @Override
    public boolean onCursor(final CursorDecoder cursor) {
        final long sequence = cursor.sequence();
        final String user = cursor.user();
        return commands.cursor(user, cursor.device(), sequence);
    }

    @Override
    public boolean onWatermark(final WatermarkDecoder watermark) {
        final WatermarkKind kind = watermark.kind();
        final long topicId = watermark.topicId();
        final long topicOffset = watermark.topicOffset();
        return commands.watermark(kind, topicId, topicOffset, watermark.user());
    }

    @Override
    public void onSignal(final ShardStream from, final SignalDecoder signal) {
        signalEncoder
                .wrapAndApplyHeader(signalBuffer, 0, header)
                .topicId(signal.topicId())
                .ttlMs(signal.ttlMs())
                .shardId(signal.shardId());
        final String topicName = signal.topicName();
        signalEncoder.topicName(topicName);
        signalEncoder.user(signal.user());
        signalEncoder.client(signal.client());
        router.relay(
                topicName, from, signalBuffer, MessageHeaderDecoder.ENCODED_LENGTH + signalEncoder.encodedLength());
    }

    @Override
    public void onStateEntry(final StateEntryDecoder stateEntry) {
        queries.onEntry(stateEntry);
    }

    @Override
    public void onStateEnd(final StateEndDecoder end) {
        queries.onEnd(end);
    }

    private ShardReceipts receiptsOf(final ShardStream stream) {
        ShardReceipts found = receipts.get(stream.shardId());
        if (found == null || found.stream != stream) {
            found = new ShardReceipts(stream);
            receipts.put(stream.shardId(), found);
        }
        return found;
    }

    /** Sends receipts back on the stream of the shard that submitted; those of a stream that has ended are dropped. */
    private static final class ShardReceipts implements ReceiptSink {

        private final ShardStream stream;

        ShardReceipts(final ShardStream stream) {
            this.stream = stream;
        }

        @Override
        public void onReceipt(
                final long correlationId,
                final ResultCode code,
                final AckLevel reached,
                final long topicId,
                final long sequence,
                final long topicOffset) {
            if (!stream.isClosed()) {
                stream.receipt(correlationId, code, reached, topicId, sequence, topicOffset, true);
            }
        }
    }
}
