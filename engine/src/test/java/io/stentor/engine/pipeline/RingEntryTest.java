package io.stentor.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.lmax.disruptor.EventPoller;
import io.stentor.journal.MessageBody;
import io.stentor.journal.RecordDamage;
import io.stentor.journal.RecordLayout;
import io.stentor.transport.wire.AckLevel;
import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class RingEntryTest {

    private static final int CAPACITY = 128;
    private static final int PAYLOAD_MAX = 4096;

    private final RingEntry entry = new RingEntry(CAPACITY, PAYLOAD_MAX);
    private final TopicTable topics = new TopicTable();
    private final EventPoller<Slot> poller = entry.ring().newPoller();

    RingEntryTest() {
        entry.ring().addGatingSequences(poller.getSequence());
    }

    @Test
    void shouldBePressedBackWhenTheRingIsFullAndTakeAgainWhenItIsNot() throws Exception {
        for (int i = 1; i <= CAPACITY; i++) {
            assertEquals(i, entry.offer(message(16)));
        }

        assertEquals(RingEntry.BACK_PRESSURED, entry.offer(message(16)));
        release();
        assertEquals(CAPACITY + 1, entry.offer(message(16)));
    }

    @Test
    void shouldBePressedBackWhenAllLargeRecordsAreUnderWay() throws Exception {
        for (int i = 0; i < RingEntry.LARGE_RECORDS; i++) {
            assertTrue(entry.offer(message(PAYLOAD_MAX)) > 0);
        }

        assertEquals(RingEntry.BACK_PRESSURED, entry.offer(message(PAYLOAD_MAX)));
        assertTrue(entry.offer(message(16)) > 0);
        release();
        assertTrue(entry.offer(message(PAYLOAD_MAX)) > 0);
    }

    @Test
    void shouldRefuseByItsOwnCodeWhatCannotBeTaken() {
        assertEquals(RingEntry.TOO_LARGE, entry.offer(message(PAYLOAD_MAX + 1)));
        assertEquals(RingEntry.LEVEL_UNAVAILABLE, entry.offer(message(1).level(AckLevel.REPLICATED)));
        assertEquals(RingEntry.INVALID, entry.offer(message(1).messageId(new UnsafeBuffer(new byte[256]), 0, 256)));
        entry.belowReserve(true);
        assertEquals(RingEntry.DISK_RESERVE, entry.offer(message(1)));
        entry.belowReserve(false);
        assertEquals(1, entry.offer(message(1)));
        entry.close();
        entry.belowReserve(true);
        assertEquals(RingEntry.CLOSED, entry.offer(message(1)));
    }

    @Test
    void shouldWriteRecordWithSealedBody() throws Exception {
        final UnsafeBuffer sender = new UnsafeBuffer("anna".getBytes(StandardCharsets.UTF_8));
        entry.offer(message(16).sender(sender, 0, 4));

        poller.poll((slot, sequence, endOfBatch) -> {
            assertEquals("anna", slot.record.getStringWithoutLengthUtf8(MessageBody.senderOffset(0), 4));
            assertEquals(16, MessageBody.payloadLength(slot.record, 0));
            RecordLayout.sealHeader(slot.record, 0);
            assertEquals(RecordDamage.NONE, RecordLayout.verify(slot.record, 0, RecordLayout.length(slot.record, 0)));
            return true;
        });
    }

    private void release() throws Exception {
        poller.poll((slot, sequence, endOfBatch) -> {
            entry.release(slot);
            return true;
        });
    }

    private MessageParts message(final int payloadLength) {
        return new MessageParts()
                .clear()
                .topic(topics.intern("chat:1"))
                .payload(new UnsafeBuffer(new byte[payloadLength]), 0, payloadLength);
    }
}
