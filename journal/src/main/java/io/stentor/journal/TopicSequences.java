package io.stentor.journal;

import java.util.Arrays;

/**
 * The sequences of one topic's messages, by offset: 8 bytes each, in chunks, so that a long topic is never copied and a
 * short one is small. Belongs to the thread of its {@link TopicIndex}.
 */
final class TopicSequences {
    private static final int CHUNK_SHIFT = 9;
    private static final int CHUNK_LENGTH = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_LENGTH - 1;
    private static final int FIRST_LENGTH = 4;

    private final long firstOffset;
    private long[][] chunks = {new long[FIRST_LENGTH]};
    private long count;

    TopicSequences(long firstOffset) {
        this.firstOffset = firstOffset;
    }

    long firstOffset() {
        return firstOffset;
    }

    long headOffset() {
        return firstOffset + count - 1;
    }

    /** Sequence of the message at an offset from the first to the head. */
    long sequenceOf(long offset) {
        long position = offset - firstOffset;
        return chunks[(int) (position >>> CHUNK_SHIFT)][(int) position & CHUNK_MASK];
    }

    /** Appends the sequence of the message behind the head. */
    void add(long sequence) {
        int chunk = (int) (count >>> CHUNK_SHIFT);
        int position = (int) count & CHUNK_MASK;
        if (chunk == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunk * 2);
        }
        if (chunks[chunk] == null) {
            chunks[chunk] = new long[CHUNK_LENGTH];
        } else if (position == chunks[chunk].length) {
            chunks[chunk] = Arrays.copyOf(chunks[chunk], position * 2);
        }
        chunks[chunk][position] = sequence;
        count++;
    }

    /** First offset whose sequence is greater, one beyond the head if none is. */
    long offsetAfter(long sequence) {
        long low = firstOffset;
        long high = headOffset() + 1;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (sequenceOf(middle) > sequence) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
