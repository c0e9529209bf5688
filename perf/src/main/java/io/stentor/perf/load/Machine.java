package io.stentor.perf.load;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a figure was measured on; without it the figure means nothing.
 *
 * @param cpu model of the processor.
 * @param cores that the process may use.
 * @param memoryBytes of the machine or container.
 * @param jdk name and version of the virtual machine.
 * @param os name, version and architecture.
 * @param jvmFlags that it was started with.
 */
public record Machine(String cpu, int cores, long memoryBytes, String jdk, String os, List<String> jvmFlags) {
    /** This one. */
    public static Machine current() {
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                system.getTotalMemorySize(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                ManagementFactory.getRuntimeMXBean().getInputArguments());
    }

    @Override
    public String toString() {
        return cpu + ", " + cores + " cores, " + memoryBytes / ByteCount.GIB + " GiB | " + jdk + " | " + os;
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (final IOException ex) {
            return System.getProperty("os.arch");
        }
    }
}
