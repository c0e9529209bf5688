package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChannelForcerTest {
    private static final int FORCES = 200;

    @TempDir
    Path directory;

    private final ExecutorService threads = Executors.newFixedThreadPool(2);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void shouldForceWhatItIsAskedToWhenTwoThreadsAsk() throws Exception {
        List<Future<?>> forced = new ArrayList<>();
        try (ChannelForcer forcer = new ChannelForcer()) {
            for (String name : List.of("segment", "manifest")) {
                Path file = Files.createFile(directory.resolve(name));
                forced.add(threads.submit(() -> {
                    for (int i = 0; i < FORCES; i++) {
                        Files.writeString(file, "content " + i);
                        forcer.forceFile(file);
                    }
                    return null;
                }));
            }
            for (Future<?> each : forced) {
                assertDoesNotThrow(() -> each.get());
            }
        }
    }

    /** As the manifest is replaced: written under one name, forced, renamed, and so again. */
    @Test
    void shouldForceTheFileThatHasTheNameNow() throws Exception {
        Path written = directory.resolve("manifest.new");
        Path replaced = directory.resolve("manifest");
        try (ChannelForcer forcer = new ChannelForcer()) {
            for (int i = 0; i < 2; i++) {
                Files.writeString(written, "content " + i);
                forcer.forceFile(written);
                assertEquals(1, descriptorsOf(written), "through which it was forced");
                Files.move(written, replaced, StandardCopyOption.ATOMIC_MOVE);
            }
        }
    }

    /** How many files that this process has open have the name. */
    private static long descriptorsOf(Path file) throws IOException {
        long count = 0;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors) {
                if (Files.isSymbolicLink(descriptor)
                        && Files.readSymbolicLink(descriptor).equals(file.toRealPath())) {
                    count++;
                }
            }
        }
        return count;
    }
}
