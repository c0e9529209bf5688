package io.stentor.perf.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories for a run's data, deleted at its end, whatever ends it: a signal too. What writes to them is closed first.
 * Any thread.
 */
public final class Scratch implements AutoCloseable {
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Path parent;
    private final Thread hook = new Thread(this::closeForGood, "perf-scratch");
    private boolean closedForGood;

    /**
     * Nothing yet.
     *
     * @param parent an existing directory to make the others in.
     */
    public Scratch(final Path parent) {
        this.parent = parent;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Makes an empty directory, to be deleted. */
    public synchronized Path newDirectory() throws IOException {
        if (closedForGood) {
            throw new IOException("the run is being stopped");
        }
        final Path directory = Files.createTempDirectory(parent, "stentor-perf-");
        owned.push(() -> delete(directory));
        return directory;
    }

    /** Takes over something to be closed before the directories made so far are deleted. */
    synchronized <T extends AutoCloseable> T own(final T closeable) {
        owned.push(closeable);
        return closeable;
    }

    /** Closes and deletes everything so far, the latest first; more may follow. */
    public synchronized void clear() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (final Exception ex) {
                System.err.println("stentor-perf: cleaning up: " + ex);
            }
        }
    }

    /**
     * Forces every file below a directory to the device, so that what one pass wrote is not still being written back
     * while the next is timed.
     */
    public static void force(final Path directory) throws IOException {
        for (final Path file : tree(directory)) {
            if (Files.isRegularFile(file)) {
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
    }

    @Override
    public void close() {
        closeForGood();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ex) {
            // The process is going down: the hook has run or runs now.
        }
    }

    private synchronized void closeForGood() {
        closedForGood = true;
        clear();
    }

    private static void delete(final Path directory) throws IOException {
        for (final Path path : tree(directory)) {
            Files.deleteIfExists(path);
        }
    }

    /** Everything below a directory and itself, children first. */
    private static List<Path> tree(final Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.sorted(Comparator.reverseOrder()).toList();
        } catch (final UncheckedIOException ex) {
            if (ex.getCause() instanceof NoSuchFileException) {
                return tree(directory);
            }
            throw ex.getCause();
        } catch (final NoSuchFileException ex) {
            return List.of();
        }
    }
}
