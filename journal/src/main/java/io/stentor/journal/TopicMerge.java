package io.stentor.journal;

import java.util.ArrayList;
import java.util.Arrays;

/**
 * Merges the messages of several topics in the order of their sequence: a heap of cursors, each a few postings ahead. One
 * thread; cursors are kept for the next merge.
 */
final class TopicMerge {
    /** Postings that a cursor takes at once. */
    private static final int AHEAD = 32;

    private static final class Cursor {
        final long[] sequences = new long[AHEAD];
        long topicId;

        /** Offset of the first of {@link #sequences}. */
        long offset;

        int position;
        int count;

        long sequence() {
            return sequences[position];
        }
    }

    private final TopicIndex index;
    private final ArrayList<Cursor> cursors = new ArrayList<>();
    private Cursor[] heap = {};
    private int size;

    TopicMerge(TopicIndex index) {
        this.index = index;
    }

    int run(long sequence, long[] topicIds, int topicCount, int limit, PostingHandler handler) {
        size = 0;
        if (heap.length < topicCount) {
            heap = Arrays.copyOf(heap, topicCount);
        }
        for (int i = 0; i < topicCount; i++) {
            Cursor cursor = cursor(i);
            cursor.topicId = topicIds[i];
            cursor.offset = index.offsetAfter(topicIds[i], sequence);
            cursor.count = 0;
            if (refill(cursor)) {
                siftUp(cursor);
            }
        }
        int count = 0;
        while (count < limit && size > 0) {
            Cursor first = heap[0];
            handler.onPosting(first.topicId, first.offset + first.position, first.sequence());
            count++;
            first.position++;
            siftDown(first.position < first.count || refill(first) ? first : heap[--size]);
        }
        return count;
    }

    private Cursor cursor(int i) {
        if (i == cursors.size()) {
            cursors.add(new Cursor());
        }
        return cursors.get(i);
    }

    private boolean refill(Cursor cursor) {
        cursor.offset += cursor.count;
        cursor.count = index.copySequences(cursor.topicId, cursor.offset, cursor.sequences);
        cursor.position = 0;
        return cursor.count > 0;
    }

    private void siftUp(Cursor added) {
        int at = size++;
        while (at > 0 && heap[(at - 1) / 2].sequence() > added.sequence()) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = added;
    }

    private void siftDown(Cursor sinking) {
        int at = 0;
        int child;
        while ((child = 2 * at + 1) < size) {
            if (child + 1 < size && heap[child + 1].sequence() < heap[child].sequence()) {
                child++;
            }
            if (heap[child].sequence() >= sinking.sequence()) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = sinking;
    }
}
