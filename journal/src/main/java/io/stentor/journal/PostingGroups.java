package io.stentor.journal;

import java.util.Arrays;

/** The whole groups of one long topic in {@link MemoryPostings}. One thread writes; any reads what is written no more. */
final class PostingGroups {
    private static final int INITIAL_CAPACITY = 4;

    private long[] firstSequences = new long[INITIAL_CAPACITY];
    private int[] pieces = new int[INITIAL_CAPACITY];
    private int count;
    private long lastSequence;

    void add(long firstSequence, long last, int piece) {
        if (count == pieces.length) {
            firstSequences = Arrays.copyOf(firstSequences, count + (count >> 1));
            pieces = Arrays.copyOf(pieces, count + (count >> 1));
        }
        firstSequences[count] = firstSequence;
        pieces[count] = piece;
        lastSequence = last;
        count++;
    }

    int count() {
        return count;
    }

    long firstSequence(int group) {
        return firstSequences[group];
    }

    /** The last sequence of the last group. */
    long lastSequence() {
        return lastSequence;
    }

    /** Where the arena has the group's second and later postings. */
    int piece(int group) {
        return pieces[group];
    }

    /** The last group whose first sequence is not greater, -1 if there is none. */
    int floor(long sequence) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (firstSequences[middle] <= sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
