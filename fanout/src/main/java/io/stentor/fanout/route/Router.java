package io.stentor.fanout.route;

import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.SharedSecret;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Turns a topic into the shards that want it and puts one frame into each of their streams. The message is encoded once,
 * however many shards it goes to. One thread, the send step's; a message that nobody wants costs one look at its topic.
 */
public final class Router {

    /** The most shards that one engine serves. */
    public static final int SHARDS_MAX = 1024;

    /** How long a shard may be silent before its stream is closed, in nanoseconds: 10 s, as an Aeron client's own limit. */
    static final long SILENCE_MAX_NS = 10_000_000_000L;

    /** Records read for lagging shards in one duty cycle: twice a batch of the ring, so that they gain on live traffic. */
    static final int REPLAY_LIMIT = 512;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final DeliverEncoder deliver = new DeliverEncoder();
    private final ExpandableArrayBuffer encoded;
    private final ShardStream[] streams = new ShardStream[SHARDS_MAX];
    private final Map<String, ShardSet> awaited = new HashMap<>();
    private final Long2ObjectHashMap<ShardStream> bySource = new Long2ObjectHashMap<>();
    private final Refusals refusals = new Refusals();
    private final AtomicLong strangers = new AtomicLong();
    private final RouterContext context;
    private int streamsLength;
    private int first;
    private long routedSequence;

    /** Written by the send step's thread, read by any. */
    private volatile List<LiveShard> liveShards = List.of();

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
        if (shards.isEmpty()) {
            return;
        }
        final int length = encode(frame);
        for (int slot = shards.next(0); slot >= 0; slot = shards.next(slot + 1)) {
            streams[slot].onFrame(encoded, length, frame.sequence, frame.deliveryClass);
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
        for (int slot = waiting.next(0); slot >= 0; slot = waiting.next(slot + 1)) {
            topic.shards().add(slot);
            streams[slot].onTopicOpened(topic, sequence);
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
     * Sends receipts, answers, replays and heartbeats, and drops shards that fell silent. However many shards lag, one duty
     * cycle reads no more than {@link #REPLAY_LIMIT} records for all of them, and each is the first in its turn.
     *
     * @param nowNs the monotonic clock.
     * @return how much was done.
     */
    public int doWork(final long nowNs) {
        int work = refusals.doWork(nowNs);
        int budget = REPLAY_LIMIT;
        first = first + 1 < streamsLength ? first + 1 : 0;
        for (int i = 0; i < streamsLength; i++) {
            final ShardStream stream = streams[first + i < streamsLength ? first + i : first + i - streamsLength];
            if (stream != null) {
                work += stream.doWork();
                final int replayed = stream.replay(budget);
                budget -= replayed;
                work += replayed + stream.finish(nowNs);
                if (stream.isOver() || stream.silentSince(nowNs - stream.silenceMaxNs())) {
                    detach(stream);
                    work++;
                }
            }
        }
        return work;
    }

    /** How many attaches were refused for that reason since the start. Any thread. */
    public long refused(final RefusalCode code) {
        return refusals.count(code);
    }

    /** Messages of connections that are no shard's, since the start; they were dropped. Any thread. */
    public long strangers() {
        return strangers.get();
    }

    /** The shards that are attached now. Any thread; a moment's truth. */
    public List<LiveShard> liveShards() {
        return liveShards;
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
        refusals.close();
    }

    /** The stream of a shard that has proven itself, or null. */
    public ShardStream stream(final int shardId) {
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null && streams[i].shardId() == shardId && streams[i].isProven()) {
                return streams[i];
            }
        }
        return null;
    }

    /** The stream of the shard that speaks on a connection, or null. */
    ShardStream streamOf(final long sourceId) {
        return bySource.get(sourceId);
    }

    /** True while another shard may begin to attach. */
    boolean hasRoom() {
        return bySource.size() < SHARDS_MAX;
    }

    /** Begins an attach; there is room. */
    ShardStream attach(final AttachRequest request, final FragmentLink link, final long nowNs) {
        int slot = 0;
        while (streams[slot] != null) {
            slot++;
        }
        final ShardStream stream = new ShardStream(slot, request, this, link, nowNs);
        streams[slot] = stream;
        bySource.put(request.sourceId(), stream);
        streamsLength = Math.max(streamsLength, slot + 1);
        return stream;
    }

    void detach(final ShardStream stream) {
        for (final String topicName : stream.interests()) {
            leave(stream, topicName);
        }
        if (stream.isProven()) {
            links().closePages(stream.shardId());
        }
        streams[stream.slot()] = null;
        bySource.remove(stream.sourceId());
        stream.close();
        listShards();
    }

    /** Takes note that a shard has come, has changed what it says of itself, or has gone. */
    void listShards() {
        final List<LiveShard> live = new ArrayList<>();
        for (int i = 0; i < streamsLength; i++) {
            if (streams[i] != null && streams[i].isListed()) {
                live.add(streams[i].describe());
            }
        }
        liveShards = List.copyOf(live);
    }

    /** Takes note of a message of a connection that is no shard's. */
    void stranger() {
        strangers.incrementAndGet();
    }

    Refusals refusals() {
        return refusals;
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

    ShardLinks links() {
        return context.links();
    }

    SharedSecret secret() {
        return context.secret();
    }

    long newNonce() {
        return context.nonces().getAsLong();
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
