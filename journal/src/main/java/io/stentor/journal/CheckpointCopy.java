package io.stentor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Copies checkpoints to another journal directory, and makes them those of another log if that has another identity. A journal
 * whose oldest records were removed cannot be started without them. Each file is copied as it was at some moment, also while the
 * owner replaces it. One thread.
 */
final class CheckpointCopy {
    private static final String DIRECTORY_NAME = "checkpoints";
    private static final String PATTERN = "*.ckpt";

    private final List<Checkpoint> copied = new ArrayList<>();

    /** Copies what has a sound header; the rest would be passed over anyway. */
    void copy(Path source, Path target, long logId, FileForcer forcer) throws IOException {
        Path from = source.resolve(DIRECTORY_NAME);
        if (!Files.isDirectory(from)) {
            return;
        }
        Path to = target.resolve(DIRECTORY_NAME);
        Files.createDirectories(to);
        try (var files = Files.newDirectoryStream(from, PATTERN)) {
            for (Path file : files) {
                copyFile(file, to.resolve(file.getFileName()), logId, forcer);
            }
        }
        forcer.forceDirectory(to);
        forcer.forceDirectory(target);
    }

    /** Whether one of them can be used where the log begins with this record. */
    boolean reaches(long firstSequence) {
        return copied.stream().anyMatch(checkpoint -> checkpoint.sequence() >= firstSequence);
    }

    private void copyFile(Path file, Path copy, long logId, FileForcer forcer) throws IOException {
        try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(CheckpointLayout.HEADER_LENGTH);
            UnsafeBuffer header = new UnsafeBuffer(bytes.array());
            while (bytes.hasRemaining() && from.read(bytes, bytes.position()) >= 0) {
                // Until the header is whole or the file ends, behind which zeros make no magic.
            }
            Checkpoint checkpoint = CheckpointLayout.readHeader(header, copy);
            if (!CheckpointLayout.isSealedHeader(header) || checkpoint.length() != from.size()) {
                return;
            }
            CheckpointLayout.writeHeader(
                    header, CheckpointLayout.kind(header), logId, checkpoint, CheckpointLayout.blocks(header));
            try (FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                bytes.rewind();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                while (to.position() < checkpoint.length()) {
                    from.transferTo(to.position(), checkpoint.length() - to.position(), to);
                }
            }
            copied.add(checkpoint);
        }
        forcer.forceFile(copy);
    }
}
