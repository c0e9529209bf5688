package io.stentor.journal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * All segments of a log, in order. One thread adds at the end, one removes at the beginning, any thread looks up: the array
 * is replaced, never changed.
 */
final class SegmentCatalogue {
    private final Segment root = Segment.root();

    /** What there is, and how many were removed before it. */
    private record Listed(Segment[] segments, int removed) {}

    /** Written by the thread that opens the journal, by the appending one and by the one that trims; read by all. */
    private volatile Listed listed = new Listed(new Segment[0], 0);

    /** Adds a segment whose records follow those of the last one. */
    synchronized void add(Segment segment) {
        Segment[] current = listed.segments;
        Segment[] longer = Arrays.copyOf(current, current.length + 1);
        longer[current.length] = segment;
        listed = new Listed(longer, listed.removed);
        (current.length == 0 ? root : current[current.length - 1]).next(segment);
    }

    /**
     * Removes all segments before one, from then on unknown to readers.
     *
     * @param sequence the first record of that segment.
     * @return the removed ones, in order.
     */
    synchronized List<Segment> removeBefore(long sequence) {
        Segment[] current = listed.segments;
        int count = 0;
        while (current[count].firstSequence < sequence) {
            count++;
        }
        // Else the links from the root would hold them for ever.
        root.next(current[count]);
        listed = new Listed(Arrays.copyOfRange(current, count, current.length), listed.removed + count);
        return List.of(current).subList(0, count);
    }

    /** Whether the segment that begins with this record is sealed, and all before it. */
    boolean isSealedFrom(long sequence) {
        for (Segment segment : listed.segments) {
            if (!segment.isSealed() || segment.firstSequence == sequence) {
                return segment.isSealed();
            }
        }
        return false;
    }

    /** The last segment, or the root of the links while there is none. */
    Segment last() {
        Segment[] current = listed.segments;
        return current.length == 0 ? root : current[current.length - 1];
    }

    /** The last one of those that are sealed up to the first that is not; the root of the links if that is the first of all. */
    Segment beforeUnsealed() {
        Segment before = root;
        for (Segment segment : listed.segments) {
            if (!segment.isSealed()) {
                break;
            }
            before = segment;
        }
        return before;
    }

    boolean isEmpty() {
        return listed.segments.length == 0;
    }

    /** The first record of all, 1 while there is none. */
    long firstSequence() {
        Segment[] current = listed.segments;
        return current.length == 0 ? 1 : current[0].firstSequence;
    }

    /**
     * The last segment that begins at the sequence or before it; null while there is none at all.
     *
     * @throws JournalTrimmedException if all begin behind it.
     */
    Segment floor(long sequence) {
        Segment[] current = listed.segments;
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
        if (high < 0 && current.length > 0) {
            throw new JournalTrimmedException(sequence, current[0].firstSequence);
        }
        return high < 0 ? null : current[high];
    }

    /** The first sealed segment that begins at the sequence or behind it, but none of these; null if there is none. */
    Segment sealedFrom(long sequence, Set<Segment> excluded) {
        for (Segment segment : listed.segments) {
            if (segment.firstSequence >= sequence && segment.isSealed() && !excluded.contains(segment)) {
                return segment;
            }
        }
        return null;
    }

    /**
     * A number that grows when a segment is sealed, which happens in order, when one begins to hold what is journaled, and
     * when one is removed.
     */
    int changes(long journaledSequence) {
        Listed now = listed;
        Segment[] current = now.segments;
        int begun = current.length;
        while (begun > 0 && current[begun - 1].firstSequence > journaledSequence) {
            begun--;
        }
        int sealed = current.length;
        while (sealed > 0 && !current[sealed - 1].isSealed()) {
            sealed--;
        }
        // One that is removed was sealed and listed: it counted twice before and counts three times now.
        return sealed + begun + 3 * now.removed;
    }

    /** Describes all, up to what is journaled. */
    List<SegmentInfo> describe(long journaledSequence) {
        List<SegmentInfo> described = new ArrayList<>();
        for (Segment segment : listed.segments) {
            if (segment.firstSequence <= journaledSequence) {
                long last = Math.min(journaledSequence, segment.lastSequence());
                described.add(new SegmentInfo(segment.path, segment.firstSequence, last, segment.isSealed()));
            }
        }
        return List.copyOf(described);
    }
}
