package io.stentor.fanout.shard;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.AttachDecoder;
import io.stentor.transport.wire.ChallengeEncoder;
import io.stentor.transport.wire.ControlKind;
import io.stentor.transport.wire.CursorDecoder;
import io.stentor.transport.wire.DeliverEncoder;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.DetachDecoder;
import io.stentor.transport.wire.DrainEncoder;
import io.stentor.transport.wire.FetchDecoder;
import io.stentor.transport.wire.FragmentLink;
import io.stentor.transport.wire.FragmentPacker;
import io.stentor.transport.wire.FragmentReader;
import io.stentor.transport.wire.HeartbeatEncoder;
import io.stentor.transport.wire.InterestCompleteDecoder;
import io.stentor.transport.wire.InterestDecoder;
import io.stentor.transport.wire.InterestOnEncoder;
import io.stentor.transport.wire.InterestOp;
import io.stentor.transport.wire.MessageHeaderDecoder;
import io.stentor.transport.wire.MessageHeaderEncoder;
import io.stentor.transport.wire.PageEncoder;
import io.stentor.transport.wire.PageEndEncoder;
import io.stentor.transport.wire.PageRecordEncoder;
import io.stentor.transport.wire.ProveDecoder;
import io.stentor.transport.wire.ReceiptEncoder;
import io.stentor.transport.wire.RefusalCode;
import io.stentor.transport.wire.RefusedEncoder;
import io.stentor.transport.wire.ResultCode;
import io.stentor.transport.wire.SessionControlEncoder;
import io.stentor.transport.wire.ShardHeartbeatDecoder;
import io.stentor.transport.wire.SharedSecret;
import io.stentor.transport.wire.SignalDecoder;
import io.stentor.transport.wire.SignalEncoder;
import io.stentor.transport.wire.StateEndDecoder;
import io.stentor.transport.wire.StateEntryDecoder;
import io.stentor.transport.wire.StateKind;
import io.stentor.transport.wire.StateQueryEncoder;
import io.stentor.transport.wire.StreamStartEncoder;
import io.stentor.transport.wire.SubmitDecoder;
import io.stentor.transport.wire.TopicOpenedEncoder;
import io.stentor.transport.wire.TruncatedEncoder;
import io.stentor.transport.wire.WatermarkDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** An engine with one shard and a log in memory, which answers as the dialogue says and can be told to misbehave. */
final class SimulatedEngine {

    static final byte[] EMPTY = new byte[0];

    static final SharedSecret SECRET = new SharedSecret(new byte[SharedSecret.LENGTH_MIN]);

    /** One of so many pages is begun and then begun anew, as one whose messages were trimmed meanwhile. */
    private static final int PAGES_BEGUN_ANEW = 3;

    record Message(long sequence, long term, long topicOffset, byte[] payload, DeliveryClass deliveryClass) {}

    static final class Topic {
        final String name;
        final long id;
        final long openedSequence;
        final List<Message> messages = new ArrayList<>();

        Topic(final String name, final long id, final long openedSequence) {
            this.name = name;
            this.id = id;
            this.openedSequence = openedSequence;
        }

        long head() {
            return messages.size();
        }
    }

    record Submit(long correlationId, String topic, String sender, String origin, String messageId, String payload) {}

    record Ask(
            long correlationId,
            String topic,
            long logId,
            long term,
            long offset,
            long through,
            int messagesMax,
            int bytesMax,
            boolean reverse,
            boolean byCursor,
            String device) {}

    record Entry(String name, String user, int clients, int users, int subscriptions, int topics) {}

    final MemoryStream live = new MemoryStream();
    final MemoryStream pages = new MemoryStream();
    final MemoryStream control = new MemoryStream();
    final MemoryStream fetch = new MemoryStream();

    final Map<String, Topic> topics = new LinkedHashMap<>();
    final List<Submit> submits = new ArrayList<>();
    final List<String> cursors = new ArrayList<>();
    final List<String> watermarks = new ArrayList<>();
    final List<String> signals = new ArrayList<>();
    final List<String> interestChanges = new ArrayList<>();
    final List<Entry> entries = new ArrayList<>();
    final List<Long> stateEnds = new ArrayList<>();
    final ArrayDeque<Ask> asks = new ArrayDeque<>();
    final Map<String, Long> deviceCursors = new HashMap<>();
    final Map<String, Long> interests = new TreeMap<>();

