package io.stentor.fanout.route;

import java.util.Arrays;

/**
 * The shards that want a topic, as the positions of their streams in the router: a sorted array, since most topics are
 * wanted by very few. One thread.
 */
final class ShardSet {

    private static final short[] NONE = new short[0];

    private short[] slots = NONE;

    boolean isEmpty() {
        return slots.length == 0;
    }

    int size() {
        return slots.length;
    }

    int get(final int index) {
        return slots[index];
    }

    boolean contains(final int slot) {
        return Arrays.binarySearch(slots, (short) slot) >= 0;
    }

    boolean add(final int slot) {
        final int found = Arrays.binarySearch(slots, (short) slot);
        if (found >= 0) {
            return false;
        }
        final int at = -found - 1;
        final short[] grown = new short[slots.length + 1];
        System.arraycopy(slots, 0, grown, 0, at);
        grown[at] = (short) slot;
        System.arraycopy(slots, at, grown, at + 1, slots.length - at);
        slots = grown;
        return true;
    }

    boolean remove(final int slot) {
        final int at = Arrays.binarySearch(slots, (short) slot);
        if (at < 0) {
            return false;
        }
        final short[] shrunk = slots.length == 1 ? NONE : new short[slots.length - 1];
        if (shrunk.length > 0) {
            System.arraycopy(slots, 0, shrunk, 0, at);
            System.arraycopy(slots, at + 1, shrunk, at, shrunk.length - at);
        }
        slots = shrunk;
        return true;
    }
}
