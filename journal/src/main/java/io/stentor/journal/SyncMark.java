package io.stentor.journal;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A record up to which the log is known to have been forced, kept beside it: what recovery may not cut away, whatever a
 * power cut left of the rest. It may lag behind what was forced and never runs ahead of it.
 *
 * <pre>
 *   0           8       16         24       28          4096                     8192
 *   +-----------+-------+----------+--------+-----------+------------------------+
 *   | "STNTRSYN"| logId | sequence | CRC32C |  zeros    | the same, one mark ago |
 *   +-----------+-------+----------+--------+-----------+------------------------+
 * </pre>
 *
 * <p>The two are written in turn, in place, so that a write which the power cut tears leaves the other, and so that a force
 * writes one block and no name. Belongs to the thread that forces.
 */
final class SyncMark implements AutoCloseable {
    static final String FILE_NAME = "synced";

    /** Nothing is known: there is no sound mark of this log. */
    static final long UNKNOWN = -1;

    private static final String NEW_FILE_NAME = "synced.new";

    /** The first eight bytes: {@code STNTRSYN}. */
    private static final long MAGIC = 0x4E59_5352_544E_5453L;

    private static final int SLOT_BYTES = 4096;
    private static final int SLOTS = 2;
    private static final int LOG_ID_OFFSET = 8;
    private static final int SEQUENCE_OFFSET = 16;
    private static final int CHECKSUM_OFFSET = 24;
    private static final int LENGTH = 28;

    private final FileChannel channel;
    private final long logId;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SLOT_BYTES).order(LITTLE_ENDIAN);
    private final UnsafeBuffer view = new UnsafeBuffer(bytes);
    private long sequence;
    private int slot;

    private SyncMark(FileChannel channel, long logId, long sequence) {
        this.channel = channel;
        this.logId = logId;
        this.sequence = sequence;
    }

    /** What is known of the log in a directory: a sequence, or {@link #UNKNOWN}. */
    static long read(Path directory, long logId) throws IOException {
        byte[] content;
        try {
            content = Files.readAllBytes(directory.resolve(FILE_NAME));
        } catch (NoSuchFileException e) {
            return UNKNOWN;
        }
        UnsafeBuffer found = new UnsafeBuffer(content);
        long latest = UNKNOWN;
        for (int at = 0; at + LENGTH <= content.length; at += SLOT_BYTES) {
            boolean isSound = found.getLong(at, LITTLE_ENDIAN) == MAGIC
                    && found.getLong(at + LOG_ID_OFFSET, LITTLE_ENDIAN) == logId
                    && found.getInt(at + CHECKSUM_OFFSET, LITTLE_ENDIAN) == checksum(found, at);
            if (isSound) {
                latest = Math.max(latest, found.getLong(at + SEQUENCE_OFFSET, LITTLE_ENDIAN));
            }
        }
        return latest;
    }

    /** What to throw when the log ends before the mark. */
    static JournalDamagedException missing(Path path, long position, long sequence, long synced) {
        return new JournalDamagedException(
                path.toString(), position, sequence, "the log ends, which was forced up to record " + synced + ",");
    }

    /** Makes the mark anew, whole or not at all, once a log has been forced up to a sequence. */
    static SyncMark make(Path directory, long logId, long sequence, FileForcer forcer) throws IOException {
        Path made = directory.resolve(NEW_FILE_NAME);
        FileChannel channel = FileChannel.open(
                made, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        try {
            SyncMark mark = new SyncMark(channel, logId, sequence);
            for (int i = 0; i < SLOTS; i++) {
                mark.write(sequence);
            }
            forcer.forceFile(made);
            Files.move(made, directory.resolve(FILE_NAME), StandardCopyOption.ATOMIC_MOVE);
            forcer.forceDirectory(directory);
            return mark;
        } catch (Throwable e) {
            channel.close();
            throw e;
        }
    }

    /** The sequence that the mark has. */
    long sequence() {
        return sequence;
    }

    /** Moves the mark, durably; everything up to the sequence has been forced before. */
    void move(long syncedSequence) throws IOException {
        write(syncedSequence);
        channel.force(false);
        sequence = syncedSequence;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void write(long syncedSequence) throws IOException {
        view.putLong(0, MAGIC, LITTLE_ENDIAN);
        view.putLong(LOG_ID_OFFSET, logId, LITTLE_ENDIAN);
        view.putLong(SEQUENCE_OFFSET, syncedSequence, LITTLE_ENDIAN);
        view.putInt(CHECKSUM_OFFSET, checksum(view, 0), LITTLE_ENDIAN);
        bytes.clear();
        long position = (long) slot * SLOT_BYTES;
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
        slot = (slot + 1) % SLOTS;
    }

    private static int checksum(UnsafeBuffer buffer, int at) {
        return RecordChecksum.compute(buffer, at, CHECKSUM_OFFSET);
    }
}
