package io.stentor.fanout.route;

/**
 * Receipts that wait for room on a shard's stream: a fixed ring of longs. Room is reserved when a submit is taken, so a
 * receipt always finds its place. One thread.
 */
final class ReceiptQueue {

    /** The most submits of one shard that are under way at once. */
    static final int CAPACITY = 8192;

    private static final int WIDTH = 5;
    private static final int MASK = CAPACITY - 1;

    private final long[] entries = new long[CAPACITY * WIDTH];
    private long head;
    private long tail;
    private int reserved;

    boolean mayReserve() {
        return reserved < CAPACITY;
    }

    void reserve() {
        if (reserved == CAPACITY) {
            throw new IllegalStateException("more than " + CAPACITY + " submits of one shard are under way");
        }
        reserved++;
    }

    boolean isEmpty() {
        return head == tail;
    }

    void add(
            final long correlationId,
            final short code,
            final short level,
            final long topicId,
            final long sequence,
            final long topicOffset) {
        final int at = (int) (tail & MASK) * WIDTH;
        entries[at] = correlationId;
        entries[at + 1] = ((long) code << 16) | level;
        entries[at + 2] = topicId;
        entries[at + 3] = sequence;
        entries[at + 4] = topicOffset;
        tail++;
    }

    long correlationId() {
        return first(0);
    }

    short code() {
        return (short) (first(1) >>> 16);
    }

    short level() {
        return (short) first(1);
    }

    long topicId() {
        return first(2);
    }

    long sequence() {
        return first(3);
    }

    long topicOffset() {
        return first(4);
    }

    void removeFirst() {
        head++;
        reserved--;
    }

    private long first(final int field) {
        return entries[(int) (head & MASK) * WIDTH + field];
    }
}
