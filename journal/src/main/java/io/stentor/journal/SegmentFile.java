package io.stentor.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file at positions and never maps it, so that a file that is cut short or unreadable is an exception and not the
 * end of the process. Belongs to one thread. An interrupt of that thread does not end it: the channel, which the JDK
 * closes then, is opened again.
 */
final class SegmentFile implements AutoCloseable {
    private final Path path;
    private FileChannel channel;

    SegmentFile(Path path) throws IOException {
        this.path = path;
        channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    long length() throws IOException {
        return channel.size();
    }

    /** Fills the buffer up to its limit from a position of the file; less only where the file ends. */
    void read(ByteBuffer bytes, long position) throws IOException {
        boolean wasInterrupted = false;
        long from = position;
        while (bytes.hasRemaining()) {
            try {
                int count = channel.read(bytes, from);
                if (count < 0) {
                    break;
                }
                from += count;
            } catch (ClosedByInterruptException e) {
                wasInterrupted |= Thread.interrupted();
                channel = FileChannel.open(path, StandardOpenOption.READ);
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
