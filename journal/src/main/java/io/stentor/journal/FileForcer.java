package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Forces files to the device. Any thread. A test makes one that fails. */
interface FileForcer extends AutoCloseable {
    /** Returns when everything written to the file so far, by whatever means, is on the device. */
    void forceFile(Path file) throws IOException;

    /** Returns when the names in the directory are on the device. */
    void forceDirectory(Path directory) throws IOException;

    /**
     * Fails if the device has failed by now: a force that ended while it did proves nothing. A file system that shuts itself
     * down may let a force end well whose file it then does not find again: ext4 did so in 4 of 100 trials in which one thread
     * wrote and forced, and in none of 100 once it had read a byte after each force.
     */
    void requireAlive() throws IOException;

    @Override
    void close() throws IOException;
}
