package io.stentor.perf.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the whole process, generator and subscribers included, has cost.
 *
 * @param gcCount collections.
 * @param gcTimeMs time in them, as the collectors count it.
 * @param allocatedBytes by the Java threads alive at the end.
 * @param cpuTimeNs of all threads, in and out of the kernel.
 */
record ProcessCost(long gcCount, long gcTimeMs, long allocatedBytes, long cpuTimeNs) {
    /** Since the process began. */
    static ProcessCost now() {
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
        return new ProcessCost(count, timeMs, allocated, system.getProcessCpuTime());
    }

    /** The part of this that came after an earlier time. */
    ProcessCost since(final ProcessCost earlier) {
        return new ProcessCost(
                gcCount - earlier.gcCount,
                gcTimeMs - earlier.gcTimeMs,
                Math.max(0, allocatedBytes - earlier.allocatedBytes),
                cpuTimeNs - earlier.cpuTimeNs);
    }
}
