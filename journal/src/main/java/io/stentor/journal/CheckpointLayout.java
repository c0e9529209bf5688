package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bytes of a checkpoint file; drawn in FORMAT.md.
 *
 * <pre>
 *   file:    header | block 0 | block 1 | ...        up to the length that the header says, not a byte more
 *   block:   checksum | length | sequence | number | entries
 *   entry:   u16 length | bytes                      never across two blocks
 * </pre>
 */
final class CheckpointLayout {
    /** The bytes "STNTRCKP". */
    static final long MAGIC = 0x504B4352544E5453L;

    static final int FORMAT_VERSION = 1;

    static final int HEADER_LENGTH = 60;

    /** The most bytes of a block, its header included: 64 KiB, one read and one checksum. */
    static final int BLOCK_LENGTH_MAX = 64 * 1024;

    static final int BLOCK_HEADER_LENGTH = 20;
    static final int ENTRY_HEADER_LENGTH = 2;

    private static final int VERSION_OFFSET = 8;
    private static final int KIND_OFFSET = 12;
    private static final int LOG_ID_OFFSET = 16;
    private static final int SEQUENCE_OFFSET = 24;
    private static final int LENGTH_OFFSET = 32;
    private static final int RECORD_CHECKSUM_OFFSET = 40;
    private static final int BLOCKS_OFFSET = 44;
    private static final int ENTRIES_OFFSET = 48;
    private static final int CHECKSUM_OFFSET = 56;

    private static final int BLOCK_BODY_LENGTH_OFFSET = 4;
    private static final int BLOCK_SEQUENCE_OFFSET = 8;
    private static final int BLOCK_NUMBER_OFFSET = 16;

    private CheckpointLayout() {}

    static void writeHeader(UnsafeBuffer to, int kind, long logId, Checkpoint checkpoint, int blocks) {
        to.putLong(0, MAGIC, LITTLE_ENDIAN);
        to.putInt(VERSION_OFFSET, FORMAT_VERSION, LITTLE_ENDIAN);
        to.putInt(KIND_OFFSET, kind, LITTLE_ENDIAN);
        to.putLong(LOG_ID_OFFSET, logId, LITTLE_ENDIAN);
        to.putLong(SEQUENCE_OFFSET, checkpoint.sequence(), LITTLE_ENDIAN);
        to.putLong(LENGTH_OFFSET, checkpoint.length(), LITTLE_ENDIAN);
        to.putInt(RECORD_CHECKSUM_OFFSET, checkpoint.recordChecksum(), LITTLE_ENDIAN);
        to.putInt(BLOCKS_OFFSET, blocks, LITTLE_ENDIAN);
        to.putLong(ENTRIES_OFFSET, checkpoint.entries(), LITTLE_ENDIAN);
        to.putInt(CHECKSUM_OFFSET, RecordChecksum.compute(to, 0, CHECKSUM_OFFSET), LITTLE_ENDIAN);
    }

    /** Says what is wrong with a header, in words; null if it is one of the kind and of the log. */
    static String headerProblem(UnsafeBuffer header, int kind, long logId, long fileLength) {
        if (header.getLong(0, LITTLE_ENDIAN) != MAGIC) {
            return "it has another magic";
        }
        int version = header.getInt(VERSION_OFFSET, LITTLE_ENDIAN);
        if (version != FORMAT_VERSION) {
            return "it has format version " + version + ", this software reads " + FORMAT_VERSION;
        }
        if (header.getInt(CHECKSUM_OFFSET, LITTLE_ENDIAN) != RecordChecksum.compute(header, 0, CHECKSUM_OFFSET)) {
            return "its header does not match its checksum";
        }
        if (header.getInt(KIND_OFFSET, LITTLE_ENDIAN) != kind) {
            return "it is of kind " + header.getInt(KIND_OFFSET, LITTLE_ENDIAN) + ", not " + kind;
        }
        if (header.getLong(LOG_ID_OFFSET, LITTLE_ENDIAN) != logId) {
            return "it belongs to another log";
        }
        long length = header.getLong(LENGTH_OFFSET, LITTLE_ENDIAN);
        return length == fileLength ? null : "it has " + fileLength + " bytes, not " + length;
    }

    static Checkpoint readHeader(UnsafeBuffer header, Path path) {
        return new Checkpoint(
                path,
                header.getLong(SEQUENCE_OFFSET, LITTLE_ENDIAN),
                header.getInt(RECORD_CHECKSUM_OFFSET, LITTLE_ENDIAN),
                header.getLong(LENGTH_OFFSET, LITTLE_ENDIAN),
                header.getLong(ENTRIES_OFFSET, LITTLE_ENDIAN));
    }

    /** True if it has our magic and version, and its checksum. */
    static boolean isSealedHeader(UnsafeBuffer header) {
        return header.getLong(0, LITTLE_ENDIAN) == MAGIC
                && header.getInt(VERSION_OFFSET, LITTLE_ENDIAN) == FORMAT_VERSION
                && header.getInt(CHECKSUM_OFFSET, LITTLE_ENDIAN) == RecordChecksum.compute(header, 0, CHECKSUM_OFFSET);
    }

    static int kind(UnsafeBuffer header) {
        return header.getInt(KIND_OFFSET, LITTLE_ENDIAN);
    }

    static int blocks(UnsafeBuffer header) {
        return header.getInt(BLOCKS_OFFSET, LITTLE_ENDIAN);
    }

    static void sealBlock(UnsafeBuffer block, int bodyLength, long sequence, int number) {
        block.putInt(BLOCK_BODY_LENGTH_OFFSET, bodyLength, LITTLE_ENDIAN);
        block.putLong(BLOCK_SEQUENCE_OFFSET, sequence, LITTLE_ENDIAN);
        block.putInt(BLOCK_NUMBER_OFFSET, number, LITTLE_ENDIAN);
        block.putInt(0, blockChecksum(block, bodyLength), LITTLE_ENDIAN);
    }

    static int bodyLength(UnsafeBuffer block) {
        return block.getInt(BLOCK_BODY_LENGTH_OFFSET, LITTLE_ENDIAN);
    }

    /** True if the block is the one that was written there; its length was checked against the buffer before. */
    static boolean isSound(UnsafeBuffer block, int bodyLength, long sequence, int number) {
        return block.getInt(0, LITTLE_ENDIAN) == blockChecksum(block, bodyLength)
                && block.getLong(BLOCK_SEQUENCE_OFFSET, LITTLE_ENDIAN) == sequence
                && block.getInt(BLOCK_NUMBER_OFFSET, LITTLE_ENDIAN) == number;
    }

    private static int blockChecksum(UnsafeBuffer block, int bodyLength) {
        return RecordChecksum.compute(
                block, BLOCK_BODY_LENGTH_OFFSET, BLOCK_HEADER_LENGTH - BLOCK_BODY_LENGTH_OFFSET + bodyLength);
    }
}
