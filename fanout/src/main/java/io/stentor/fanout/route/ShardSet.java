package io.stentor.fanout.route;

import java.util.Arrays;

/**
 * The shards that want a topic, as the positions of their streams in the router. Most topics are wanted by very few: one is
 * held here, where a message finds it without another miss of the caches, up to {@value #ARRAY_MAX} are a sorted array, more
 * are a bit for each, 128 bytes for all that an engine can have. One thread.
 */
final class ShardSet {

    /** Behind this many an array is longer than the bits. */
    static final int ARRAY_MAX = 48;

    /** What {@link #next} answers behind the last one. */
    static final int NONE = -1;

    private static final short[] EMPTY = new short[0];
    private static final int WORDS = Router.SHARDS_MAX / Long.SIZE;

    /** The one slot while {@link #size} is 1; it means nothing else. */
    private int only;

    /** In use from two slots on. */
    private short[] slots = EMPTY;

    /** A bit for each slot, or null while the array is in use. */
    private long[] bits;

    private int size;

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The lowest slot that is not below {@code from}, or {@link #NONE}. */
    int next(final int from) {
        if (size == 1) {
            return only >= from ? only : NONE;
        }
        if (bits != null) {
            return nextBit(from);
        }
        for (int i = 0; i < size; i++) {
            if (slots[i] >= from) {
                return slots[i];
            }
        }
        return NONE;
    }

    boolean contains(final int slot) {
        if (size <= 1) {
            return size == 1 && only == slot;
        }
        return bits == null ? search(slot) >= 0 : (bits[slot / Long.SIZE] & 1L << slot) != 0;
    }

    boolean add(final int slot) {
        if (contains(slot)) {
            return false;
        }
        if (size == 0) {
            only = slot;
            size = 1;
            return true;
        }
        if (size == 1) {
            slots = new short[] {(short) only};
        }
        if (bits == null && size == ARRAY_MAX) {
            spread();
        }
        if (bits != null) {
            bits[slot / Long.SIZE] |= 1L << slot;
        } else {
            final int at = -search(slot) - 1;
            final short[] grown = new short[size + 1];
            System.arraycopy(slots, 0, grown, 0, at);
            grown[at] = (short) slot;
            System.arraycopy(slots, at, grown, at + 1, size - at);
            slots = grown;
        }
        size++;
        return true;
    }

    boolean remove(final int slot) {
        if (!contains(slot)) {
            return false;
        }
        if (--size == 0) {
            return true;
        }
        if (size == 1) {
            only = slots[0] == slot ? slots[1] : slots[0];
            slots = EMPTY;
        } else if (bits == null) {
            final int at = search(slot);
            final short[] shrunk = new short[size];
            System.arraycopy(slots, 0, shrunk, 0, at);
            System.arraycopy(slots, at + 1, shrunk, at, size - at);
            slots = shrunk;
        } else {
            bits[slot / Long.SIZE] &= ~(1L << slot);
            // Half of what made it spread, so that a set at the limit does not change its form with every shard.
            if (size <= ARRAY_MAX / 2) {
                gather();
            }
        }
        return true;
    }

    private int search(final int slot) {
        return Arrays.binarySearch(slots, (short) slot);
    }

    private int nextBit(final int from) {
        int word = from / Long.SIZE;
        if (word >= WORDS) {
            return NONE;
        }
        long left = bits[word] & -1L << from;
        while (left == 0) {
            if (++word == WORDS) {
                return NONE;
            }
            left = bits[word];
        }
        return word * Long.SIZE + Long.numberOfTrailingZeros(left);
    }

    private void spread() {
        bits = new long[WORDS];
        for (final short slot : slots) {
            bits[slot / Long.SIZE] |= 1L << slot;
        }
        slots = EMPTY;
    }

    private void gather() {
        final short[] gathered = new short[size];
        int slot = NONE;
        for (int i = 0; i < size; i++) {
            slot = nextBit(slot + 1);
            gathered[i] = (short) slot;
        }
        slots = gathered;
        bits = null;
    }
}
