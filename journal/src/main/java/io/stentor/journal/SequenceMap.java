package io.stentor.journal;

import java.util.Arrays;

/**
 * Which excerpt starts with which sequence, for few excerpts: where a search for a sequence begins.
 *
 * <p>16 bytes for each stretch of at least {@link #SPACING} records. The appending thread adds; any thread may search,
 * since an entry is never changed and the arrays are published after their content.
 */
final class SequenceMap {
    /** Records between entries: scanning so many excerpts (at about 45 ns) costs what one {@code moveToIndex} does. */
    static final int SPACING = 256;

    private static final int INITIAL_CAPACITY = 1024;

    /** Sequence and index of entry i at 2i and 2i + 1; replaced when full. Written before {@link #count}. */
    private volatile long[] entries = new long[2 * INITIAL_CAPACITY];

    /** Written by the appending thread, read by all. */
    private volatile int count;

    /** Adds an entry; both numbers must be greater than the last entry's. */
    void add(long sequence, long index) {
        int added = count;
        long[] current = entries;
        if (2 * added == current.length) {
            current = Arrays.copyOf(current, 2 * current.length);
            entries = current;
        }
        current[2 * added] = sequence;
        current[2 * added + 1] = index;
        count = added + 1;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The last entry whose sequence is not greater, or -1. */
    int floor(long sequence) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (sequenceAt(middle) <= sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    int count() {
        return count;
    }

    long sequenceAt(int entry) {
        return entries[2 * entry];
    }

    long indexAt(int entry) {
        return entries[2 * entry + 1];
    }
}
