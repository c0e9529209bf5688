package io.stentor.perf.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.HdrHistogram.Histogram;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class ReceiverTest {
    private static final int LENGTH = 64;
    private static final int TOPICS = 2;
    private static final long TOPIC_ID = 70;

    private final VirtualTime time = new VirtualTime(1_000);
    private final UnsafeBuffer payload = new UnsafeBuffer(new byte[LENGTH]);
    private final Receiver receiver = new Receiver(TOPICS + 1, new int[] {0, 1}, time, time::nanoTime, 2);

    ReceiverTest() {
        Payload.fill(payload, LENGTH);
    }

    @Test
    void shouldFindNothingWhenEveryMessageComesOnceAndInOrder() {
        deliver(0, 1, 2, 3, 4);

        assertFindings(5, 0, 0, 0, 0, 0);
    }

    @Test
    void shouldCountMessageThatNeverCame() {
        deliver(0, 1, 3, 4);

        assertFindings(5, 1, 0, 0, 0, 0);
    }

    @Test
    void shouldCountMessagesMissingAtTheEndOfEachTopic() {
        deliver(0, 1, 2);

        assertFindings(6, 3, 0, 0, 0, 0);
    }

    @Test
    void shouldCountEverythingWhenNothingCame() {
        assertFindings(5, 5, 0, 0, 0, 0);
    }

    @Test
    void shouldCountMessageThatCameTwice() {
        deliver(0, 1, 2, 2, 3);

        assertFindings(4, 0, 1, 0, 0, 0);
    }

    @Test
    void shouldCountMessageThatCameAfterLaterOneOfItsTopicOnce() {
        deliver(0, 1, 4, 2, 3, 2);

        assertFindings(5, 0, 1, 1, 0, 0);
    }

    @Test
    void shouldCountMessageWithChangedByteAsCorruptAndLost() {
        deliver(0);
        Payload.stamp(payload, LENGTH, 1, 1, 0, 0);
        payload.putByte(LENGTH / 2, (byte) (payload.getByte(LENGTH / 2) ^ 1));
        receiver.onDelivery(TOPIC_ID + 1, 1, payload, 0, LENGTH);

        assertFindings(2, 1, 0, 0, 0, 1);
    }

    @Test
    void shouldCountMessageOfOtherLengthAsCorrupt() {
        Payload.stamp(payload, LENGTH, 0, 0, 0, 0);
        receiver.onDelivery(TOPIC_ID, 1, payload, 0, LENGTH - 1);

        assertFindings(0, 0, 0, 0, 0, 1);
    }

    @Test
    void shouldCountMessageUnderOtherOffset() {
        deliver(0);
        deliverAs(2, TOPIC_ID, 3);

        assertFindings(3, 1, 0, 0, 1, 0);
    }

    @Test
    void shouldCountMessageOfOtherTopic() {
        deliver(0);
        deliverAs(2, TOPIC_ID + 1, 2);

        assertFindings(3, 1, 0, 0, 1, 0);
    }

    @Test
    void shouldCountMessageOfTopicNotSubscribedTo() {
        Payload.stamp(payload, LENGTH, 0, TOPICS, 0, 0);
        receiver.onDelivery(TOPIC_ID + TOPICS, 1, payload, 0, LENGTH);

        assertFindings(0, 0, 0, 0, 1, 0);
    }

    @Test
    void shouldTakePayloadsOfAnyLength() {
        for (int ordinal = 0; ordinal < 3; ordinal++) {
            final int length = Payload.LENGTH_MIN + ordinal;
            Payload.stamp(payload, length, ordinal, 0, ordinal, 0);
            receiver.onDelivery(TOPIC_ID, ordinal + 1, payload, 0, length);
        }

        assertFindings(5, 2, 0, 0, 0, 0);
    }

    @Test
    void shouldRecordLatencyFromIntendedTimeOnceWarmedUp() {
        time.idle();
        deliver(0, 1, 2);

        final StageLog stages = new StageLog(null);
        receiver.drain(stages);
        final Histogram latency = stages.totals().get(Stage.END_TO_END);
        assertEquals(1, latency.getTotalCount());
        assertEquals(1_000, latency.getMaxValue());
    }

    private void deliver(final long... numbers) {
        for (final long number : numbers) {
            deliverAs(number, TOPIC_ID + number % TOPICS, number / TOPICS + 1);
        }
    }

    private void deliverAs(final long number, final long topicId, final long offset) {
        Payload.stamp(payload, LENGTH, number, (int) (number % TOPICS), number / TOPICS, 0);
        receiver.onDelivery(topicId, offset, payload, 0, LENGTH);
    }

    private void assertFindings(
            final long sent,
            final long lost,
            final long duplicated,
            final long outOfOrder,
            final long misplaced,
            final long corrupt) {
        assertEquals(lost, receiver.lost(topic -> (sent - topic + TOPICS - 1) / TOPICS), "lost");
        assertEquals(duplicated, receiver.duplicated(), "duplicated");
        assertEquals(outOfOrder, receiver.outOfOrder(), "out of order");
        assertEquals(misplaced, receiver.misplaced(), "misplaced");
        assertEquals(corrupt, receiver.corrupt(), "corrupt");
    }
}
