package io.stentor.perf.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.stentor.perf.edge.ProcFile;
import io.stentor.perf.result.ProcessCost;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.concurrent.SystemNanoClock;

/**
 * What the whole process, generator and subscribers included, had cost at one moment. A figure that the system does not tell is
 * negative.
 *
 * @param timeNs of the moment.
 * @param gcCount collections.
 * @param gcTimeMs time in them, as the collectors count it.
 * @param allocatedBytes by the Java threads alive.
 * @param cpuTimeNs of all threads, in and out of the kernel.
 * @param voluntarySwitches of all threads alive.
 * @param involuntarySwitches of all threads alive.
 * @param stolenTicks of the machine's processors.
 * @param totalTicks of the machine's processors.
 * @param safepoints stops of all threads.
 * @param safepointTimeMs time in them.
 */
record CostMark(
        long timeNs,
        long gcCount,
        long gcTimeMs,
        long allocatedBytes,
        long cpuTimeNs,
        long voluntarySwitches,
        long involuntarySwitches,
        long stolenTicks,
        long totalTicks,
        long safepoints,
        long safepointTimeMs) {

    private static final long UNKNOWN = -1;
    private static final Path TASKS = Path.of("/proc/self/task");

    /** Place of the time that the host gave to others in the first line of /proc/stat (proc(5)). */
    private static final int STEAL_COLUMN = 8;

    /** Since the process began. */
    static CostMark now() {
        long count = 0;
        long timeMs = 0;
        for (final GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, collector.getCollectionCount());
            timeMs += Math.max(0, collector.getCollectionTime());
        }
        final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long allocated = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        final long[] ticks = ticks();
        return new CostMark(
                SystemNanoClock.INSTANCE.nanoTime(),
                count,
                timeMs,
                allocated,
                system.getProcessCpuTime(),
                switches("voluntary_ctxt_switches"),
                switches("nonvoluntary_ctxt_switches"),
                ticks[0],
                ticks[1],
                Safepoints.count(),
                Safepoints.timeMs());
    }

    /** What came between an earlier moment and this one. */
    ProcessCost since(final CostMark earlier, final String process) {
        final long ticks = totalTicks - earlier.totalTicks;
        return new ProcessCost(
                process,
                timeNs - earlier.timeNs,
                cpuTimeNs - earlier.cpuTimeNs,
                Math.max(0, allocatedBytes - earlier.allocatedBytes),
                gcCount - earlier.gcCount,
                gcTimeMs - earlier.gcTimeMs,
                difference(safepoints, earlier.safepoints),
                difference(safepointTimeMs, earlier.safepointTimeMs),
                difference(voluntarySwitches, earlier.voluntarySwitches),
                difference(involuntarySwitches, earlier.involuntarySwitches),
                ticks <= 0 ? null : (double) (stolenTicks - earlier.stolenTicks) / ticks,
                resident());
    }

    /** What another process took, of which only its processor time is told. */
    static ProcessCost ofOther(final String process, final long wallNs, final long cpuNs) {
        return new ProcessCost(process, wallNs, cpuNs, null, null, null, null, null, null, null, null, null);
    }

    /** Threads that have ended since take their counts with them, so that the difference is a lower bound. */
    private static Long difference(final long now, final long then) {
        return now == UNKNOWN || then == UNKNOWN ? null : Math.max(0, now - then);
    }

    private static long switches(final String field) {
        long sum = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (final Path task : tasks) {
                sum += switches(task.resolve("status"), field);
            }
            return sum;
        } catch (final IOException ex) {
            return UNKNOWN;
        }
    }

    private static Long resident() {
        try {
            return ProcFile.bytes(Path.of("/proc/self/status"), "VmRSS");
        } catch (final IOException ex) {
            // Another system.
            return null;
        }
    }

    private static long switches(final Path status, final String field) {
        try {
            return ProcFile.figure(status, field);
        } catch (final IOException ex) {
            // A thread that has ended meanwhile.
            return 0;
        }
    }

    private static long[] ticks() {
        try {
            final List<String> lines = Files.readAllLines(Path.of("/proc/stat"));
            final String[] columns = lines.get(0).split("\\s+");
            long total = 0;
            for (int i = 1; i <= STEAL_COLUMN; i++) {
                total += Long.parseLong(columns[i]);
            }
            return new long[] {Long.parseLong(columns[STEAL_COLUMN]), total};
        } catch (final IOException | RuntimeException ex) {
            return new long[] {0, 0};
        }
    }
}
