package io.stentor.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TransientDirectoryTest {

    @TempDir
    private Path parent;

    @Test
    void shouldBeAnotherPlaceForEachAndLeaveNothingBehind() throws IOException {
        try (TransientDirectory first = TransientDirectory.in(parent);
                TransientDirectory second = TransientDirectory.in(parent)) {
            assertNotEquals(first.path(), second.path());
            Files.createDirectory(first.path());
            Files.writeString(first.path().resolve("cnc.dat"), "mapped");
        }
        assertEquals(List.of(), entries());
    }

    @Test
    void shouldRemoveWhatAKilledProcessHasLeftAndNothingElse() throws IOException {
        final Path dead = Files.createDirectory(parent.resolve("stentor-shard-dead"));
        Files.writeString(dead.resolve("cnc.dat"), "mapped");
        Files.createFile(parent.resolve("stentor-shard-dead.lock"));
        final Path engine = Files.createDirectory(parent.resolve("stentor-engine"));
        try (TransientDirectory alive = TransientDirectory.in(parent)) {
            Files.createDirectory(alive.path());
            try (TransientDirectory next = TransientDirectory.in(parent)) {
                assertFalse(Files.exists(next.path()));
                assertTrue(Files.exists(alive.path()), "another one's, in use");
            }
            assertFalse(Files.exists(dead));
            assertTrue(Files.exists(engine));
        }
        assertEquals(List.of(engine), entries());
    }

    @Test
    void shouldSayWhereItCannotBeMade() {
        final Path missing = parent.resolve("missing");
        final EngineException ex = assertThrows(EngineException.class, () -> TransientDirectory.in(missing));
        assertTrue(ex.getMessage().contains(missing.toString()), ex.getMessage());
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList();
        }
    }
}