    long logId = 77;
    long term = 1;
    long sequence;
    long syncedSequence;
    boolean syncedFollows = true;
    boolean holdFetches;
    boolean holdAttach;
    boolean silent;
    int attaches;
    int attachesToRefuse;
    int fetches;
    int heartbeats;
    boolean shardDrains;
    int detaches;
    long attachSequence;
    long attachLogId;
    long attachTerm;
    long positionLostBelow;
    long offeredNs;

    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final FragmentPacker livePacker = new FragmentPacker(live);
    private final FragmentPacker pagesPacker = new FragmentPacker(pages);
    private final TreeMap<Long, Consumer<FragmentPacker>> log = new TreeMap<>();
    private final Map<Long, Topic> logTopics = new HashMap<>();
    private boolean attached;
    private boolean attaching;
    private long incarnation;
    private long attachNonce;
    private long engineNonce;
    private int shardId;
    SharedSecret secret = SECRET;
    private long prevSequence;
    private long interestVersion;
    private long heartbeatAtNs;

    long publish(final String topicName, final String payload) {
        return publish(topicName, payload, DeliveryClass.CHAT);
    }

    /** Appends a message, opening its topic before it if need be; returns its sequence. */
    long publish(final String topicName, final String payload, final DeliveryClass deliveryClass) {
        Topic topic = topics.get(topicName);
        if (topic == null) {
            topic = new Topic(topicName, 1_000 + topics.size(), ++sequence);
            topics.put(topicName, topic);
            final Topic opened = topic;
            final long at = sequence;
            append(topic, packer -> topicOpened(packer, opened, at, deliveryClass));
        }
        final Topic in = topic;
        final Message message = new Message(++sequence, term, topic.head() + 1, bytes(payload), deliveryClass);
        topic.messages.add(message);
        if (syncedFollows) {
            syncedSequence = sequence;
        }
        append(topic, packer -> deliver(packer, in, message));
        return sequence;
    }

    /** A power cut took everything after a sequence back; a new term begins. */
    void truncateLog(final long last) {
        log.tailMap(last, false).clear();
        topics.values().removeIf(topic -> topic.openedSequence > last);
        for (final Topic topic : topics.values()) {
            topic.messages.removeIf(message -> message.sequence > last);
        }
        sequence = last;
        syncedSequence = Math.min(syncedSequence, last);
        termEnds.replaceAll((ended, end) -> Math.min(end, last));
        deviceCursors.replaceAll((device, cursor) -> Math.min(cursor, last));
        restart();
    }

    /** Starts again on the same log: a new term, nobody attached. */
    void restart() {
        termEnds.put(term, sequence);
        term++;
        sequence++;
        attached = false;
        attaching = false;
        interests.clear();
    }

    int doWork(final long nowNs) {
        int work = control.poll(
                (source, buffer, offset, length) ->
                        FragmentReader.read(buffer, offset, length, this::onControl) || fail("malformed control"),
                100);
        work += fetch.poll(
                (source, buffer, offset, length) ->
                        FragmentReader.read(buffer, offset, length, this::onFetch) || fail("malformed fetch"),
                100);
        while (!holdFetches && !asks.isEmpty()) {
            answer(asks.remove());
            work++;
        }
        pagesPacker.flush();
        if (attached && !silent && heartbeatAtNs - nowNs <= 0) {
            heartbeatAtNs = nowNs + 100_000_000L;
            heartbeat(nowNs);
        }
        return work;
    }

    void heartbeat(final long nowNs) {
        send(
                livePacker,
                64,
                (buffer, at) -> new HeartbeatEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .prevSequence(prevSequence)
                        .journaledSequence(sequence)
                        .syncedSequence(syncedSequence)
                        .term(term)
                        .engineTimeNs(1_000_000_000_000L + nowNs)
                        .encodedLength());
    }

