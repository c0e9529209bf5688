package io.stentor.perf.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file in which the kernel tells of a process, with lines such as {@code VmRSS:  5120 kB}. */
public final class ProcFile {
    private static final long KIB = 1024;

    private ProcFile() {}

    /**
     * A figure, in the unit of the file.
     *
     * @param name of its line, without the colon.
     * @throws IOException if there is no such file, or no such line in it.
     */
    public static long figure(final Path file, final String name) throws IOException {
        return figure(Files.readAllLines(file), name);
    }

    /**
     * A figure that the file has in units of 1,024 bytes.
     *
     * @return it in bytes.
     * @throws IOException as {@link #figure}.
     */
    public static long bytes(final Path file, final String name) throws IOException {
        return figure(file, name) * KIB;
    }

    static long figure(final List<String> lines, final String name) throws IOException {
        for (final String line : lines) {
            if (line.startsWith(name + ":")) {
                return Long.parseLong(line.substring(name.length() + 1).strip().split("\\s+")[0]);
            }
        }
        throw new IOException("the kernel tells no " + name);
    }
}
