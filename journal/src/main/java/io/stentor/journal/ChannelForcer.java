package io.stentor.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Forces by {@link FileChannel#force}: fsync writes the dirty pages of every mapping of the file and what the file system
 * needs to find them again. In trials with power cut, {@code msync} of the queue's own mapping lost acknowledged records in
 * 7 of 7 and this in 0 of 11.
 *
 * <p>The journal's one is called by the thread that forces and by those that seal and trim, each of another file: one after
 * the other, so that none of them forces the file that another has just opened.
 */
final class ChannelForcer implements FileForcer {
    private Path openFile;
    private FileChannel channel;

    @Override
    public synchronized void forceFile(Path file) throws IOException {
        if (!file.equals(openFile)) {
            close();
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
            openFile = file;
        }
        channel.force(true);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel directoryChannel = FileChannel.open(directory, StandardOpenOption.READ)) {
            directoryChannel.force(true);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        openFile = null;
        if (channel != null) {
            channel.close();
            channel = null;
        }
    }
}
