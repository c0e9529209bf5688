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

/**
 * Writes one file of the keeper: records as they are, each in a document of its own. It counts only once a
 * {@link Journal#trim(long, KeeperWriter) trim} has taken it; one that nobody takes is deleted, by the close or by the next
 * open. May use the disk's reserve, since what it copies frees more.
 *
 * <pre>
 *   OPEN     -> FINISHED: all records are in the file, it is forced and has its name
 *   FINISHED -> TAKEN:    the manifest names it
 * </pre>
 *
 * <p>One thread. Needs 1 MiB, and about 7 bytes for each message until the index has written them to a file.
 */
public final class KeeperWriter implements AutoCloseable {
    /** Written bytes after which they are forced, so that no call waits for much more than that: 4 MiB. */
    private static final int FORCE_BYTES = 4 * 1024 * 1024;

    private final Path directory;
    private final FileForcer forcer;
    private final RecordsHash hash = new RecordsHash();
    private final ByteBuffer documents = ByteBuffer.allocate(
                    SegmentCursor.DOCUMENT_HEADER_LENGTH + RecordLayout.alignedLength(RecordLayout.MAX_LENGTH))
            .order(LITTLE_ENDIAN);
    private final String name;
    private Segment segment;
    private MemoryPostings postings;
    private FileChannel channel;
    private long count;
    private long position;
    private long forcedPosition;
    private Manifest.Kept finished;
    private boolean taken;

    /** A file named by its first record. */
    KeeperWriter(Path directory, FileForcer forcer) {
        this(directory, forcer, null);
    }

    KeeperWriter(Path directory, FileForcer forcer, String name) {
        this.directory = directory;
        this.forcer = forcer;
        this.name = name;
    }

    /**
     * Adds a record.
     *
     * @param buffer that holds it, with checksums that fit.
     * @param offset where it starts.
     * @param length of header and body in bytes.
     * @throws IllegalArgumentException if its sequence is not greater than the last one's.
     * @throws JournalException if it cannot be written; close the writer then.
     */
    public void add(DirectBuffer buffer, int offset, int length) {
        long sequence = RecordLayout.sequence(buffer, offset);
        try {
            if (channel == null) {
                begin(sequence);
            }
            if (sequence <= segment.lastSequence()) {
                throw new IllegalArgumentException(
                        "record " + sequence + " does not come behind record " + segment.lastSequence());
            }
            int alignedLength = RecordLayout.alignedLength(length);
            if (documents.remaining() < SegmentCursor.DOCUMENT_HEADER_LENGTH + alignedLength) {
                flush();
            }
            documents.putInt(alignedLength);
            buffer.getBytes(offset, documents, length);
            for (int i = length; i < alignedLength; i++) {
                documents.put((byte) 0);
            }
            segment.positions.note(sequence, position);
            position += SegmentCursor.DOCUMENT_HEADER_LENGTH + alignedLength;
            segment.extend(position, sequence);
            hash.add(buffer, offset, length);
            postings.onRecord(buffer, offset);
            count++;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Forces the file and gives it its name.
     *
     * @return false if no record was added, so that there is none.
     * @throws JournalException if that cannot be done; close the writer then.
     */
    public boolean finish() {
        if (channel == null) {
            return false;
        }
        try {
            flush();
            force();
            channel.close();
            Files.move(unfinished(), segment.path, StandardCopyOption.ATOMIC_MOVE);
            forcer.forceDirectory(segment.path.getParent());
            segment.writePositions(segment.positions);
            segment.seal();
            postings.freeze();
            finished = new Manifest.Kept(
                    segment.name(), position, segment.firstSequence, segment.lastSequence(), count, hash.finish());
            return true;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * How much was added.
     *
     * @return length of the file in bytes.
     */
    public long bytes() {
        return position;
    }

    /**
     * How many records were added.
     *
     * @return their number.
     */
    public long count() {
        return count;
    }

    /** What the manifest is to say of the finished file. */
    Manifest.Kept line() {
        if (finished == null) {
            throw new IllegalStateException("the keeper's file is not finished");
        }
        return finished;
    }

    /** The finished file, which the manifest names now. */
    KeptFile take() {
        taken = true;
        return new KeptFile(segment, count, postings);
    }

    /** Deletes what was written, unless a trim has taken it. Idempotent. */
    @Override
    public void close() {
        if (channel == null || taken) {
            return;
        }
        taken = true;
        try {
            channel.close();
            Files.deleteIfExists(unfinished());
            Trim.delete(segment.path, forcer);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void begin(long sequence) throws IOException {
        Path keeper = JournalDirectory.keeperOf(directory);
        if (!Files.isDirectory(keeper)) {
            Files.createDirectory(keeper);
            forcer.forceDirectory(directory);
        }
        String fileName = name == null ? JournalDirectory.keptName(sequence) : name;
        segment = new Segment(keeper.resolve(fileName), sequence, true);
        postings = new MemoryPostings(sequence);
        channel = FileChannel.open(
                unfinished(),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private void flush() throws IOException {
        documents.flip();
        while (documents.hasRemaining()) {
            channel.write(documents);
        }
        documents.clear();
        if (position - forcedPosition >= FORCE_BYTES) {
            force();
        }
    }

    private void force() throws IOException {
        forcer.forceFile(unfinished());
        forcedPosition = position;
    }

    private Path unfinished() {
        return segment.path.resolveSibling(segment.path.getFileName() + ".new");
    }

    private JournalException failed(IOException e) {
        return new JournalException("the keeper in " + directory + " cannot be written: " + e.getMessage(), e);
    }
}
