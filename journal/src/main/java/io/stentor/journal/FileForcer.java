package io.stentor.journal;

import java.io.IOException;
import java.nio.file.Path;

/** Forces files to the device. Any thread. A test makes one that fails. */
interface FileForcer extends AutoCloseable {
    /** Returns when everything written to the file so far, by whatever means, is on the device. */
    void forceFile(Path file) throws IOException;

    /** Returns when the names in the directory are on the device. */
    void forceDirectory(Path directory) throws IOException;

    @Override
    void close() throws IOException;
}
