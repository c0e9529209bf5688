package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
