package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/** Writes the blocks of an index file in their order, the header last. One thread. */
final class IndexBlockWriter implements AutoCloseable {
    private final byte[] bytes = new byte[IndexLayout.BLOCK_LENGTH];
    private final UnsafeBuffer block = new UnsafeBuffer(bytes);
    private final FileChannel channel;
    private final long firstSequence;
    private long blockNumber = 1;
    private int used = IndexLayout.CONTENT_INDEX;

    IndexBlockWriter(Path path, long firstSequence) throws IOException {
        this.firstSequence = firstSequence;
        channel = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** The block being filled. */
    long blockNumber() {
        return blockNumber;
    }

    boolean isEmpty() {
        return used == IndexLayout.CONTENT_INDEX;
    }

    boolean hasRoom(int length) {
        return used + length <= IndexLayout.BLOCK_LENGTH;
    }

    /** Adds bytes that must have room; returns where in the file they will be. */
    long add(byte[] source, int length) {
        long position = blockNumber * IndexLayout.BLOCK_LENGTH + used;
        System.arraycopy(source, 0, bytes, used, length);
        used += length;
        return position;
    }

    /** Adds a number, in the next block if this one is full. */
    void addLong(long value) throws IOException {
        if (!hasRoom(Long.BYTES)) {
            endBlock();
        }
        block.putLong(used, value, LITTLE_ENDIAN);
        used += Long.BYTES;
    }

    /** Writes the block, if anything is in it, and begins the next. */
    void endBlock() throws IOException {
        if (!isEmpty()) {
            write(blockNumber);
            blockNumber++;
        }
    }

    /** Begins the header, which takes the place before all other blocks. */
    UnsafeBuffer header() {
        used = IndexLayout.BLOCK_LENGTH;
        return block;
    }

    /** Writes the header and returns when all is on the device. */
    void finish() throws IOException {
        write(0);
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(long number) throws IOException {
        block.putInt(IndexLayout.BLOCK_NUMBER_INDEX, (int) number, LITTLE_ENDIAN);
        block.putLong(IndexLayout.FIRST_SEQUENCE_INDEX, firstSequence, LITTLE_ENDIAN);
        int checksum =
                RecordChecksum.compute(block, Integer.BYTES, IndexLayout.BLOCK_LENGTH - IndexLayout.BLOCK_NUMBER_INDEX);
        block.putInt(IndexLayout.CHECKSUM_INDEX, checksum, LITTLE_ENDIAN);
        ByteBuffer whole = ByteBuffer.wrap(bytes);
        while (whole.hasRemaining()) {
            channel.write(whole, number * IndexLayout.BLOCK_LENGTH + whole.position());
        }
        block.setMemory(0, IndexLayout.BLOCK_LENGTH, (byte) 0);
        used = IndexLayout.CONTENT_INDEX;
    }
}
