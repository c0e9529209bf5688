package io.stentor.journal;

import java.util.Arrays;

/** Decodes what {@link MemoryPostings} holds. One thread; another one needs its own, and frozen postings. */
final class MemoryPostingsReader {
    private final MemoryPostings postings;
    private final PostingArena arena;
    private final VarintReader varints = new VarintReader();
    private byte[] slices = new byte[MemoryPostings.SLICE_LENGTHS[0]];

    MemoryPostingsReader(MemoryPostings postings) {
        this.postings = postings;
        arena = postings.arena();
    }

    /** Describes the topic of an entry. */
    void fill(int entry, TopicSpan span) {
        long state = arena.getLong(entry, MemoryPostings.STATE_INDEX);
        PostingGroups list = postings.groupsOf(entry);
        span.postings = postings;
        span.topicId = arena.getLong(entry, MemoryPostings.TOPIC_ID_INDEX);
        span.firstOffset = arena.getLong(entry, MemoryPostings.FIRST_OFFSET_INDEX);
        span.count =
                (list == null ? 0 : (long) list.count() * TopicPostings.GROUP_LENGTH) + MemoryPostings.tailCount(state);
        span.isCut = MemoryPostings.isCut(state);
        span.isLong = list != null;
        span.location = Integer.toUnsignedLong(entry);
    }

    /** Decodes a group, or the messages behind the last whole one. */
    void decode(int entry, long group, long[] sequences) {
        PostingGroups list = postings.groupsOf(entry);
        if (list != null && group < list.count()) {
            int piece = list.piece((int) group);
            byte[] chunk = arena.chunk(piece);
            long sequence = list.firstSequence((int) group);
            sequences[0] = sequence;
            varints.wrap(chunk, PostingArena.offset(piece), chunk.length);
            for (int i = 1; i < TopicPostings.GROUP_LENGTH; i++) {
                sequence += varints.next();
                sequences[i] = sequence;
            }
            return;
        }
        long state = arena.getLong(entry, MemoryPostings.STATE_INDEX);
        int length = gather(entry, MemoryPostings.tailLevel(state));
        long sequence = list == null ? postings.firstSequence() : list.lastSequence();
        varints.wrap(slices, 0, length);
        int count = MemoryPostings.tailCount(state);
        for (int i = 0; i < count; i++) {
            sequence += varints.next();
            sequences[i] = sequence;
        }
    }

    /** Copies the slices of an entry into one array; returns how many bytes that may hold something. */
    private int gather(int entry, int lastLevel) {
        int gathered = 0;
        int piece = entry;
        int index = MemoryPostings.INLINE_INDEX;
        for (int level = 0; level <= lastLevel; level++) {
            int length = MemoryPostings.SLICE_LENGTHS[level] - (level < lastLevel ? MemoryPostings.LINK_LENGTH : 0);
            if (gathered + length > slices.length) {
                slices = Arrays.copyOf(slices, 2 * (gathered + length));
            }
            System.arraycopy(arena.chunk(piece), PostingArena.offset(piece) + index, slices, gathered, length);
            gathered += length;
            if (level < lastLevel) {
                piece = arena.getInt(piece, index + length);
                index = 0;
            }
        }
        return gathered;
    }
}
