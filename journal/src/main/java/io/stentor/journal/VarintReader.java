package io.stentor.journal;

/** Reads variable-length numbers, seven bits a byte, the lowest first, from a stretch of an array. One thread. */
final class VarintReader {
    /** {@link #next} found no whole number before the limit. */
    static final long NONE = -1;

    /** Bytes of the longest number below 2^63. */
    static final int LENGTH_MAX = 9;

    private byte[] bytes;
    private int position;
    private int limit;

    /** Moves to a stretch of an array. */
    VarintReader wrap(byte[] source, int start, int end) {
        bytes = source;
        position = start;
        limit = end;
        return this;
    }

    /** The next number, from 0, or {@link #NONE}. */
    long next() {
        long value = 0;
        for (int shift = 0; shift < LENGTH_MAX * 7 && position < limit; shift += 7) {
            byte read = bytes[position++];
            value |= (long) (read & 0x7F) << shift;
            if (read >= 0) {
                return value;
            }
        }
        return NONE;
    }

    int position() {
        return position;
    }

    /** Steps over bytes; false if there are not so many. */
    boolean skip(long length) {
        if (length < 0 || length > limit - position) {
            return false;
        }
        position += (int) length;
        return true;
    }

    /** Writes a number from 0; returns the position behind it. */
    static int write(byte[] target, int start, long value) {
        int at = start;
        long rest = value;
        while (rest > 0x7F) {
            target[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        target[at++] = (byte) rest;
        return at;
    }
}
