package io.stentor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Where the checkpoints of one kind of state lie: two files that are written in turn, so that one is always whole.
 *
 * <pre>
 *   directory/
 *     NAME-a.ckpt
 *     NAME-b.ckpt
 *     NAME-b.ckpt.new    while it is written; without meaning after a crash
 * </pre>
 *
 * <p>A checkpoint is never needed: what is in it follows from the journal. So whatever is wrong with one is reported and it
 * is passed over. What its entries mean is its owner's business, as is whether it belongs to the journal: it does if the
 * journal holds the record at {@link Checkpoint#sequence} and that has {@link Checkpoint#recordChecksum}. Belongs to one
 * thread at a time.
 */
public final class CheckpointStore {
    private final Path directory;
    private final Path placeA;
    private final Path placeB;
    private final int kind;
    private final long logId;
    private final ErrorHandler errorHandler;
    private final Supplier<FileForcer> forcers;

    /** The place of the newest one that is known to be good, which is not written over; null while none is. */
    private Path believedPlace;

    /**
     * Names a store; nothing is read or made.
     *
     * @param directory where the files are; made with the first of them.
     * @param name what their names begin with.
     * @param kind of state, a number that the files carry.
     * @param logId of the journal.
     * @param errorHandler told of each checkpoint that is passed over.
     */
    public CheckpointStore(Path directory, String name, int kind, long logId, ErrorHandler errorHandler) {
        this(directory, name, kind, logId, errorHandler, ChannelForcer::new);
    }

    CheckpointStore(
            Path directory,
            String name,
            int kind,
            long logId,
            ErrorHandler errorHandler,
            Supplier<FileForcer> forcers) {
        this.directory = directory;
        this.placeA = directory.resolve(name + "-a.ckpt");
        this.placeB = directory.resolve(name + "-b.ckpt");
        this.kind = kind;
        this.logId = logId;
        this.errorHandler = errorHandler;
        this.forcers = forcers;
    }

    /**
     * Looks for checkpoints.
     *
     * @param lastSequence of the journal: a checkpoint beyond it is of records that were lost, and passed over.
     * @return those with a sound header, the newest first.
     */
    public List<Checkpoint> newestFirst(long lastSequence) {
        List<Checkpoint> found = new ArrayList<>();
        look(placeA, lastSequence, found);
        look(placeB, lastSequence, found);
        found.sort(Comparator.comparingLong(Checkpoint::sequence).reversed());
        return found;
    }

    /**
     * Opens a checkpoint.
     *
     * @param checkpoint from {@link #newestFirst}.
     * @return a reader that the caller closes.
     * @throws JournalException if it cannot be read.
     */
    public CheckpointReader open(Checkpoint checkpoint) {
        return new CheckpointReader(this, checkpoint);
    }

    /**
     * Takes note that a checkpoint was read to its end and found good: the next one is written into the other place.
     *
     * @param checkpoint from {@link #newestFirst}.
     */
    public void believed(Checkpoint checkpoint) {
        believedPlace = checkpoint.path();
    }

    /**
     * Reports that a checkpoint is passed over.
     *
     * @param checkpoint from {@link #newestFirst}.
     * @param problem what is wrong with it, in words that follow "because".
     */
    public void passOver(Checkpoint checkpoint, String problem) {
        passOver(checkpoint.path(), problem);
    }

    /**
     * Begins a checkpoint.
     *
     * @param sequence of the last record whose effect it will hold; the journal was forced to it.
     * @param recordChecksum that record's {@linkplain RecordLayout#headerChecksum header checksum}.
     * @return a writer that the caller closes.
     * @throws JournalException if the file cannot be made.
     */
    public CheckpointWriter create(long sequence, int recordChecksum) {
        Path place = placeA.equals(believedPlace) ? placeB : placeA;
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory);
                try (FileForcer forcer = forcers.get()) {
                    forcer.forceDirectory(directory.toAbsolutePath().getParent());
                }
            }
            return new CheckpointWriter(this, place, sequence, recordChecksum, forcers.get());
        } catch (IOException e) {
            throw new JournalException("checkpoint " + place + " cannot be written: " + e.getMessage(), e);
        }
    }

    int kind() {
        return kind;
    }

    long logId() {
        return logId;
    }

    private void look(Path place, long lastSequence, List<Checkpoint> found) {
        byte[] bytes = new byte[CheckpointLayout.HEADER_LENGTH];
        UnsafeBuffer header = new UnsafeBuffer(bytes);
        try (FileChannel channel = FileChannel.open(place, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // A short read is continued; at the file's end the zeros that are left make no magic.
            }
            String problem = CheckpointLayout.headerProblem(header, kind, logId, channel.size());
            Checkpoint checkpoint = CheckpointLayout.readHeader(header, place);
            if (problem != null) {
                passOver(place, problem);
            } else if (checkpoint.sequence() > lastSequence) {
                passOver(
                        place,
                        "it is of record " + checkpoint.sequence() + ", the journal ends at record " + lastSequence);
            } else {
                found.add(checkpoint);
            }
        } catch (NoSuchFileException e) {
            // There is none yet.
        } catch (IOException e) {
            passOver(place, "it cannot be read: " + e.getMessage());
        }
    }

    private void passOver(Path place, String problem) {
        errorHandler.onError(new JournalException("checkpoint " + place + " is passed over because " + problem));
    }
}
