package io.stentor.engine.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.agrona.concurrent.NanoClock;

/**
 * What everybody did and saw, in a directory that is not the journal's: one text file per actor, one event per line.
 *
 * <pre>
 *   8213467 INVOKED chat:first http1-17 9c0b5f... JOURNALED
 *   8219981 ACKNOWLEDGED chat:first http1-17 2x8f.3 41 JOURNALED new
 * </pre>
 *
 * <p>{@link HistoryChecker} judges it when all is over. Any thread.
 */
public final class History implements AutoCloseable {

    private static final String SUFFIX = ".history";

    private final Path directory;
    private final NanoClock clock;
    private final Map<String, Witness> witnesses = new ConcurrentHashMap<>();

    /**
     * A history that begins, or goes on.
     *
     * @param directory where the files lie; made when missing.
     * @param clock monotonic, the same for all actors.
     */
    public History(final Path directory, final NanoClock clock) {
        this.directory = directory;
        this.clock = clock;
        try {
            Files.createDirectories(directory);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The file of an actor; the same object for the same name. */
    public Witness witness(final String actor) {
        return witnesses.computeIfAbsent(actor, name -> new Witness(directory.resolve(name + SUFFIX), clock));
    }

    /** Where the files lie. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() {
        witnesses.values().forEach(Witness::close);
    }

    /** Reads all files of a directory. A last line without its end was never said. */
    static List<Event> read(final Path directory) throws IOException {
        final List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        final List<Event> events = new ArrayList<>();
        for (final Path file : files) {
            final String name = file.getFileName().toString();
            final String actor = name.substring(0, name.length() - SUFFIX.length());
            final String text = Files.readString(file, StandardCharsets.UTF_8);
            int line = 0;
            for (int from = 0, end = text.indexOf('\n'); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
                events.add(Event.parse(actor, ++line, text.substring(from, end)));
            }
        }
        return events;
    }
}
