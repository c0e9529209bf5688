package io.stentor.engine.pipeline;

import org.agrona.BitUtil;

/**
 * Remembers keyed messages for their window, so that a repeat gets the first one's result. Of fixed size: when it is full
 * of live entries a keyed message is refused, never accepted unprotected. One thread, the sequencing step's; allocates
 * nothing after construction.
 *
 * <pre>
 *   entry: keyHigh | keyLow | contentHash | sequence | topicOffset | expiresAtNs     six longs; sequence 0: empty
 * </pre>
 *
 * <p>Open addressing with linear probing. A few entries are swept with each insertion, so that the cost of expiry is
 * spread evenly; a removal shifts back what follows it, so that no tombstones gather. Time comes from records alone.
 */
final class DedupeTable {

    /** The answer of {@link #find} when there is no live entry. */
    static final int NONE = -1;

    private static final int WIDTH = 6;
    private static final int KEY_LOW = 1;
    private static final int CONTENT = 2;
    private static final int SEQUENCE = 3;
    private static final int OFFSET = 4;
    private static final int EXPIRES = 5;

    /** Entries looked at with each insertion: the whole table is swept while a quarter of it is inserted. */
    private static final int SWEEP = 4;

    /** Entries looked at when the table is full, before the message is refused. */
    private static final int SWEEP_WHEN_FULL = 256;

    private final long[] entries;
    private final int mask;
    private final int liveMax;
    private int live;
    private int sweepAt;

    /**
     * A table.
     *
     * @param entriesMax how many live entries it holds; the memory is 48 bytes times the next power of two of 4/3 of it.
     */
    DedupeTable(final int entriesMax) {
        final int capacity = BitUtil.findNextPositivePowerOfTwo(Math.max(16, (int) (entriesMax / 3L * 4L)));
        this.entries = new long[capacity * WIDTH];
        this.mask = capacity - 1;
        this.liveMax = entriesMax;
    }

    /**
     * Finds a live entry.
     *
     * @return where it is, for the accessors below, or {@link #NONE}.
     */
    int find(final long keyHigh, final long keyLow, final long nowNs) {
        int at = (int) keyHigh & mask;
        while (entries[at * WIDTH + SEQUENCE] != 0) {
            final int entry = at * WIDTH;
            if (entries[entry] == keyHigh
                    && entries[entry + KEY_LOW] == keyLow
                    && entries[entry + EXPIRES] - nowNs > 0) {
                return entry;
            }
            at = (at + 1) & mask;
        }
        return NONE;
    }

    long contentHash(final int entry) {
        return entries[entry + CONTENT];
    }

    long sequence(final int entry) {
        return entries[entry + SEQUENCE];
    }

    long topicOffset(final int entry) {
        return entries[entry + OFFSET];
    }

    /** True when there is room for one more entry, after sweeping for expired ones if need be. */
    boolean hasRoom(final long nowNs) {
        if (live >= liveMax) {
            sweep(SWEEP_WHEN_FULL, nowNs);
        }
        return live < liveMax;
    }

    /** As {@link #hasRoom}, but looks at the whole table before it says no: for a restart, which refuses nothing. */
    boolean makeRoom(final long nowNs) {
        if (live >= liveMax) {
            sweep(2 * (mask + 1), nowNs);
        }
        return live < liveMax;
    }

    /** Adds an entry that {@link #find} did not find. */
    void add(
            final long keyHigh,
            final long keyLow,
            final long contentHash,
            final long sequence,
            final long topicOffset,
            final long expiresAtNs,
            final long nowNs) {
        sweep(SWEEP, nowNs);
        int at = (int) keyHigh & mask;
        while (entries[at * WIDTH + SEQUENCE] != 0) {
            at = (at + 1) & mask;
        }
        final int entry = at * WIDTH;
        entries[entry] = keyHigh;
        entries[entry + KEY_LOW] = keyLow;
        entries[entry + CONTENT] = contentHash;
        entries[entry + SEQUENCE] = sequence;
        entries[entry + OFFSET] = topicOffset;
        entries[entry + EXPIRES] = expiresAtNs;
        live++;
    }

    /** How many entries there are, expired ones that were not swept yet included. */
    int size() {
        return live;
    }

    /** How many places there are, taken or not: the homes that {@link #nextLive} is asked for. */
    int places() {
        return mask + 1;
    }

    /**
     * The live entry of a home with the least sequence above the one given. To walk the homes from 0 and each home's entries by
     * their sequences is an order that follows from the entries alone, whatever came, went and moved before.
     *
     * @return where it is, or {@link #NONE}.
     */
    int nextLive(final int home, final long afterSequence, final long nowNs) {
        int found = NONE;
        for (int at = home; entries[at * WIDTH + SEQUENCE] != 0; at = (at + 1) & mask) {
            final int entry = at * WIDTH;
            if (((int) entries[entry] & mask) == home
                    && entries[entry + SEQUENCE] > afterSequence
                    && entries[entry + EXPIRES] - nowNs > 0
                    && (found == NONE || entries[entry + SEQUENCE] < entries[found + SEQUENCE])) {
                found = entry;
            }
        }
        return found;
    }

    long keyHigh(final int entry) {
        return entries[entry];
    }

    long keyLow(final int entry) {
        return entries[entry + KEY_LOW];
    }

    long expiresAtNs(final int entry) {
        return entries[entry + EXPIRES];
    }

    private void sweep(final int count, final long nowNs) {
        for (int i = 0; i < count; i++) {
            final int entry = sweepAt * WIDTH;
            if (entries[entry + SEQUENCE] != 0 && entries[entry + EXPIRES] - nowNs <= 0) {
                remove(sweepAt);
            } else {
                sweepAt = (sweepAt + 1) & mask;
            }
        }
    }

    /** Empties a place and moves back those behind it that probing would no longer reach. */
    private void remove(final int place) {
        int hole = place;
        int at = (place + 1) & mask;
        while (entries[at * WIDTH + SEQUENCE] != 0) {
            final int home = (int) entries[at * WIDTH] & mask;
            if (((at - home) & mask) >= ((at - hole) & mask)) {
                System.arraycopy(entries, at * WIDTH, entries, hole * WIDTH, WIDTH);
                hole = at;
            }
            at = (at + 1) & mask;
        }
        entries[hole * WIDTH + SEQUENCE] = 0;
        live--;
    }
}
