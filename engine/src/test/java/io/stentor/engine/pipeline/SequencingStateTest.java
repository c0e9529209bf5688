package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.stentor.journal.RecordLayout;
import io.stentor.transport.wire.DeliveryClass;
import io.stentor.transport.wire.ResultCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** The state machine alone: what it decides live, and that records alone rebuild it. */
final class SequencingStateTest {

    private static final DedupeWindows WINDOWS =
            new DedupeWindows(TimeUnit.HOURS.toNanos(24), TimeUnit.MINUTES.toNanos(10));

    private final Machine live = new Machine();

    @Test
    void shouldGiveDenseSequencesAndDenseOffsetsPerTopic() {
        final Slot first = live.offer("a", null, 0, "x", 1);
        final Slot second = live.offer("b", null, 0, "x", 1);
        final Slot third = live.offer("a", null, 0, "x", 1);

        // The records that open the two topics take a sequence each.
        assertEquals(2, first.sequence);
        assertEquals(4, second.sequence);
        assertEquals(5, third.sequence);
        assertEquals(List.of(1L, 1L, 2L), List.of(first.topicOffset, second.topicOffset, third.topicOffset));
    }

    @Test
    void shouldForgetFreeFormIdAfterItsClassesWindow() {
        live.offer("chat", "id", 0, "x", 0);
        final Slot within = live.offer("chat", "id", 0, "x", TimeUnit.MINUTES.toNanos(10) - 1);
        final Slot after = live.offer("chat", "id", 0, "x", TimeUnit.MINUTES.toNanos(10));

        assertEquals(ResultCode.REPEATED, within.code);
        assertEquals(1, within.topicOffset);
        assertEquals(ResultCode.OK, after.code);
        assertEquals(2, after.topicOffset);
    }

    @Test
    void shouldRefuseKeyedMessageWhenTheTableIsFullAndNeverAcceptItUnprotected() {
        for (int i = 0; i < Machine.DEDUPE_ENTRIES; i++) {
            assertEquals(ResultCode.OK, live.offer("chat", "id" + i, 0, "x", 0).code);
        }

        final Slot keyed = live.offer("chat", "one more", 0, "x", 0);
        final Slot unkeyed = live.offer("chat", null, 0, "x", 0);

        assertEquals(ResultCode.DEDUPE_FULL, keyed.code);
        assertTrue(!keyed.recorded);
        assertEquals(ResultCode.OK, unkeyed.code);
    }

    @Test
    void shouldTellNumbersThatAreNoLongerRememberedFromNewOnes() {
        for (int i = 1; i <= ProducerTable.REMEMBERED + 1; i++) {
            live.offer("bot", null, i, "x" + i, 0);
        }

        assertEquals(ResultCode.SEQUENCE_FORGOTTEN, live.offer("bot", null, 1, "x1", 0).code);
        assertEquals(ResultCode.REPEATED, live.offer("bot", null, 2, "x2", 0).code);
        assertEquals(ResultCode.MESSAGE_ID_REUSED, live.offer("bot", null, 3, "y", 0).code);
    }

    @Test
    void shouldRefuseNumberThatWasUsedOnAnotherTopicWhetherThatExistsOrNot() {
        live.offer("bot", null, 1, "x", 0);
        live.offer("other", null, 2, "x", 0);

        assertEquals(ResultCode.MESSAGE_ID_REUSED, live.offer("other", null, 1, "x", 0).code);
        assertEquals(ResultCode.MESSAGE_ID_REUSED, live.offer("new", null, 1, "x", 0).code);
        assertEquals(ResultCode.REPEATED, live.offer("bot", null, 1, "x", 0).code);
    }

    @Test
    void shouldDecideAlikeAfterBeingRebuiltFromItsRecords() {
        final long seed = 0xD0D0L;
        final SplittableRandom random = new SplittableRandom(seed);
        long nowNs = 0;
        for (int i = 0; i < 5_000; i++) {
            nowNs += random.nextInt(1_000_000_000);
            offerRandom(live, random.nextInt(), nowNs);
        }
        final Machine rebuilt = new Machine();
        live.records.forEach(record -> rebuilt.state.restore(record, 0));

        for (int i = 0; i < 1_000; i++) {
            nowNs += random.nextInt(1_000_000_000);
            final int choice = random.nextInt();
            final Slot expected = offerRandom(live, choice, nowNs);
            final Slot actual = offerRandom(rebuilt, choice, nowNs);
            assertEquals(expected.code, actual.code, "seed " + seed + " message " + i);
            assertEquals(expected.sequence, actual.sequence, "seed " + seed + " message " + i);
            assertEquals(expected.topicOffset, actual.topicOffset, "seed " + seed + " message " + i);
        }
    }

    private static Slot offerRandom(final Machine machine, final int choice, final long nowNs) {
        final SplittableRandom random = new SplittableRandom(choice);
        final String topic = "topic-" + random.nextInt(20);
        final String payload = "payload-" + random.nextInt(3);
        return switch (random.nextInt(3)) {
            case 0 -> machine.offer(topic, null, 0, payload, nowNs);
            case 1 -> machine.offer(topic, "id-" + random.nextInt(40), 0, payload, nowNs);
            default -> machine.offer(topic, null, 1 + random.nextInt(500), payload, nowNs);
        };
    }

    /** A state machine with the records that it made. */
    private static final class Machine {

        static final int DEDUPE_ENTRIES = 900;

        final TopicTable topics = new TopicTable();
        final SequencingState state = new SequencingState(topics, DEDUPE_ENTRIES, WINDOWS, 1);
        final List<UnsafeBuffer> records = new ArrayList<>();

        Slot offer(
                final String topic,
                final String messageId,
                final long producerSequence,
                final String payload,
                final long nowNs) {
            final Slot slot = new Slot(new UnsafeBuffer(new byte[Slot.INLINE_LENGTH]));
            slot.useMemory(null);
            final byte[] payloadBytes = payload.getBytes(StandardCharsets.UTF_8);
            final byte[] idBytes = messageId == null ? new byte[0] : messageId.getBytes(StandardCharsets.UTF_8);
            slot.writeMessage(new MessageParts()
                    .clear()
                    .topic(topics.intern(topic))
                    .attributes(DeliveryClass.CHAT, 0, 0)
                    .messageId(new UnsafeBuffer(idBytes), 0, idBytes.length)
                    .producer(producerSequence == 0 ? 0 : 7, producerSequence)
                    .payload(new UnsafeBuffer(payloadBytes), 0, payloadBytes.length));
            state.sequence(slot, nowNs);
            keep(slot.opening);
            keep(slot.recorded ? slot.record : null);
            return slot;
        }

        private void keep(final UnsafeBuffer record) {
            if (record != null) {
                final int length = RecordLayout.length(record, 0);
                final UnsafeBuffer copy = new UnsafeBuffer(new byte[length]);
                copy.putBytes(0, record, 0, length);
                records.add(copy);
            }
        }
    }
}
