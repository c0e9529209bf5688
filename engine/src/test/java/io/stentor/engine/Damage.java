package io.stentor.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Flips a bit of a journal at rest. */
final class Damage {

    private Damage() {}

    /** Damages the first message that holds a text; returns the file that it lies in. */
    static Path to(final Path directory, final String text) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("log"))) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".cq4")).toList()) {
                final int at = new String(Files.readAllBytes(file), ISO_8859_1).indexOf(text);
                if (at >= 0) {
                    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
                        bytes.seek(at);
                        bytes.write(text.charAt(0) ^ 1);
                    }
                    return file;
                }
            }
        }
        throw new AssertionError("no file holds " + text);
    }
}
