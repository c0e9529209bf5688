package io.stentor.journal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Room for many small things without an object for each: pieces of a few bytes in chunks of 32 KiB, named by a number of 32
 * bits. Nothing is moved, so growth copies nothing and wastes less than one chunk.
 *
 * <p>One thread writes; any thread may read what is written no more.
 */
final class PostingArena {
    /** No piece has this number. */
    static final int NONE = 0;

    private static final int UNIT_SHIFT = 2;

    /** Far below half a region of G1: an array of a whole region, 1 MiB, takes two, which doubled the memory measured. */
    private static final int CHUNK_BYTES_SHIFT = 15;

    private static final int CHUNK_BYTES = 1 << CHUNK_BYTES_SHIFT;
    private static final int CHUNK_SHIFT = CHUNK_BYTES_SHIFT - UNIT_SHIFT;
    private static final int UNIT_MASK = (1 << CHUNK_SHIFT) - 1;

    /** Numbers count units of 4 bytes without a sign: 16 GiB, which is 2 billion records at 8 bytes. */
    private static final int CHUNKS_MAX = 1 << (Integer.SIZE - CHUNK_SHIFT);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[][] chunks = new byte[16][];
    private int chunkCount;

    /** Bytes taken of the last chunk. */
    private int taken = CHUNK_BYTES;

    /** Takes a zeroed piece that lies within one chunk. */
    int allocate(int length) {
        int aligned = (length + (1 << UNIT_SHIFT) - 1) & -(1 << UNIT_SHIFT);
        if (taken + aligned > CHUNK_BYTES) {
            addChunk();
        }
        int piece = ((chunkCount - 1) << CHUNK_SHIFT) + (taken >>> UNIT_SHIFT);
        taken += aligned;
        return piece;
    }

    /** The array that a piece lies in. */
    byte[] chunk(int piece) {
        return chunks[piece >>> CHUNK_SHIFT];
    }

    /** Where a piece begins in its array. */
    static int offset(int piece) {
        return (piece & UNIT_MASK) << UNIT_SHIFT;
    }

    long getLong(int piece, int index) {
        return (long) LONGS.get(chunk(piece), offset(piece) + index);
    }

    void putLong(int piece, int index, long value) {
        LONGS.set(chunk(piece), offset(piece) + index, value);
    }

    int getInt(int piece, int index) {
        return (int) INTS.get(chunk(piece), offset(piece) + index);
    }

    void putInt(int piece, int index, int value) {
        INTS.set(chunk(piece), offset(piece) + index, value);
    }

    private void addChunk() {
        if (chunkCount == CHUNKS_MAX) {
            throw new JournalException("the index of one segment would take more than 16 GiB of memory");
        }
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
        }
        chunks[chunkCount] = new byte[CHUNK_BYTES];
        // The first unit of all is never taken, so that no piece is called 0.
        taken = chunkCount == 0 ? 1 << UNIT_SHIFT : 0;
        chunkCount++;
    }
}
