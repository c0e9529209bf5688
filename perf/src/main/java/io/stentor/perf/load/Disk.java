package io.stentor.perf.load;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file system under a run's data: on memory, on a network or with another read-ahead the same code shows other
 * figures.
 *
 * @param fileSystem type of the file system, such as ext4 or tmpfs.
 * @param device that it is on.
 * @param freeBytes that it had left.
 * @param readAheadKib of the device, or {@link #UNKNOWN}.
 */
record Disk(String fileSystem, String device, long freeBytes, int readAheadKib) {
    static final int UNKNOWN = -1;

    /** The disk that a directory is on. */
    static Disk of(final Path directory) throws IOException {
        final FileStore store = Files.getFileStore(directory);
        return new Disk(store.type(), store.name(), store.getUsableSpace(), readAheadKib(store.name()));
    }

    @Override
    public String toString() {
        final String readAhead = readAheadKib == UNKNOWN ? "" : ", read-ahead " + readAheadKib + " KiB";
        return fileSystem + " on " + device + readAhead + ", " + freeBytes / ByteCount.GIB + " GiB free";
    }

    private static int readAheadKib(final String device) {
        final Path block = Path.of("/sys/class/block").resolve(Path.of(device).getFileName());
        final int ofDisk = readKib(block.resolve("queue/read_ahead_kb"));
        // A partition's queue is its disk's, whose directory is behind the link that the class directory has.
        return ofDisk == UNKNOWN ? readKib(block.resolve("subsystem/../../queue/read_ahead_kb")) : ofDisk;
    }

    private static int readKib(final Path file) {
        try {
            return Integer.parseInt(Files.readString(file).strip());
        } catch (final IOException | NumberFormatException ex) {
            return UNKNOWN;
        }
    }
}
