package io.stentor.fanout.route;

import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.MessageHeaderEncoder;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/**
 * Turns a topic into the shards that want it and puts one frame into each of their streams. The message is encoded once,
 * however many shards it goes to. One thread, the send step's; a message that nobody wants costs one look at its topic.
 */
public final class Router {

    /** The most shards that one engine serves. */
    public static final int SHARDS_MAX = 1024;

    /** How long a shard may be silent before its stream is closed, in nanoseconds: 10 s, as an Aeron client's own limit. */
    static final long SILENCE_MAX_NS = 10_000_000_000L;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DeliverEncoder deliver = new DeliverEncoder();
    private final ExpandableArrayBuffer encoded;
    private final ShardStream[] streams = new ShardStream[SHARDS_MAX];
    private final Map<String, ShardSet> awaited = new HashMap<>();
    private final RouterContext context;
    private int streamsLength;
    private long routedSequence;

    /**
     * A router.
     *
     * @param context what it needs, checked.
     */
    public Router(final RouterContext context) {
        this.context = context;
        this.routedSequence = context.lastSequence();
        this.encoded = new ExpandableArrayBuffer(context.payloadLengthMax() + RouterContext.FRAME_OVERHEAD_MAX);
    }

    /** The sequence of the last record that was routed. */
    public long routedSequence() {
        return routedSequence;
    }

    /**
     * Routes a message.
     *
     * @param topic its topic.
     * @param frame the message.
     */
    public void onMessage(final RoutedTopic topic, final MessageFrame frame) {
        topic.headOffset(frame.topicOffset);
        routedSequence = frame.sequence;
        final ShardSet shards = topic.shards();
        final int size = shards.size();
        if (size == 0) {
            return;
        }
        final int length = encode(frame);
        for (int i = 0; i < size; i++) {
            streams[shards.get(i)].onFrame(encoded, length, frame.sequence, frame.deliveryClass);
        }
    }

    /** True when some shard wants the topic; if none does, {@link #onUnwanted} is enough. */
    public boolean isWanted(final RoutedTopic topic) {
        return !topic.shards().isEmpty();
    }

    /** Takes note of a message that no shard wants. */
    public void onUnwanted(final RoutedTopic topic, final long sequence, final long topicOffset) {
        topic.headOffset(topicOffset);
        routedSequence = sequence;
    }

    /** Routes the record that opened a topic. */
    public void onTopicOpened(final RoutedTopic topic, final long sequence) {
        topic.open();
        routedSequence = sequence;
        final ShardSet waiting = awaited.remove(topic.name());
        if (waiting == null) {
            return;
        }
        for (int i = 0; i < waiting.size(); i++) {
            topic.shards().add(waiting.get(i));
            streams[waiting.get(i)].onTopicOpened(topic, sequence);
        }
    }

    /** Takes note of a record that concerns no shard. */
    public void onOther(final long sequence) {
        routedSequence = sequence;
    }

