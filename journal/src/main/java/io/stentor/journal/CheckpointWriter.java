package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Writes one checkpoint beside its place and moves it there when it is whole and forced, so that whatever ends the process,
 * and at whatever moment, the file in that place is an old one or this one. Belongs to one thread.
 */
public final class CheckpointWriter implements AutoCloseable {
    /** The most bytes of an entry: what fits a block of 64 KiB. */
    public static final int ENTRY_LENGTH_MAX = CheckpointLayout.BLOCK_LENGTH_MAX
            - CheckpointLayout.BLOCK_HEADER_LENGTH
            - CheckpointLayout.ENTRY_HEADER_LENGTH;

    /** Suffix of a file that is being written. */
    static final String NEW_SUFFIX = ".new";

    /**
     * Bytes after which what was written is forced: 4 MiB. The force at the end is then a short one, and one of the journal
     * that must wait for the file system meanwhile does not wait for a whole checkpoint.
     */
    private static final long FORCE_BYTES = 4L << 20;

    private final CheckpointStore store;
    private final Path place;
    private final Path written;
    private final long sequence;
    private final int recordChecksum;
    private final FileChannel channel;
    private final FileForcer forcer;
    private final byte[] bytes = new byte[CheckpointLayout.BLOCK_LENGTH_MAX];
    private final UnsafeBuffer block = new UnsafeBuffer(bytes);
    private int blockLength = CheckpointLayout.BLOCK_HEADER_LENGTH;
    private int blocks;
    private long entries;
    private long length = CheckpointLayout.HEADER_LENGTH;
    private long forcedLength;

    CheckpointWriter(CheckpointStore store, Path place, long sequence, int recordChecksum, FileForcer forcer)
            throws IOException {
        this.store = store;
        this.place = place;
        this.written = place.resolveSibling(place.getFileName() + NEW_SUFFIX);
        this.sequence = sequence;
        this.recordChecksum = recordChecksum;
        this.forcer = forcer;
        this.channel = FileChannel.open(
                written, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /**
     * Adds an entry; entries are read in the order in which they were added.
     *
     * @param buffer that holds it; copied.
     * @param offset where it starts.
     * @param entryLength its bytes, at most {@link #ENTRY_LENGTH_MAX}.
     * @throws JournalException if it could not be written.
     */
    public void add(DirectBuffer buffer, int offset, int entryLength) {
        if (entryLength < 0 || entryLength > ENTRY_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "an entry of " + entryLength + " bytes is not within 0.." + ENTRY_LENGTH_MAX + " bytes");
        }
        if (blockLength + CheckpointLayout.ENTRY_HEADER_LENGTH + entryLength > CheckpointLayout.BLOCK_LENGTH_MAX) {
            try {
                writeBlock();
                if (length - forcedLength >= FORCE_BYTES) {
                    forcer.forceFile(written);
                    forcedLength = length;
                }
            } catch (IOException e) {
                throw failure(e);
            }
        }
        block.putShort(blockLength, (short) entryLength, LITTLE_ENDIAN);
        block.putBytes(blockLength + CheckpointLayout.ENTRY_HEADER_LENGTH, buffer, offset, entryLength);
        blockLength += CheckpointLayout.ENTRY_HEADER_LENGTH + entryLength;
        entries++;
    }

    /**
     * Ends the checkpoint: afterwards it is the newest one of its store and survives a power cut.
     *
     * @return what was written.
     * @throws JournalException if it could not be written or forced; then the store is as it was.
     */
    public Checkpoint commit() {
        try {
            Checkpoint checkpoint = finish();
            Files.move(written, place, StandardCopyOption.ATOMIC_MOVE);
            forcer.forceDirectory(place.toAbsolutePath().getParent());
            store.believed(checkpoint);
            return checkpoint;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Makes the file beside its place whole, and forces it. */
    Checkpoint finish() throws IOException {
        if (blockLength > CheckpointLayout.BLOCK_HEADER_LENGTH) {
            writeBlock();
        }
        Checkpoint checkpoint = new Checkpoint(place, sequence, recordChecksum, length, entries);
        UnsafeBuffer header = new UnsafeBuffer(new byte[CheckpointLayout.HEADER_LENGTH]);
        CheckpointLayout.writeHeader(header, store.kind(), store.logId(), checkpoint, blocks);
        writeFully(ByteBuffer.wrap(header.byteArray()), 0);
        forcer.forceFile(written);
        return checkpoint;
    }

    /** Releases what the writer holds; without a {@link #commit} nothing was written. Idempotent. */
    @Override
    public void close() {
        try {
            forcer.close();
            channel.close();
            Files.deleteIfExists(written);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private void writeBlock() throws IOException {
        CheckpointLayout.sealBlock(block, blockLength - CheckpointLayout.BLOCK_HEADER_LENGTH, sequence, blocks);
        writeFully(ByteBuffer.wrap(bytes, 0, blockLength), length);
        length += blockLength;
        blocks++;
        blockLength = CheckpointLayout.BLOCK_HEADER_LENGTH;
    }

    private void writeFully(ByteBuffer from, long position) throws IOException {
        long at = position;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    private JournalException failure(IOException e) {
        return new JournalException("checkpoint " + place + " cannot be written: " + e.getMessage(), e);
    }
}
