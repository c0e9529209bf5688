package io.stentor.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Where the transport's shared memory lies: under {@code /dev/shm} where there is one. The name follows from the journal's
 * directory, whose lock proves a single owner, so that a start finds and deletes what a killed process has left.
 */
final class AeronDirectories {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private AeronDirectories() {}

    static Path directoryOf(final EngineContext context) {
        if (context.aeronDirectory() != null) {
            return context.aeronDirectory();
        }
        final UUID name = context.journalKind() == JournalKind.CHRONICLE
                ? UUID.nameUUIDFromBytes(realPathOf(context.directory()).getBytes(StandardCharsets.UTF_8))
                : UUID.randomUUID();
        return parent().resolve("stentor-" + name);
    }

    static Path parent() {
        return Files.isWritable(SHARED_MEMORY) ? SHARED_MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static String realPathOf(final Path directory) {
        try {
            return directory.toRealPath().toString();
        } catch (final IOException ex) {
            throw new EngineException("the directory " + directory + " cannot be read: " + ex.getMessage(), ex);
        }
    }
}
