package io.stentor.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * All segments of a log, in order. One thread adds at the end, any thread looks up: the array is replaced, never changed.
 */
final class SegmentCatalogue {
    private final Segment root = Segment.root();

    /** Written by the thread that opens the journal, then by the appending one; read by all. */
    private volatile Segment[] segments = {};

    /** Adds a segment whose records follow those of the last one. */
    void add(Segment segment) {
        Segment[] current = segments;
        Segment[] longer = Arrays.copyOf(current, current.length + 1);
        longer[current.length] = segment;
        segments = longer;
        (current.length == 0 ? root : current[current.length - 1]).next(segment);
    }

    /** The last segment, or the root of the links while there is none. */
    Segment last() {
        Segment[] current = segments;
        return current.length == 0 ? root : current[current.length - 1];
    }

    /** The last one of those that are sealed up to the first that is not; the root of the links if that is the first of all. */
    Segment beforeUnsealed() {
        Segment before = root;
        for (Segment segment : segments) {
            if (!segment.isSealed()) {
                break;
            }
            before = segment;
        }
        return before;
    }

    boolean isEmpty() {
        return segments.length == 0;
    }

    /** The first record of all, 1 while there is none. */
    long firstSequence() {
        Segment[] current = segments;
        return current.length == 0 ? 1 : current[0].firstSequence;
    }

    /** The last segment that begins at the sequence or before it; null if there is none. */
    Segment floor(long sequence) {
        Segment[] current = segments;
        int low = 0;
        int high = current.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (current[middle].firstSequence <= sequence) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high < 0 ? null : current[high];
    }

    /** The first sealed segment that begins at the sequence or behind it, but none of these; null if there is none. */
    Segment sealedFrom(long sequence, Set<Segment> excluded) {
        for (Segment segment : segments) {
            if (segment.firstSequence >= sequence && segment.isSealed() && !excluded.contains(segment)) {
                return segment;
            }
        }
        return null;
    }

    /** A number that grows when a segment is sealed, which happens in order, and when one begins to hold what is journaled. */
    int changes(long journaledSequence) {
        Segment[] current = segments;
        int listed = current.length;
        while (listed > 0 && current[listed - 1].firstSequence > journaledSequence) {
            listed--;
        }
        int sealed = current.length;
        while (sealed > 0 && !current[sealed - 1].isSealed()) {
            sealed--;
        }
        return sealed + listed;
    }

    /** Describes all, up to what is journaled. */
    List<SegmentInfo> describe(long journaledSequence) {
        List<SegmentInfo> described = new ArrayList<>();
        for (Segment segment : segments) {
            if (segment.firstSequence <= journaledSequence) {
                long last = Math.min(journaledSequence, segment.lastSequence());
                described.add(new SegmentInfo(segment.path, segment.firstSequence, last, segment.isSealed()));
            }
        }
        return List.copyOf(described);
    }
}
