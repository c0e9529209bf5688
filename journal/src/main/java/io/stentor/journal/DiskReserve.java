package io.stentor.journal;

import java.io.IOException;
import java.nio.file.FileStore;
import java.util.concurrent.TimeUnit;

/**
 * Watches the room on the disk. The files are sparse and get their blocks when they are touched, and a touch without room
 * kills the process, so publishes must be refused long before.
 */
final class DiskReserve {
    /** The appender writes at most about 1 GB/s, so at this interval it takes 50 MB unseen, of at least 128 MiB. */
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final long AUTOMATIC_LEAST_BYTES = 1L << 30;
    private static final long AUTOMATIC_DIVISOR = 20;

    /**
     * By how much the room must exceed the reserve again: 32 MiB, more than what sealing a file gives back of the pages that were
     * touched ahead in it. Without it publishes would be taken and refused in turn for as long as the disk is full.
     */
    private static final long RESUME_BYTES = 32L << 20;

    private final FileStore store;
    private final long reserveBytes;
    private long lastCheckNs;

    /** Both are written by the force agent and read by all. */
    private volatile long roomBytes;

    private volatile boolean below;

    DiskReserve(FileStore store, long settingBytes) throws IOException {
        this.store = store;
        reserveBytes = settingBytes == JournalContext.DISK_RESERVE_AUTOMATIC
                ? automaticBytes(store.getTotalSpace())
                : settingBytes;
        roomBytes = store.getUsableSpace();
        below = roomBytes < reserveBytes;
    }

    /** The greatest of two blocks, 1 GiB and 5 %. */
    static long automaticBytes(long totalBytes) {
        return Math.max(
                Math.max(JournalContext.DISK_RESERVE_FLOOR_BYTES, AUTOMATIC_LEAST_BYTES),
                totalBytes / AUTOMATIC_DIVISOR);
    }

    /** Looks again if it is time to; returns whether anything changed. */
    int poll(long nowNs) {
        if (nowNs - lastCheckNs < CHECK_INTERVAL_NS) {
            return 0;
        }
        lastCheckNs = nowNs;
        boolean wasBelow = below;
        try {
            roomBytes = store.getUsableSpace();
        } catch (IOException e) {
            // A disk that does not even answer this must not be filled further.
            roomBytes = 0;
            below = true;
            return wasBelow ? 0 : 1;
        }
        below = roomBytes < reserveBytes + (wasBelow ? RESUME_BYTES : 0);
        return below == wasBelow ? 0 : 1;
    }

    boolean isBelow() {
        return below;
    }

    /** What was free when it was looked last. */
    long roomBytes() {
        return roomBytes;
    }
}