    /** Sends what the batch has packed. */
    public void flush() {
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null) {
                streams[i].flush();
            }
        }
    }

    /**
     * Sends receipts, answers, replays and heartbeats, and drops shards that fell silent.
     *
     * @param nowNs the monotonic clock.
     * @return how much was done.
     */
    public int doWork(final long nowNs) {
        int work = 0;
        for (int i = 0; i < streamsLength; i++) {
            final ShardStream stream = streams[i];
            if (stream != null) {
                work += stream.doWork(nowNs);
                if (stream.silentSince(nowNs - SILENCE_MAX_NS)) {
                    detach(stream);
                    work++;
                }
            }
        }
        return work;
    }

    /** Sends a message outside the chain to every shard that wants the topic, but to {@code except}. */
    public void relay(final String topicName, final ShardStream except, final DirectBuffer message, final int length) {
        for (int i = 0; i < streamsLength; i++) {
            final ShardStream stream = streams[i];
            if (stream != null && stream != except && stream.wants(topicName)) {
                stream.sendAside(message, length);
            }
        }
    }

    /**
     * Sends a message outside the chain to every shard.
     *
     * @return how many shards it went to.
     */
    public int broadcast(final DirectBuffer message, final int length) {
        int sent = 0;
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null && streams[i].sendAside(message, length)) {
                sent++;
            }
        }
        return sent;
    }

    /** Closes all streams. */
    public void close() {
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null) {
                detach(streams[i]);
            }
        }
    }

    /** The stream of an attached shard, or null. */
    public ShardStream stream(final int shardId) {
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null && streams[i].shardId() == shardId) {
                return streams[i];
            }
        }
        return null;
    }

    /** Begins an attach; null when there is no room for another shard. */
    ShardStream attach(final int shardId, final long incarnation, final FragmentLink link, final long nowNs) {
        int slot = 0;
        while (slot < SHARDS_MAX && streams[slot] != null) {
            slot++;
        }
        if (slot == SHARDS_MAX) {
            return null;
        }
        final ShardStream stream = new ShardStream(slot, shardId, incarnation, this, link, nowNs);
        streams[slot] = stream;
        streamsLength = Math.max(streamsLength, slot + 1);
        return stream;
    }

    void detach(final ShardStream stream) {
        for (final String topicName : stream.interests()) {
            leave(stream, topicName);
        }
        streams[stream.slot()] = null;
        stream.close();
    }

    /**
     * Puts the topic's later frames into the shard's chain.
     *
     * @return the topic, or null while it does not exist; then its opening will be in the chain.
     */
    RoutedTopic join(final ShardStream stream, final String topicName) {
        final RoutedTopic topic = context.topics().byName(topicName);
        if (topic != null && topic.opened()) {
            topic.shards().add(stream.slot());
            return topic;
        }
        awaited.computeIfAbsent(topicName, name -> new ShardSet()).add(stream.slot());
        return null;
    }

    void leave(final ShardStream stream, final String topicName) {
        final RoutedTopic topic = context.topics().byName(topicName);
        if (topic != null) {
            topic.shards().remove(stream.slot());
        }
        final ShardSet waiting = awaited.get(topicName);
        if (waiting != null && waiting.remove(stream.slot()) && waiting.isEmpty()) {
            awaited.remove(topicName);
        }
    }

    /** Encodes a message for all streams; each writes its own prevSequence over the one left open here. */
    int encode(final MessageFrame frame) {
        deliver.wrapAndApplyHeader(encoded, 0, header)
                .prevSequence(0)
                .sequence(frame.sequence)
                .syncedSequence(syncedSequence())
                .term(frame.term)
                .topicId(frame.topicId)
                .topicOffset(frame.topicOffset)
                .timestampNs(frame.timestampNs)
                .expiresAtNs(frame.expiresAtNs)
                .producerId(frame.producerId)
                .producerSequence(frame.producerSequence)
                .groupId(groupId())
                .keyId(frame.keyId)
                .mapEpoch(frame.mapEpoch)
                .flags(frame.flags)
                .deliveryClass(frame.deliveryClass)
                .offeredNs(frame.offeredNs);
        deliver.putSender(frame.buffer, frame.senderIndex, frame.senderLength);
        deliver.putOrigin(frame.buffer, frame.originIndex, frame.originLength);
        deliver.putTags(frame.buffer, frame.tagsIndex, frame.tagsLength);
        deliver.putPayload(frame.buffer, frame.payloadIndex, frame.payloadLength);
        return MessageHeaderEncoder.ENCODED_LENGTH + deliver.encodedLength();
    }

    DirectBuffer encoded() {
        return encoded;
    }

    ReplaySource newReplaySource() {
        return context.replaySources().get();
    }

    long logId() {
        return context.logId();
    }

    long term() {
        return context.term();
    }

    int groupId() {
        return context.groupId();
    }

    int payloadLengthMax() {
        return context.payloadLengthMax();
    }

    long syncedSequence() {
        final LongSupplier supplier = context.syncedSequence();
        return supplier.getAsLong();
    }

    long engineTimeNs() {
        return context.engineTimeNs().getAsLong();
    }
}
