package io.stentor.journal;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * The posting lists of a segment in memory: about 7 bytes per message, whether many topics have few or few have many.
 *
 * <pre>
 *   table        int[]: topic id, hashed, to its entry
 *   entry   48   topicId 8 | firstOffset 8 | state 8 | slice 4 | first slice 20
 *   slice        differences of sequences as variable-length numbers; a full slice ends in the number of the next one
 *   groups       of a topic with {@value #GROUP_LENGTH} messages or more: each group in one piece, found by its first sequence
 * </pre>
 *
 * <p>A topic's latest messages, fewer than a group, lie in slices that grow with the list, so that nothing is moved but
 * four bytes at a time; a whole group is written anew in one piece, and its slices are used again. One thread writes and
 * asks. After {@link #freeze} nothing changes, and any thread may read through a {@link MemoryPostingsReader} of its own.
 */
final class MemoryPostings implements TopicPostings {
    static final int TOPIC_ID_INDEX = 0;
    static final int FIRST_OFFSET_INDEX = 8;
    static final int STATE_INDEX = 16;
    static final int SLICE_INDEX = 24;
    static final int INLINE_INDEX = 28;
    static final int ENTRY_LENGTH = 48;

    /** Lengths of slices; the first lies in the entry. Enough for a group of the longest differences, 7 bytes each. */
    static final int[] SLICE_LENGTHS = {20, 16, 16, 24, 32, 48, 64, 96, 128, 160, 192, 224};

    static final int LINK_LENGTH = Integer.BYTES;

    private static final int COUNT_MASK = 0x7F;
    private static final int LEVEL_SHIFT = 7;
    private static final int LEVEL_MASK = 0xF;
    private static final int USED_SHIFT = 11;
    private static final int USED_MASK = 0xFF;
    private static final int CUT = 1 << 19;
    private static final int GROUPED = 1 << 20;
    private static final int LAST_SHIFT = 21;

    private static final int TABLE_LENGTH_INITIAL = 1024;

    private final PostingArena arena = new PostingArena();
    private final Int2ObjectHashMap<PostingGroups> groups = new Int2ObjectHashMap<>();
    private final int[] freeSlices = new int[SLICE_LENGTHS.length];
    private final MemoryPostingsReader reader;
    private final long[] group = new long[GROUP_LENGTH];
    private final byte[] encoded = new byte[GROUP_LENGTH * VarintReader.LENGTH_MAX];
    private final long firstSequence;

    private int[] table = new int[TABLE_LENGTH_INITIAL];
    private int topicCount;
    private long lastSequence;
    private long[] terms = {};
    private boolean frozen;

    /** The last record before which some are missing, and that is known. */
    private long holeEnd;

    MemoryPostings(long firstSequence) {
        this.firstSequence = firstSequence;
        lastSequence = firstSequence - 1;
        reader = new MemoryPostingsReader(this);
    }

    /**
     * Takes in the segment's next record.
     *
     * @throws JournalException if a message does not follow its topic's last one, and no record between them is missing.
     */
    void onRecord(DirectBuffer buffer, int recordOffset) {
        if (frozen) {
            throw new IllegalStateException("the postings from " + firstSequence + " on are frozen");
        }
        long sequence = RecordLayout.sequence(buffer, recordOffset);
        onSequence(sequence, RecordLayout.term(buffer, recordOffset));
        switch (RecordLayout.type(buffer, recordOffset)) {
            case RecordType.MESSAGE ->
                onMessage(
                        RecordLayout.topicId(buffer, recordOffset),
                        RecordLayout.offset(buffer, recordOffset),
                        sequence);
            case RecordType.TOPIC_FORGET -> onForget(RecordLayout.topicId(buffer, recordOffset));
            default -> {
                // It has no place in a topic.
            }
        }
    }

    /** Nothing is added any more. */
    void freeze() {
        frozen = true;
    }

    @Override
    public long firstSequence() {
        return firstSequence;
    }

    /** The last record that was taken note of. */
    long lastSequence() {
        return lastSequence;
    }

    @Override
    public long[] terms() {
        return terms;
    }

    @Override
    public boolean find(long topicId, TopicSpan span) {
        int entry = table[slotOf(topicId)];
        if (entry == PostingArena.NONE) {
            return false;
        }
        reader.fill(entry, span);
        return true;
    }

    @Override
    public void decode(TopicSpan span, long group, long[] sequences) {
        reader.decode((int) span.location, group, sequences);
    }

    @Override
    public long groupOf(TopicSpan span, long sequence) {
        int entry = (int) span.location;
        PostingGroups list = groups.get(entry);
        if (list == null) {
            return 0;
        }
        if (sequence > list.lastSequence() && tailCount(arena.getLong(entry, STATE_INDEX)) > 0) {
            return list.count();
        }
        return Math.max(0, list.floor(sequence));
    }

    @Override
    public void close() {}

    /** The entries of all topics, in no order. */
    int[] entries() {
        int[] entries = new int[topicCount];
        int filled = 0;
        for (int entry : table) {
            if (entry != PostingArena.NONE) {
                entries[filled++] = entry;
            }
        }
        return entries;
    }

    PostingArena arena() {
        return arena;
    }

    long topicId(int entry) {
        return arena.getLong(entry, TOPIC_ID_INDEX);
    }

    /** The whole groups of a topic, null if it has none. */
    PostingGroups groupsOf(int entry) {
        return groups.get(entry);
    }

    static int tailCount(long state) {
        return (int) state & COUNT_MASK;
    }

    static int tailLevel(long state) {
        return (int) (state >>> LEVEL_SHIFT) & LEVEL_MASK;
    }

    static boolean isCut(long state) {
        return (state & CUT) != 0;
    }

    private void onSequence(long sequence, long term) {
        if (sequence != lastSequence + 1) {
            holeEnd = sequence;
        }
        lastSequence = sequence;
        if (terms.length == 0 || terms[terms.length - 2] != term) {
            terms = Arrays.copyOf(terms, terms.length + 2);
            terms[terms.length - 2] = term;
            terms[terms.length - 1] = sequence;
        }
    }

    private void onMessage(long topicId, long offset, long sequence) {
        int entry = entryOf(topicId);
        long state = arena.getLong(entry, STATE_INDEX);
        long count = countOf(entry, state);
        if (count > 0 && !follows(entry, state, count, offset, sequence)) {
            state = cut(entry, state);
            count = 0;
        }
        if (count == 0) {
            arena.putLong(entry, FIRST_OFFSET_INDEX, offset);
        }
        arena.putLong(entry, STATE_INDEX, add(entry, state, sequence - firstSequence));
    }

    /** Tells whether the offset is the next one; where records are missing, it need not be. */
    private boolean follows(int entry, long state, long count, long offset, long sequence) {
        long headOffset = arena.getLong(entry, FIRST_OFFSET_INDEX) + count - 1;
        if (offset != headOffset + 1 && firstSequence + (state >>> LAST_SHIFT) >= holeEnd) {
            throw new JournalException("record " + sequence + " has offset " + offset + " of topic " + topicId(entry)
                    + ", which stands at " + headOffset);
        }
        return offset == headOffset + 1;
    }

    /** Forgets what was before, here and in earlier segments. */
    private void onForget(long topicId) {
        int entry = entryOf(topicId);
        arena.putLong(entry, STATE_INDEX, cut(entry, arena.getLong(entry, STATE_INDEX)));
    }

    private long countOf(int entry, long state) {
        long grouped = (state & GROUPED) == 0 ? 0 : (long) groups.get(entry).count() * GROUP_LENGTH;
        return grouped + tailCount(state);
    }

    private long add(int entry, long state, long relative) {
        int count = tailCount(state);
        if (count == GROUP_LENGTH - 1) {
            return closeGroup(entry, state, relative);
        }
        int level = tailLevel(state);
        int used = (int) (state >>> USED_SHIFT) & USED_MASK;
        int end = VarintReader.write(encoded, 0, relative - (state >>> LAST_SHIFT));
        for (int i = 0; i < end; i++) {
            if (used == SLICE_LENGTHS[level]) {
                addSlice(entry, level);
                level++;
                used = LINK_LENGTH;
            }
            arena.chunk(slicePiece(entry, level))[sliceOffset(entry, level) + used] = encoded[i];
            used++;
        }
        return (state & (CUT | GROUPED))
                | count + 1
                | (long) level << LEVEL_SHIFT
                | (long) used << USED_SHIFT
                | relative << LAST_SHIFT;
    }

    /** Writes the slices' messages and one more as a group in one piece. */
    private long closeGroup(int entry, long state, long relative) {
        PostingGroups list = groups.get(entry);
        reader.decode(entry, list == null ? 0 : list.count(), group);
        group[GROUP_LENGTH - 1] = firstSequence + relative;
        int length = 0;
        for (int i = 1; i < GROUP_LENGTH; i++) {
            length = VarintReader.write(encoded, length, group[i] - group[i - 1]);
        }
        int piece = arena.allocate(length);
        System.arraycopy(encoded, 0, arena.chunk(piece), PostingArena.offset(piece), length);
        if (list == null) {
            list = new PostingGroups();
            groups.put(entry, list);
        }
        list.add(group[0], group[GROUP_LENGTH - 1], piece);
        freeSlices(entry, tailLevel(state));
        return (state & CUT) | GROUPED | relative << LAST_SHIFT;
    }

    private long cut(int entry, long state) {
        freeSlices(entry, tailLevel(state));
        groups.remove(entry);
        return CUT;
    }

    private int slicePiece(int entry, int level) {
        return level == 0 ? entry : arena.getInt(entry, SLICE_INDEX);
    }

    private int sliceOffset(int entry, int level) {
        return PostingArena.offset(slicePiece(entry, level)) + (level == 0 ? INLINE_INDEX : 0);
    }

    /** Links a slice behind the full one; its last bytes make room for the link and move on. */
    private void addSlice(int entry, int level) {
        int piece = freeSlices[level + 1];
        if (piece == PostingArena.NONE) {
            piece = arena.allocate(SLICE_LENGTHS[level + 1]);
        } else {
            freeSlices[level + 1] = arena.getInt(piece, 0);
        }
        int full = slicePiece(entry, level);
        int linkIndex = (level == 0 ? INLINE_INDEX : 0) + SLICE_LENGTHS[level] - LINK_LENGTH;
        arena.putInt(piece, 0, arena.getInt(full, linkIndex));
        arena.putInt(full, linkIndex, piece);
        arena.putInt(entry, SLICE_INDEX, piece);
    }

    private void freeSlices(int entry, int lastLevel) {
        int piece = entry;
        int linkIndex = INLINE_INDEX + SLICE_LENGTHS[0] - LINK_LENGTH;
        for (int level = 1; level <= lastLevel; level++) {
            piece = arena.getInt(piece, linkIndex);
            linkIndex = SLICE_LENGTHS[level] - LINK_LENGTH;
            // The link of this slice lies at its end, that of the free ones at their start.
            arena.putInt(piece, 0, freeSlices[level]);
            freeSlices[level] = piece;
        }
    }

    private int entryOf(long topicId) {
        int slot = slotOf(topicId);
        if (table[slot] != PostingArena.NONE) {
            return table[slot];
        }
        if (topicCount >= table.length / 4 * 3) {
            growTable();
            slot = slotOf(topicId);
        }
        int entry = arena.allocate(ENTRY_LENGTH);
        arena.putLong(entry, TOPIC_ID_INDEX, topicId);
        table[slot] = entry;
        topicCount++;
        return entry;
    }

    private void growTable() {
        int[] smaller = table;
        table = new int[2 * smaller.length];
        for (int entry : smaller) {
            if (entry != PostingArena.NONE) {
                table[slotOf(topicId(entry))] = entry;
            }
        }
    }

    /** The topic's slot, or the empty one where it belongs. */
    private int slotOf(long topicId) {
        int mask = table.length - 1;
        // Fibonacci hashing: ids are dense, their products spread over the high bits.
        int slot = (int) ((topicId * 0x9E3779B97F4A7C15L) >>> 33) & mask;
        while (table[slot] != PostingArena.NONE && topicId(table[slot]) != topicId) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
