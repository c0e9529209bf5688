package io.stentor.fanout.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

final class FrameWindowTest {

    private static final int CAPACITY = 64 * 1024;

    private final FrameWindow window = new FrameWindow(CAPACITY);
    private final Message message = new Message();
    private final long[] positions = new long[4096];

    @Test
    void shouldReadBackWhatItTook() {
        final long position = append(9, 5, FrameWindow.NONE, "payload");
        final Message read = window.read(position, new Message());
        assertEquals(5, read.topicOffset);
        assertEquals(9, read.sequence);
        assertEquals(2, read.term);
        assertEquals(90, read.timestampNs);
        assertEquals(900, read.offeredNs);
        assertEquals(3, read.flags);
        assertEquals("payload", SimulatedEngine.text(read.store().payload()));
        assertEquals("payload", read.store().sender());
    }

    @Test
    void shouldHoldExactlyTheMostRecentMessagesWhenItHasWrapped() {
        final SplittableRandom random = new SplittableRandom(7);
        long last = FrameWindow.NONE;
        for (int i = 1; i <= 5_000; i++) {
            last = append(i, i, last, "x".repeat(random.nextInt(600)));
            final int reach = Math.min(i, 20);
            assertEquals(reach, window.collect(last, i, i - reach, positions));
            for (int k = 0; k < reach; k++) {
                assertEquals(i - reach + 1 + k, window.read(positions[k], new Message()).topicOffset);
            }
        }
        assertEquals(-1, window.collect(last, 5_000, 0, positions), "more than it takes");
        assertEquals(-1, window.collect(last, 5_000, 4_000, positions), "more than it holds");
    }

    @Test
    void shouldFindAMessageByWalkingBackNoFurtherThanItMay() {
        long last = FrameWindow.NONE;
        for (int i = 1; i <= 10; i++) {
            last = append(i, i, last, "x");
        }
        assertEquals(4, window.sequence(window.find(last, 10, 4, 6)));
        assertEquals(FrameWindow.NONE, window.find(last, 10, 4, 5));
        assertEquals(FrameWindow.NONE, window.find(last, 10, 0, 100));
    }

    @Test
    void shouldNotReachOverAGap() {
        final long first = append(1, 1, FrameWindow.NONE, "x");
        final long third = append(3, 3, FrameWindow.NONE, "x");
        assertTrue(window.holds(first));
        assertEquals(-1, window.collect(third, 3, 1, positions));
        assertEquals(1, window.collect(third, 3, 2, positions));
    }

    @Test
    void shouldHoldNothingWhenItWasCleared() {
        final long position = append(1, 1, FrameWindow.NONE, "x");
        window.clear();
        assertFalse(window.holds(position));
        assertTrue(window.holds(append(2, 2, FrameWindow.NONE, "x")));
    }

    @Test
    void shouldNotTakeAMessageThatWouldPushOutAllOthers() {
        final long position = append(1, 1, FrameWindow.NONE, "x");
        assertEquals(FrameWindow.NONE, append(2, 2, position, "x".repeat(CAPACITY / 4)));
        assertTrue(window.holds(position));
    }

    private long append(final long sequence, final long topicOffset, final long previous, final String payload) {
        final byte[] bytes = SimulatedEngine.bytes(payload);
        message.sequence = sequence;
        message.topicOffset = topicOffset;
        message.term = 2;
        message.timestampNs = sequence * 10;
        message.offeredNs = sequence * 100;
        message.flags = 3;
        message.buffer = new UnsafeBuffer(bytes);
        message.senderLength = Math.min(bytes.length, 255);
        message.payloadLength = bytes.length;
        return window.append(message, previous);
    }
}
