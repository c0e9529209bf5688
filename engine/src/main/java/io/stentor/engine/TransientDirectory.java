package io.stentor.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.agrona.CloseHelper;
import org.agrona.IoUtil;

/**
 * A place for the transport's shared memory of a process that has no directory of its own. A lock beside it says that it is in
 * use; the next such process deletes those whose lock nobody holds, which is what a killed one leaves.
 */
final class TransientDirectory implements AutoCloseable {

    private static final String PREFIX = "stentor-shard-";
    private static final String LOCK_SUFFIX = ".lock";

    private final Path path;
    private final Path lockFile;
    private final FileChannel channel;

    private TransientDirectory(final Path path, final Path lockFile, final FileChannel channel) {
        this.path = path;
        this.lockFile = lockFile;
        this.channel = channel;
    }

    /**
     * Takes a new place in {@code parent}, and removes those of processes that have ended.
     *
     * @throws EngineException when it cannot be made, saying where and why.
     */
    static TransientDirectory in(final Path parent) {
        FileChannel channel = null;
        try {
            sweep(parent);
            while (true) {
                final Path path = parent.resolve(PREFIX + UUID.randomUUID());
                final Path lockFile = parent.resolve(path.getFileName() + LOCK_SUFFIX);
                channel = FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                channel.lock();
                if (Files.exists(lockFile)) {
                    return new TransientDirectory(path, lockFile, channel);
                }
                // Another process swept it away before it was locked.
                channel.close();
            }
        } catch (final IOException ex) {
            CloseHelper.quietClose(channel);
            throw new EngineException(
                    "cannot make the transport's directory in " + parent + ": " + ex.getMessage(), ex);
        }
    }

    /** Where the driver may make its directory; nothing is there yet. */
    Path path() {
        return path;
    }

    @Override
    public void close() {
        IoUtil.delete(path.toFile(), true);
        IoUtil.delete(lockFile.toFile(), true);
        CloseHelper.quietClose(channel);
    }

    private static void sweep(final Path parent) throws IOException {
        try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, PREFIX + "*" + LOCK_SUFFIX)) {
            for (final Path lockFile : locks) {
                sweepIfUnused(lockFile);
            }
        }
    }

    private static void sweepIfUnused(final Path lockFile) {
        try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                final String name = lockFile.getFileName().toString();
                final String directory = name.substring(0, name.length() - LOCK_SUFFIX.length());
                IoUtil.delete(lockFile.resolveSibling(directory).toFile(), true);
                Files.deleteIfExists(lockFile);
            }
        } catch (final IOException | OverlappingFileLockException ex) {
            // Another process sweeps it, or it belongs to this one or to another user: not ours to remove.
            return;
        }
    }
}
