package io.stentor.engine.pipeline;

import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;
import java.util.Arrays;

/**
 * Receipts that wait for a force, in the order in which they were asked for. A ring that grows to what publishers have
 * under way, which their own limits bound, and never shrinks. One thread.
 *
 * <p>A repeat may wait for an older sequence than its predecessor here; it is released with it at the latest.
 */
final class SyncedReceipts {

    private static final int WIDTH = 5;

    private long[] values = new long[1024 * WIDTH];
    private ReceiptSink[] sinks = new ReceiptSink[1024];
    private int head;
    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    void add(final Slot slot) {
        if (size == sinks.length) {
            grow();
        }
        final int place = (head + size) & (sinks.length - 1);
        final int at = place * WIDTH;
        sinks[place] = slot.sink;
        values[at] = slot.correlationId;
        values[at + 1] = slot.code.value();
        values[at + 2] = slot.topic.id();
        values[at + 3] = slot.sequence;
        values[at + 4] = slot.topicOffset;
        size++;
    }

    /**
     * Tells those whose message has been forced.
     *
     * @param syncedSequence the last sequence that was forced.
     * @return how many were told.
     */
    int release(final long syncedSequence) {
        int released = 0;
        while (size > 0 && values[head * WIDTH + 3] <= syncedSequence) {
            final int at = head * WIDTH;
            sinks[head].onReceipt(
                    values[at],
                    ResultCode.get((short) values[at + 1]),
                    AckLevel.SYNCED,
                    values[at + 2],
                    values[at + 3],
                    values[at + 4]);
            sinks[head] = null;
            head = (head + 1) & (sinks.length - 1);
            size--;
            released++;
        }
        return released;
    }

    private void grow() {
        final int capacity = sinks.length;
        final ReceiptSink[] grownSinks = Arrays.copyOf(sinks, capacity * 2);
        final long[] grownValues = Arrays.copyOf(values, capacity * 2 * WIDTH);
        // The part that had wrapped to the front goes behind the old end.
        System.arraycopy(sinks, 0, grownSinks, capacity, head);
        System.arraycopy(values, 0, grownValues, capacity * WIDTH, head * WIDTH);
        Arrays.fill(grownSinks, 0, head, null);
        sinks = grownSinks;
        values = grownValues;
    }
}
