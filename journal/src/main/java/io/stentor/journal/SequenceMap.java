package io.stentor.journal;

import java.util.Arrays;

/**
 * Where the documents of a segment begin that start with a given sequence, for few of them: where a search begins.
 *
 * <p>16 bytes for each stretch of at least {@link #SPACING_RECORDS} records or {@link #SPACING_BYTES}. One thread adds; any
 * may search, since an entry is never changed and the arrays are published after their content.
 */
final class SequenceMap {
    /** Records between entries: stepping over so many costs about what the read of their bytes does. */
    static final int SPACING_RECORDS = 256;

    /** Bytes between entries: what one read of about ten microseconds brings. */
    static final int SPACING_BYTES = 64 * 1024;

    private static final int INITIAL_CAPACITY = 64;

    private final long spacingRecords;

    /** Sequence and position of entry i at 2i and 2i + 1; replaced when full. Written before {@link #count}. */
    private volatile long[] entries = new long[2 * INITIAL_CAPACITY];

    /** Written by the thread that adds, read by all. */
    private volatile int count;

    /** A map of a dense segment. */
    SequenceMap() {
        this(SPACING_RECORDS);
    }

    private SequenceMap(long spacingRecords) {
        this.spacingRecords = spacingRecords;
    }

    /** A map of a file in which sequences have gaps, so that they say nothing of how many records lie between. */
    static SequenceMap sparse() {
        return new SequenceMap(Long.MAX_VALUE);
    }

    /** Adds an entry if the last one is far enough before it; both numbers must be greater than the last entry's. */
    void note(long sequence, long position) {
        int last = count - 1;
        if (last < 0 || sequence - sequenceAt(last) >= spacingRecords || position - positionAt(last) >= SPACING_BYTES) {
            add(sequence, position);
        }
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

    long positionAt(int entry) {
        return entries[2 * entry + 1];
    }

    private void add(long sequence, long position) {
        int added = count;
        long[] current = entries;
        if (2 * added == current.length) {
            current = Arrays.copyOf(current, 2 * current.length);
            entries = current;
        }
        current[2 * added] = sequence;
        current[2 * added + 1] = position;
        count = added + 1;
    }
}