    /** Pretends that a frame was sent that never was. */
    void skipFrame() {
        prevSequence++;
    }

    void truncated(final long last) {
        attached = false;
        attaching = false;
        send(
                livePacker,
                64,
                (buffer, at) -> new TruncatedEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .logId(logId)
                        .term(term)
                        .sequence(last)
                        .incarnation(incarnation)
                        .encodedLength());
    }

    void receipt(final long correlationId, final ResultCode code, final AckLevel level, final long offset) {
        send(
                livePacker,
                64,
                (buffer, at) -> new ReceiptEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .correlationId(correlationId)
                        .topicId(1)
                        .sequence(1)
                        .topicOffset(offset)
                        .term(term)
                        .code(code)
                        .level(level)
                        .encodedLength());
    }

    void sessionControl(
            final ControlKind kind, final String user, final String client, final String topic, final int code) {
        send(
                livePacker,
                512,
                (buffer, at) -> new SessionControlEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .kind(kind)
                        .code(code)
                        .user(user)
                        .client(client)
                        .topicName(topic)
                        .reason(code == 0 ? "" : "because")
                        .encodedLength());
    }

    void stateQuery(final long correlationId, final StateKind kind, final String topic) {
        send(
                livePacker,
                512,
                (buffer, at) -> new StateQueryEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .correlationId(correlationId)
                        .kind(kind)
                        .topicName(topic)
                        .encodedLength());
    }

    void signal(final int shardId, final String topic, final String user, final String client) {
        send(
                livePacker,
                512,
                (buffer, at) -> new SignalEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .topicId(0)
                        .ttlMs(6_000)
                        .shardId(shardId)
                        .topicName(topic)
                        .user(user)
                        .client(client)
                        .encodedLength());
    }

    void drain(final long deadlineNs) {
        send(
                livePacker,
                64,
                (buffer, at) -> new DrainEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .deadlineNs(deadlineNs)
                        .encodedLength());
    }

    void garbage() {
        final org.agrona.concurrent.UnsafeBuffer buffer = new org.agrona.concurrent.UnsafeBuffer(new byte[64]);
        buffer.putInt(0, 1_000_000);
        live.offer(buffer, 0, 64);
    }

    /** Sends a Deliver frame that claims a payload longer than the frame. */
    void lyingFrame(final String topicName) {
        final Topic topic = topics.get(topicName);
        final Message message =
                new Message(sequence + 1, term, topic.head() + 1, bytes("x".repeat(40)), DeliveryClass.CHAT);
        send(livePacker, 512, (buffer, at) -> {
            final int length = deliver(buffer, at, topic, message);
            return length - 20;
        });
    }

    private void append(final Topic topic, final Consumer<FragmentPacker> frame) {
        log.put(sequence, frame);
        logTopics.put(sequence, topic);
        if (attached && interests.containsKey(topic.name)) {
            frame.accept(livePacker);
        }
    }

