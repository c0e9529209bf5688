package io.stentor.perf.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How many files a process of this machine may open: each socket is one. */
final class OpenFiles {

    /** What a server opens besides its sockets, generously: jars, journal, streams. */
    static final int OTHERS = 500;

    private static final String ROW = "Max open files";

    private OpenFiles() {}

    /** The limit of this process, which a child inherits. A JVM raises it to the hard one when it starts. */
    static long limit() throws IOException {
        return limit(Files.readAllLines(Path.of("/proc/self/limits")));
    }

    static long limit(final List<String> limits) throws IOException {
        for (final String line : limits) {
            if (line.startsWith(ROW)) {
                final String soft = line.substring(ROW.length()).strip().split("\\s+", 2)[0];
                return soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft);
            }
        }
        throw new IOException("/proc/self/limits does not say how many files may be open");
    }
}
