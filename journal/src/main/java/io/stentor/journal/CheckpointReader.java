package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the entries of one checkpoint. Never maps the file: one that is cut short or changed under it is an exception. Belongs
 * to one thread; takes 64 KiB.
 */
public final class CheckpointReader implements AutoCloseable {
    private final Checkpoint checkpoint;
    private final FileChannel channel;
    private final int blocks;
    private final byte[] bytes = new byte[CheckpointLayout.BLOCK_LENGTH_MAX];
    private final UnsafeBuffer block = new UnsafeBuffer(bytes);
    private long position = CheckpointLayout.HEADER_LENGTH;
    private int blocksRead;
    private long entriesRead;

    CheckpointReader(CheckpointStore store, Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        try {
            channel = FileChannel.open(checkpoint.path(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw failure(e);
        }
        try {
            UnsafeBuffer header = new UnsafeBuffer(new byte[CheckpointLayout.HEADER_LENGTH]);
            readFully(header.byteArray(), 0, CheckpointLayout.HEADER_LENGTH, 0);
            String problem = CheckpointLayout.headerProblem(header, store.kind(), store.logId(), channel.size());
            if (problem != null
                    || !CheckpointLayout.readHeader(header, checkpoint.path()).equals(checkpoint)) {
                throw damage(0, problem == null ? "its header has changed" : problem);
            }
            blocks = CheckpointLayout.blocks(header);
        } catch (IOException e) {
            close();
            throw failure(e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Hands out the entries of the next block, once that is verified.
     *
     * @param handler called for each, in the order in which they were written.
     * @return how many there were; 0 at the end, when the checkpoint has proved to be whole.
     * @throws JournalException if the block is not what was written, something is missing at the end, or it cannot be read;
     *     the message tells where.
     */
    public int poll(RecordHandler handler) {
        if (position == checkpoint.length()) {
            if (blocksRead != blocks || entriesRead != checkpoint.entries()) {
                throw damage(position, "the checkpoint ends early");
            }
            return 0;
        }
        int bodyLength = readBlock();
        int end = CheckpointLayout.BLOCK_HEADER_LENGTH + bodyLength;
        int count = 0;
        int at = CheckpointLayout.BLOCK_HEADER_LENGTH;
        while (at < end) {
            if (end - at < CheckpointLayout.ENTRY_HEADER_LENGTH) {
                throw damage(position + at, "half an entry");
            }
            int length = block.getShort(at, LITTLE_ENDIAN) & 0xFFFF;
            at += CheckpointLayout.ENTRY_HEADER_LENGTH;
            if (length > end - at) {
                throw damage(position + at, "half an entry");
            }
            handler.onRecord(block, at, length);
            at += length;
            count++;
        }
        position += end;
        blocksRead++;
        entriesRead += count;
        return count;
    }

    /** Releases what the reader holds. Idempotent. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Reads the next block whole and checks it; returns the length of its body. */
    private int readBlock() {
        long left = checkpoint.length() - position;
        if (left <= CheckpointLayout.BLOCK_HEADER_LENGTH) {
            throw damage(position, "half a block");
        }
        try {
            readFully(bytes, 0, CheckpointLayout.BLOCK_HEADER_LENGTH, position);
            int bodyLength = CheckpointLayout.bodyLength(block);
            if (bodyLength <= 0
                    || bodyLength > CheckpointLayout.BLOCK_LENGTH_MAX - CheckpointLayout.BLOCK_HEADER_LENGTH
                    || bodyLength > left - CheckpointLayout.BLOCK_HEADER_LENGTH) {
                throw damage(position, "a block of " + bodyLength + " bytes");
            }
            readFully(
                    bytes,
                    CheckpointLayout.BLOCK_HEADER_LENGTH,
                    bodyLength,
                    position + CheckpointLayout.BLOCK_HEADER_LENGTH);
            if (!CheckpointLayout.isSound(block, bodyLength, checkpoint.sequence(), blocksRead)) {
                throw damage(position, "block " + blocksRead + " is not what was written");
            }
            return bodyLength;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void readFully(byte[] to, int offset, int length, long from) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(to, offset, length);
        long at = from;
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer, at);
            if (count < 0) {
                throw damage(at, "the file ends");
            }
            at += count;
        }
    }

    private static JournalException damage(long at, String what) {
        return new JournalException("it is damaged at byte " + at + ": " + what);
    }

    private static JournalException failure(IOException e) {
        return new JournalException("it cannot be read: " + e.getMessage(), e);
    }
}
