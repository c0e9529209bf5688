package io.stentor.journal;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Proves that this process is the only owner of a journal's directory: an OS lock on a file in it, which holds the
 * owner's process id for people to read. The lock goes when the process does, however it ends.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE_NAME = "stentor.lock";

    /**
     * Directories that this process owns. POSIX locks belong to the process, and closing <em>any</em> channel of the file
     * gives them up, so a second open here must be refused before it touches the file.
     */
    private static final Set<Path> OWNED = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @throws JournalException if somebody has it.
     */
    static DirectoryLock acquire(Path directory) throws IOException {
        Path owned = directory.toRealPath();
        if (!OWNED.add(owned)) {
            throw inUse(
                    directory, " by this process (" + ProcessHandle.current().pid() + ")");
        }
        FileChannel channel = null;
        try {
            channel = FileChannel.open(
                    directory.resolve(FILE_NAME),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw inUse(directory, owner(directory));
            }
            String pid = ProcessHandle.current().pid() + "\n";
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid.getBytes(US_ASCII)), 0);
            return new DirectoryLock(owned, channel);
        } catch (Throwable e) {
            if (channel != null) {
                channel.close();
            }
            OWNED.remove(owned);
            throw e;
        }
    }

    /** Tells whether some process owns the directory. */
    static boolean isHeld(Path directory) throws IOException {
        if (OWNED.contains(directory.toRealPath())) {
            return true;
        }
        try (FileChannel channel = FileChannel.open(
                        directory.resolve(FILE_NAME), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new JournalException("cannot release the lock of " + directory, e);
        } finally {
            OWNED.remove(directory);
        }
    }

    private static String owner(Path directory) throws IOException {
        String pid = Files.readString(directory.resolve(FILE_NAME), US_ASCII).strip();
        return pid.isEmpty() ? "" : " by process " + pid;
    }

    private static JournalException inUse(Path directory, String owner) {
        return new JournalException("journal directory " + directory + " is in use" + owner);
    }
}
