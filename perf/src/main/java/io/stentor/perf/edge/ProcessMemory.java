package io.stentor.perf.edge;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a JVM's process takes at a moment at which it is quiet. What the kernel holds for its sockets is not in it.
 *
 * @param liveHeapBytes of objects that a full collection leaves.
 * @param anonymousBytes resident pages that are no file's: heap, direct buffers, malloc, stacks, code.
 * @param residentBytes all resident pages, mapped files among them.
 */
record ProcessMemory(long liveHeapBytes, long anonymousBytes, long residentBytes) {

    /** Of no process. */
    static final ProcessMemory NONE = new ProcessMemory(0, 0, 0);

    /**
     * Reads it, after full collections.
     *
     * @param pid a JVM of this machine and user.
     */
    static ProcessMemory of(final long pid) throws IOException, InterruptedException {
        // The second collection frees what finalizers and cleaners of the first have let go.
        jcmd(pid, "GC.run");
        jcmd(pid, "GC.run");
        final long live = liveHeap(jcmd(pid, "GC.class_histogram"));
        final Path rollup = Path.of("/proc/" + pid + "/smaps_rollup");
        return new ProcessMemory(live, ProcFile.bytes(rollup, "Anonymous"), ProcFile.bytes(rollup, "Rss"));
    }

    /** Of both together. */
    ProcessMemory plus(final ProcessMemory other) {
        return new ProcessMemory(
                liveHeapBytes + other.liveHeapBytes,
                anonymousBytes + other.anonymousBytes,
                residentBytes + other.residentBytes);
    }

    /** The bytes in the last row of a class histogram: "Total", objects, bytes. */
    static long liveHeap(final List<String> histogram) throws IOException {
        for (int i = histogram.size() - 1; i >= 0; i--) {
            final String[] columns = histogram.get(i).strip().split("\\s+");
            if (columns.length == 3 && columns[0].equals("Total")) {
                return Long.parseLong(columns[2]);
            }
        }
        throw new IOException("jcmd printed no total of its class histogram");
    }

    private static List<String> jcmd(final long pid, final String command) throws IOException, InterruptedException {
        final Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        if (!Files.isExecutable(jcmd)) {
            throw new IOException("there is no " + jcmd + ": the rig needs a JDK, not a JRE");
        }
        final Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        final List<String> lines;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            lines = out.lines().toList();
        }
        if (process.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + String.join(" ", lines));
        }
        return lines;
    }
}
