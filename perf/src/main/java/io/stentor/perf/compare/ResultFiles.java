package io.stentor.perf.compare;

import io.stentor.perf.result.Result;
import io.stentor.perf.result.ResultFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Reads the results of one side. */
final class ResultFiles {
    private ResultFiles() {}

    /**
     * Files in the order given, and in place of a directory its files that end in {@code .json}, by name.
     *
     * @throws IOException when one cannot be read; the message names it.
     */
    static List<Path> expand(final List<Path> given) throws IOException {
        final List<Path> files = new ArrayList<>();
        for (final Path path : given) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> inside = Files.list(path)) {
                    inside.filter(file -> file.toString().endsWith(".json"))
                            .sorted()
                            .forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        return files;
    }

    /** Reads them all. */
    static List<Result> read(final List<Path> files) throws IOException {
        final List<Result> results = new ArrayList<>();
        for (final Path file : files) {
            results.add(ResultFile.read(file));
        }
        return results;
    }
}