    private void onControl(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        switch (templateId) {
            case AttachDecoder.TEMPLATE_ID ->
                onAttach(new AttachDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder), buffer, offset);
            case ProveDecoder.TEMPLATE_ID ->
                onProve(new ProveDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder));
            case InterestDecoder.TEMPLATE_ID ->
                onInterest(new InterestDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder));
            case InterestCompleteDecoder.TEMPLATE_ID -> onComplete();
            case SubmitDecoder.TEMPLATE_ID -> {
                final SubmitDecoder submit = new SubmitDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
                final String topicName = submit.topicName();
                final String sender = submit.sender();
                final String messageId = submit.messageId();
                final String origin = submit.origin();
                submit.skipTags();
                final byte[] payload = new byte[submit.payloadLength()];
                submit.getPayload(payload, 0, payload.length);
                submits.add(new Submit(submit.correlationId(), topicName, sender, origin, messageId, text(payload)));
            }
            case CursorDecoder.TEMPLATE_ID -> {
                final CursorDecoder cursor = new CursorDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
                final String user = cursor.user();
                final String device = cursor.device();
                if (!attached) {
                    return;
                }
                cursors.add(user + "/" + device + "=" + cursor.sequence());
                deviceCursors.merge(device, cursor.sequence(), Math::max);
            }
            case WatermarkDecoder.TEMPLATE_ID -> {
                final WatermarkDecoder mark = new WatermarkDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
                watermarks.add(mark.kind() + " " + mark.topicId() + "@" + mark.topicOffset() + " " + mark.user());
            }
            case SignalDecoder.TEMPLATE_ID -> {
                final SignalDecoder signal = new SignalDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
                signals.add(signal.topicName() + " " + signal.user() + " " + signal.client());
            }
            case StateEntryDecoder.TEMPLATE_ID -> {
                final StateEntryDecoder entry =
                        new StateEntryDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
                entries.add(new Entry(
                        entry.name(),
                        entry.user(),
                        entry.clients(),
                        entry.users(),
                        entry.subscriptions(),
                        entry.topics()));
            }
            case StateEndDecoder.TEMPLATE_ID ->
                stateEnds.add(new StateEndDecoder()
                        .wrapAndApplyHeader(buffer, offset, headerDecoder)
                        .correlationId());
            case ShardHeartbeatDecoder.TEMPLATE_ID -> {
                heartbeats++;
                shardDrains = new ShardHeartbeatDecoder()
                                .wrapAndApplyHeader(buffer, offset, headerDecoder)
                                .draining()
                        == 1;
            }
            case DetachDecoder.TEMPLATE_ID -> detaches++;
            default -> throw new IllegalStateException("template " + templateId);
        }
    }

    private void onAttach(final AttachDecoder attach, final DirectBuffer buffer, final int offset) {
        attaches++;
        attached = false;
        attaching = false;
        interests.clear();
        shardId = attach.shardId();
        attachNonce = attach.attachNonce();
        engineNonce++;
        incarnation = attach.incarnation();
        attachLogId = attach.logId();
        attachTerm = attach.term();
        attachSequence = attach.sequence();
        attach.skipChannel();
        attach.skipName();
        attach.skipAddress();
        final byte[] expected = SECRET.ofAttach(buffer, offset, attach.limit() - offset);
        final byte[] proof = new byte[attach.proofLength()];
        attach.getProof(proof, 0, proof.length);
        if (!SharedSecret.same(expected, proof)) {
            throw new IllegalStateException("an attach without the secret");
        }
        challenge();
    }

    private void challenge() {
        final byte[] proof = secret.ofChallenge(attachNonce, engineNonce, shardId);
        send(
                livePacker,
                128,
                (buffer, at) -> new ChallengeEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .attachNonce(attachNonce)
                        .engineNonce(engineNonce)
                        .putProof(proof, 0, proof.length)
                        .encodedLength());
    }

    private void onProve(final ProveDecoder prove) {
        final byte[] proof = new byte[prove.proofLength()];
        prove.getProof(proof, 0, proof.length);
        attaching = prove.engineNonce() == engineNonce
                && SharedSecret.same(SECRET.ofProve(attachNonce, engineNonce, shardId), proof);
    }

    private void onInterest(final InterestDecoder interest) {
        interestVersion = interest.version();
        final InterestOp op = interest.op();
        final String topicName = interest.topicName();
        interestChanges.add(op + " " + topicName);
        if (op == InterestOp.REMOVE) {
            interests.remove(topicName);
        } else if (interests.put(topicName, interestVersion) == null && attached) {
            interestOn(topicName);
        }
    }

    private void onComplete() {
        if (!attaching || holdAttach) {
            return;
        }
        if (attachesToRefuse > 0) {
            attachesToRefuse--;
            send(
                    livePacker,
                    512,
                    (buffer, at) -> new RefusedEncoder()
                            .wrapAndApplyHeader(buffer, at, header)
                            .incarnation(incarnation)
                            .code(RefusalCode.SHARD_ID_TAKEN)
                            .attachNonce(attachNonce)
                            .detail("there is another")
                            .encodedLength());
            return;
        }
        final boolean afresh = attachLogId == 0 || attachSequence == 0;
        if (afresh
                || (attachLogId == logId && attachSequence <= sequence && logEndedIn(attachTerm) >= attachSequence)) {
            start(afresh ? sequence : attachSequence);
        } else {
            truncated(attachLogId == logId ? Math.min(logEndedIn(attachTerm), attachSequence) : 0);
        }
    }

    /** The last sequence of the log before the first term after the given one; here a term's record is never a message. */
    private long logEndedIn(final long ofTerm) {
        return ofTerm == term ? sequence : termEnds.getOrDefault(ofTerm, sequence);
    }

    final Map<Long, Long> termEnds = new HashMap<>();

    private void start(final long from) {
        attached = true;
        attaching = false;
        send(
                livePacker,
                128,
                (buffer, at) -> new StreamStartEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .logId(logId)
                        .term(term)
                        .sequence(from)
                        .syncedSequence(syncedSequence)
                        .incarnation(incarnation)
                        .groupId(0)
                        .payloadLengthMax(65_536)
                        .encodedLength());
        prevSequence = from;
        interests.keySet().forEach(this::interestOn);
        for (final Map.Entry<Long, Consumer<FragmentPacker>> frame :
                log.tailMap(from, false).entrySet()) {
            if (interests.containsKey(logTopics.get(frame.getKey()).name)) {
                frame.getValue().accept(livePacker);
            }
        }
    }

    private void interestOn(final String topicName) {
        final Topic topic = topics.get(topicName);
        send(
                livePacker,
                512,
                (buffer, at) -> new InterestOnEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .prevSequence(prevSequence)
                        .fromSequence(sequence)
                        .syncedSequence(syncedSequence)
                        .topicId(topic == null ? 0 : topic.id)
                        .headOffset(topic == null ? 0 : topic.head())
                        .interestVersion(interestVersion)
                        .deliveryClass(
                                topic == null || topic.messages.isEmpty()
                                        ? DeliveryClass.CHAT
                                        : topic.messages.get(0).deliveryClass)
                        .topicName(topicName)
                        .encodedLength());
    }

    private void topicOpened(
            final FragmentPacker packer, final Topic topic, final long at, final DeliveryClass deliveryClass) {
        send(
                packer,
                512,
                (buffer, index) -> new TopicOpenedEncoder()
                        .wrapAndApplyHeader(buffer, index, header)
                        .prevSequence(prevSequence)
                        .sequence(at)
                        .syncedSequence(syncedSequence)
                        .topicId(topic.id)
                        .deliveryClass(deliveryClass)
                        .topicName(topic.name)
                        .encodedLength());
        prevSequence = at;
    }

    private void deliver(final FragmentPacker packer, final Topic topic, final Message message) {
        send(packer, 1024 + message.payload.length, (buffer, at) -> deliver(buffer, at, topic, message));
        prevSequence = message.sequence;
    }

    private int deliver(final MutableDirectBuffer buffer, final int at, final Topic topic, final Message message) {
        final DeliverEncoder deliver = new DeliverEncoder()
                .wrapAndApplyHeader(buffer, at, header)
                .prevSequence(prevSequence)
                .sequence(message.sequence)
                .syncedSequence(syncedSequence)
                .term(message.term)
                .topicId(topic.id)
                .topicOffset(message.topicOffset)
                .timestampNs(message.sequence * 1_000)
                .expiresAtNs(0)
                .producerId(0)
                .producerSequence(0)
                .groupId(0)
                .keyId(0)
                .mapEpoch(0)
                .flags(0)
                .deliveryClass(message.deliveryClass)
                .offeredNs(offeredNs);
        return deliver.sender("sender")
                .origin("")
                .putTags(EMPTY, 0, 0)
                .putPayload(message.payload, 0, message.payload.length)
                .encodedLength();
    }

    private void onFetch(final int templateId, final DirectBuffer buffer, final int offset, final int length) {
        final FetchDecoder ask = new FetchDecoder().wrapAndApplyHeader(buffer, offset, headerDecoder);
        final String topicName = ask.topicName();
        ask.user();
        final String device = ask.device();
        fetches++;
        asks.add(new Ask(
                ask.correlationId(),
                topicName,
                ask.logId(),
                ask.term(),
                ask.topicOffset(),
                ask.throughSequence(),
                ask.messagesMax(),
                ask.bytesMax(),
                ask.reverse() != 0,
                ask.cursorDevice() != 0,
                device));
    }

    void answer(final Ask ask) {
        final Topic topic = topics.get(ask.topic);
        final long top = topic == null ? 0 : topic.head();
        long after = ask.offset;
        if (ask.byCursor) {
            after = 0;
            for (final Message message : topic == null ? List.<Message>of() : topic.messages) {
                after = message.sequence <= deviceCursors.getOrDefault(ask.device, 0L) ? message.topicOffset : after;
            }
        } else if (after < 0) {
            after = ask.reverse ? top + 1 : 0;
        }
        final boolean lost = !ask.byCursor
                && ask.logId != 0
                && (ask.logId != logId || after > lastOffsetIn(topic, ask.term) || after < positionLostBelow);
        if (ask.correlationId % PAGES_BEGUN_ANEW == 0 && top > 0) {
            page(ask, topic, top, 0, ResultCode.OK);
            pageRecord(ask, topic.messages.get(0));
        }
        page(ask, topic, top, after, lost ? ResultCode.POSITION_LOST : ResultCode.OK);
        int count = 0;
        int bytes = 0;
        boolean more = false;
        if (!lost && topic != null) {
            long next = ask.reverse ? after - 1 : after + 1;
            while (next >= 1 && next <= top) {
                final Message message = topic.messages.get((int) next - 1);
                if (count == ask.messagesMax || bytes + message.payload.length > ask.bytesMax) {
                    more = true;
                    break;
                }
                pageRecord(ask, message);
                bytes += message.payload.length;
                count++;
                next += ask.reverse ? -1 : 1;
            }
        }
        pageEnd(ask, count, more);
    }

    /** The topic's last offset before the first term after the given one. */
    private long lastOffsetIn(final Topic topic, final long ofTerm) {
        long last = 0;
        for (final Message message : topic == null ? List.<Message>of() : topic.messages) {
            last = message.term <= ofTerm ? message.topicOffset : last;
        }
        return last;
    }

    void page(final Ask ask, final Topic topic, final long top, final long after, final ResultCode code) {
        send(
                pagesPacker,
                128,
                (buffer, at) -> new PageEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .correlationId(ask.correlationId)
                        .topicId(topic == null ? 0 : topic.id)
                        .logId(logId)
                        .term(term)
                        .topOffset(top)
                        .afterOffset(after)
                        .code(code)
                        .encodedLength());
    }

    void pageRecord(final Ask ask, final Message message) {
        send(
                pagesPacker,
                512 + message.payload.length,
                (buffer, at) -> new PageRecordEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .correlationId(ask.correlationId)
                        .sequence(message.sequence)
                        .topicOffset(message.topicOffset)
                        .timestampNs(message.sequence * 1_000)
                        .flags(0)
                        .deliveryClass(message.deliveryClass)
                        .sender("sender")
                        .origin("")
                        .putTags(EMPTY, 0, 0)
                        .putPayload(message.payload, 0, message.payload.length)
                        .encodedLength());
    }

    void pageEnd(final Ask ask, final int count, final boolean more) {
        send(
                pagesPacker,
                64,
                (buffer, at) -> new PageEndEncoder()
                        .wrapAndApplyHeader(buffer, at, header)
                        .correlationId(ask.correlationId)
                        .count(count)
                        .more((short) (more ? 1 : 0))
                        .encodedLength());
    }

    private interface Encoding {
        int encode(MutableDirectBuffer buffer, int offset);
    }

    private void send(final FragmentPacker packer, final int lengthMax, final Encoding encoding) {
        if (!packer.claim(lengthMax)) {
            packer.flush();
            packer.claim(lengthMax);
        }
        packer.commit(MessageHeaderEncoder.ENCODED_LENGTH + encoding.encode(packer.buffer(), packer.claimOffset()));
        if (packer == livePacker && packer.flush() == FragmentLink.NOT_CONNECTED) {
            packer.clear();
        }
    }

    static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static boolean fail(final String why) {
        throw new IllegalStateException(why);
    }
}
