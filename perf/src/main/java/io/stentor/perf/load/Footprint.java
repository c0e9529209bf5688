package io.stentor.perf.load;

import io.stentor.perf.edge.ProcFile;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;

/**
 * What this process holds at one moment.
 *
 * @param seconds since the first.
 * @param residentBytes of memory.
 * @param openFiles descriptors.
 * @param threads of the process.
 * @param sharedMemoryBytes of files in /dev/shm, of whatever process.
 */
record Footprint(double seconds, long residentBytes, long openFiles, long threads, long sharedMemoryBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** The one of now. */
    static Footprint now(final double seconds) throws IOException {
        return new Footprint(
                seconds,
                ProcFile.bytes(STATUS, "VmRSS"),
                count(Path.of("/proc/self/fd")),
                ProcFile.figure(STATUS, "Threads"),
                bytes(SHARED_MEMORY));
    }

    private static long count(final Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.count();
        }
    }

    private static long bytes(final Path directory) throws IOException {
        final long[] sum = new long[1];
        if (Files.isDirectory(directory)) {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) {
                    sum[0] += attributes.size();
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(final Path file, final IOException problem) {
                    // Another process's, gone meanwhile.
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(final Path visited, final IOException problem) {
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        return sum[0];
    }
}
