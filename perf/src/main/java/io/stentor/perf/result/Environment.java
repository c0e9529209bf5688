package io.stentor.perf.result;

import java.util.List;

/**
 * What must stand beside a figure.
 *
 * @param version of the project.
 * @param commit that was built, followed by {@code -modified} if files had changed since; empty if it was not known.
 * @param startedAt wall-clock time, ISO 8601 in UTC.
 * @param commandLine as it was given.
 * @param cpu model of the processor.
 * @param cores that the process may use.
 * @param memoryBytes of the machine or container.
 * @param jdk name and version of the virtual machine.
 * @param os name, version and architecture.
 * @param jvmFlags that it was started with.
 * @param fileSystem under the data; null when nothing was written.
 * @param device under the data; null when nothing was written.
 * @param freeBytes on it at the start.
 */
public record Environment(
        String version,
        String commit,
        String startedAt,
        String commandLine,
        String cpu,
        int cores,
        long memoryBytes,
        String jdk,
        String os,
        List<String> jvmFlags,
        String fileSystem,
        String device,
        long freeBytes) {

    /** Whether figures of both may be set side by side: the same processor, as many cores, the same system and JDK. */
    public boolean isSameMachine(final Environment other) {
        return cpu.equals(other.cpu) && cores == other.cores && os.equals(other.os) && jdk.equals(other.jdk);
    }

    /** One line for a person. */
    public String machine() {
        return cpu + ", " + cores + " cores, " + (memoryBytes >> 30) + " GiB | " + jdk + " | " + os;
    }
}
