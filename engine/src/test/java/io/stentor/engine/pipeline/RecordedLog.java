package io.stentor.engine.pipeline;

import io.stentor.journal.CursorBody;
import io.stentor.journal.HeapJournal;
import io.stentor.journal.Journal;
import io.stentor.journal.RecordLayout;
import io.stentor.journal.RecordType;
import io.stentor.journal.WatermarkBody;
import io.stentor.transport.wire.DeliveryClass;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

/** A live state machine and the journal of what it made of random input: the same input for the same seed. */
final class RecordedLog {

    static final DedupeWindows WINDOWS = new DedupeWindows(TimeUnit.HOURS.toNanos(24), TimeUnit.MINUTES.toNanos(10));
    static final int DEDUPE_ENTRIES = 400;

    private static final DeliveryClass[] CLASSES = {DeliveryClass.CHAT, DeliveryClass.PAYMENT, DeliveryClass.CHANNEL};

    final Journal journal;
    final SequencingState live = newState();
    private final SplittableRandom random;
    private final long[] producerSequences = new long[40];
    private long nowNs = 1_793_491_200_000_000_000L;

    RecordedLog(final long seed) {
        this(seed, seed + 1);
    }

    RecordedLog(final long seed, final long logId) {
        this(seed, new HeapJournal(logId, 64L << 20, failure -> {
            throw new AssertionError(failure);
        }));
    }

    RecordedLog(final long seed, final Journal journal) {
        this.random = new SplittableRandom(seed);
        this.journal = journal;
        append(live.openTerm(journal.logId(), nowNs, 0, "test"));
    }

    static SequencingState newState() {
        return new SequencingState(new TopicTable(), DEDUPE_ENTRIES, WINDOWS, 1);
    }

    static SequencingCheckpoint newCheckpoint() {
        return new SequencingCheckpoint(newState());
    }

    /** Journals and forces what comes of so many inputs. */
    RecordedLog run(final int inputs) {
        for (int i = 0; i < inputs; i++) {
            nowNs += random.nextInt(20) == 0
                    ? random.nextLong(TimeUnit.MINUTES.toNanos(4))
                    : random.nextLong(TimeUnit.SECONDS.toNanos(1));
            if (random.nextInt(3_000) == 0) {
                nowNs += TimeUnit.HOURS.toNanos(25);
            }
            input();
        }
        force();
        return this;
    }

    /** Journals one message that is not forced. */
    void runUnforced() {
        message("topic-0", null, 0, 0);
    }

    /** Journals and forces messages of one topic, one second after the other. */
    RecordedLog runSeconds(final int seconds, final int messagesEach, final String topic) {
        for (int i = 0; i < seconds * messagesEach; i++) {
            nowNs += TimeUnit.SECONDS.toNanos(1) / messagesEach;
            message(topic, null, 0, 0);
        }
        force();
        return this;
    }

    /** Journals and forces the first messages of so many topics. */
    void openTopics(final int count) {
        for (int i = 0; i < count; i++) {
            message("opened-" + i, null, 0, 0);
        }
        force();
    }

    void force() {
        for (final Agent agent : journal.backgroundAgents()) {
            try {
                agent.doWork();
            } catch (final Exception failure) {
                throw new AssertionError(failure);
            }
        }
    }

    private void input() {
        final int kind = random.nextInt(100);
        final String topic = "topic-" + random.nextInt(1 + random.nextInt(60));
        if (kind == 0) {
            append(live.openTerm(journal.logId(), nowNs, 0, "test"));
        } else if (kind < 10) {
            command(random.nextBoolean());
        } else if (kind < 40) {
            message(topic, null, 0, 0);
        } else if (kind < 70) {
            message(topic, "id-" + random.nextInt(200), 0, 0);
        } else {
            final int producer = random.nextInt(1 + random.nextInt(producerSequences.length));
            final long next = random.nextInt(4) == 0
                    ? 1 + random.nextLong(1 + producerSequences[producer])
                    : producerSequences[producer] + 1;
            producerSequences[producer] = Math.max(next, producerSequences[producer]);
            // In an order that is not that of their numbers.
            message(topic, null, 1 + (producer * 0x9E3779B97F4AL & 0xFFFF), next);
        }
    }

    private void message(
            final String topic, final String messageId, final long producerId, final long producerSequence) {
        final Slot slot = newSlot();
        final byte[] payload = ("payload-" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
        final byte[] id = messageId == null ? new byte[0] : messageId.getBytes(StandardCharsets.UTF_8);
        final byte[] sender = "anna".getBytes(StandardCharsets.UTF_8);
        slot.writeMessage(new MessageParts()
                .clear()
                .topic(live.topics().intern(topic))
                .attributes(CLASSES[Math.floorMod(topic.hashCode(), CLASSES.length)], 0, 0)
                .sender(new UnsafeBuffer(sender), 0, sender.length)
                .messageId(new UnsafeBuffer(id), 0, id.length)
                .producer(producerId, producerSequence)
                .payload(new UnsafeBuffer(payload), 0, payload.length));
        sequence(slot);
    }

    private void command(final boolean cursor) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[1024]);
        final byte[] user = ("us\u00e9r-" + random.nextInt(50)).getBytes(StandardCharsets.UTF_8);
        final byte[] device = ("device-" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
        final long value = random.nextLong(1_000);
        final int end;
        if (cursor) {
            end = CursorBody.put(record, CursorBody.firstEntry(0), value, user, device);
        } else {
            WatermarkBody.kind(
                    record, 0, random.nextBoolean() ? WatermarkBody.KIND_READ : WatermarkBody.KIND_DELIVERED);
            end = WatermarkBody.put(record, WatermarkBody.firstEntry(0), 1 + random.nextInt(9), value, user);
        }
        final Slot slot = newSlot();
        slot.writeCommand(
                cursor ? RecordType.CURSOR : RecordType.WATERMARK,
                record,
                RecordLayout.BODY_OFFSET,
                end - RecordLayout.BODY_OFFSET);
        sequence(slot);
    }

    private static Slot newSlot() {
        final Slot slot = new Slot(new UnsafeBuffer(new byte[Slot.INLINE_LENGTH]));
        slot.useMemory(null);
        return slot;
    }

    private void sequence(final Slot slot) {
        live.sequence(slot, nowNs);
        if (slot.opening != null) {
            append(slot.opening);
        }
        if (slot.recorded) {
            append(slot.record);
        }
    }

    private void append(final UnsafeBuffer record) {
        journal.appender().append(record, 0, RecordLayout.length(record, 0));
        journal.appender().commit();
    }
}
