package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.Arrays;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The blocks of index files that were used last, verified copies in memory: nothing is believed that was not checked where
 * nobody can change it any more. A block stays until another takes its slot. One thread.
 */
final class IndexBlocks {
    /** 1 MiB of blocks. */
    private static final int SLOTS = 256;

    private static final long NONE = -1;

    private final byte[] bytes = new byte[SLOTS * IndexLayout.BLOCK_LENGTH];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final long[] keys = new long[SLOTS];

    private int filesOpened;

    IndexBlocks() {
        Arrays.fill(keys, NONE);
    }

    /** A number for a file that was opened, different from all before. */
    int nextFileNumber() {
        return filesOpened++;
    }

    /**
     * Makes a block readable.
     *
     * @return where it starts in {@link #bytes} and {@link #buffer}; valid until the next call.
     * @throws IndexDamagedException if it is not sound.
     */
    int load(IndexFile file, long block) {
        long key = ((long) file.number() << Integer.SIZE) | block;
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 56);
        int start = slot * IndexLayout.BLOCK_LENGTH;
        if (keys[slot] != key) {
            keys[slot] = NONE;
            file.copy(block, bytes, start);
            String damage = damageOf(buffer, start, block, file.firstSequence());
            if (damage != null) {
                throw new IndexDamagedException(file, damage + " of block " + block);
            }
            keys[slot] = key;
        }
        return start;
    }

    byte[] bytes() {
        return bytes;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    /** What is wrong with a block, null if nothing is. */
    static String damageOf(UnsafeBuffer buffer, int start, long block, long firstSequence) {
        int checksum = RecordChecksum.compute(
                buffer, start + Integer.BYTES, IndexLayout.BLOCK_LENGTH - IndexLayout.BLOCK_NUMBER_INDEX);
        if (checksum != buffer.getInt(start + IndexLayout.CHECKSUM_INDEX, LITTLE_ENDIAN)) {
            return "checksum";
        }
        if (buffer.getInt(start + IndexLayout.BLOCK_NUMBER_INDEX, LITTLE_ENDIAN) != (int) block) {
            return "number";
        }
        if (buffer.getLong(start + IndexLayout.FIRST_SEQUENCE_INDEX, LITTLE_ENDIAN) != firstSequence) {
            return "segment";
        }
        return null;
    }
}
