package io.stentor.engine.simulation;

import io.stentor.engine.SimulatedDisk;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.TopicBody;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the disk has, had and has lost, and what everybody was told of it: the judge of the tier's promises. It reads the
 * records themselves, with none of the code that it judges. One thread.
 */
final class Ledger {

    /** One message that was written, whatever became of it. */
    static final class Entry {
        final String topic;
        final long offset;
        final String payload;
        final boolean payment;
        boolean forced;
        boolean lost;

        Entry(final String topic, final long offset, final String payload, final boolean payment) {
            this.topic = topic;
            this.offset = offset;
            this.payload = payload;
            this.payment = payment;
        }
    }

    private record Place(String topic, long offset) {}

    private record Seen(String topic, String epoch, long offset) {}

    /** The log, record by record; null for what is no message. */
    private final List<Entry> log = new ArrayList<>();

    private final Map<Long, String> topicNames = new HashMap<>();
    private final Map<String, List<Entry>> topics = new HashMap<>();
    private final Map<Place, List<Entry>> ever = new HashMap<>();
    private final Map<Seen, String> seen = new HashMap<>();
    private final Set<String> acknowledged = new HashSet<>();
    private SimulatedDisk disk;
    private int forced;

    Ledger(final SimulatedDisk disk) {
        this.disk = disk;
    }

    /** What a fault has left; the rest is lost. */
    void left(final SimulatedDisk next) {
        observe();
        disk = next;
        while (log.size() > next.size()) {
            final Entry entry = log.remove(log.size() - 1);
            if (entry != null) {
                require(!entry.forced, "what was forced is lost: " + entry.payload);
                entry.lost = true;
                final List<Entry> topic = topics.get(entry.topic);
                topic.remove(topic.size() - 1);
            }
        }
        topicNames.clear();
        for (int i = 0; i < log.size(); i++) {
            name(new UnsafeBuffer(next.record(i)));
        }
        forced = Math.min(forced, log.size());
        observe();
    }

    /** Reads what was written since. */
    void observe() {
        while (log.size() < disk.size()) {
            final UnsafeBuffer record = new UnsafeBuffer(disk.record(log.size()));
            name(record);
            log.add(RecordLayout.type(record, 0) == RecordType.MESSAGE ? read(record) : null);
        }
        for (; forced < disk.forced(); forced++) {
            final Entry entry = log.get(forced);
            if (entry != null) {
                entry.forced = true;
            }
        }
    }

    /** The topic's messages now, the first at index 0. */
    List<Entry> topic(final String name) {
        return topics.getOrDefault(name, List.of());
    }

    /** Somebody was given a message; {@code epoch} is the one that it holds, null if it keeps none. */
    void delivered(final String to, final String topic, final String epoch, final long offset, final String payload) {
        observe();
        final Entry entry = find(topic, offset, payload);
        require(entry != null, to + " got what the log never had: " + topic + "@" + offset + " " + brief(payload));
        require(
                !entry.payment || entry.forced,
                to + " got a payment that is not forced: " + topic + "@" + offset + " " + brief(payload));
        if (epoch != null) {
            final String before = seen.putIfAbsent(new Seen(topic, epoch, offset), payload);
            require(
                    before == null || before.equals(payload),
                    "two contents at " + topic + " " + epoch + "@" + offset + ": " + brief(payload));
        }
    }

    /** A publisher was told that its message has reached a level. */
    void acknowledged(
            final String to, final String topic, final long offset, final String payload, final AckLevel level) {
        observe();
        final Entry entry = find(topic, offset, payload);
        require(entry != null, to + " was told of " + topic + "@" + offset + ", which the log never had");
        require(
                level == AckLevel.SYNCED ? entry.forced : level == AckLevel.JOURNALED,
                to + " was told " + level + " of " + topic + "@" + offset + ", which is not so");
        if (!entry.lost) {
            acknowledged.add(payload);
        }
    }

    /** Each message is in the log once at most, and what was acknowledged and not lost since is there. */
    void requireExactlyOnce() {
        observe();
        final Set<String> present = new HashSet<>();
        for (final Entry entry : log) {
            if (entry != null) {
                require(present.add(entry.payload), "twice in the log: " + brief(entry.payload));
            }
        }
        ever.values()
                .forEach(entries -> entries.forEach(entry -> {
                    if (!entry.lost && acknowledged.contains(entry.payload)) {
                        require(present.contains(entry.payload), "acknowledged and gone: " + brief(entry.payload));
                    }
                }));
    }

    static void require(final boolean holds, final String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    static String brief(final String payload) {
        final int end = payload.indexOf('.');
        return end < 0 ? payload : payload.substring(0, end);
    }

    /** The message of that place and content; if it was lost and written again, the one that says more. */
    private Entry find(final String topic, final long offset, final String payload) {
        Entry found = null;
        for (final Entry entry : ever.getOrDefault(new Place(topic, offset), List.of())) {
            if (entry.payload.equals(payload) && (found == null || !found.forced)) {
                found = entry;
            }
        }
        return found;
    }

    private void name(final UnsafeBuffer record) {
        if (RecordLayout.type(record, 0) == RecordType.TOPIC) {
            topicNames.put(RecordLayout.topicId(record, 0), TopicBody.name(record, 0));
        }
    }

    private Entry read(final UnsafeBuffer record) {
        final String topic = topicNames.get(RecordLayout.topicId(record, 0));
        final long offset = RecordLayout.offset(record, 0);
        final byte[] payload = new byte[MessageBody.payloadLength(record, 0)];
        record.getBytes(MessageBody.payloadOffset(record, 0), payload);
        final Entry entry = new Entry(
                topic,
                offset,
                new String(payload, StandardCharsets.US_ASCII),
                RecordLayout.deliveryClass(record, 0) == DeliveryClass.PAYMENT.value());
        final List<Entry> entries = topics.computeIfAbsent(topic, name -> new ArrayList<>());
        entries.add(entry);
        require(offset == entries.size(), "offset " + offset + " of " + topic + " is its message " + entries.size());
        ever.computeIfAbsent(new Place(topic, offset), place -> new ArrayList<>(1))
                .add(entry);
        return entry;
    }
}
