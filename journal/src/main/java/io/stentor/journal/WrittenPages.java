package io.stentor.journal;

import net.openhft.chronicle.bytes.BytesStore;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
import org.agrona.BitUtil;
import org.agrona.UnsafeApi;

/**
 * Forgets the appender's mapping of the pages that it has filled; their bytes stay where they are, in the page cache.
 *
 * <p>A force write-protects each dirty page that is mapped, and each one costs an interrupt to every other core that runs
 * this process: at 85 MB a second that took half a core, and as much again from the others. Forgetting many pages at once
 * costs one such interrupt. While somebody waits for forces, those interrupts come while he waits and he has written little
 * since the force before: then few pages are forgotten at a time, and soon, for a little more work of the appender.
 *
 * <p>Belongs to the appending thread, which holds on to the mapping that it writes to: no other thread may do this, since the
 * addresses could by then belong to something else. Without the native library that gives advice it does nothing.
 */
final class WrittenPages {
    /** 128 pages, 1,400 messages of 256 bytes: a call of some 20 us at intervals of 14 ms at 100,000 a second. */
    private static final long STEP_BYTES = 512L << 10;

    /** 4 pages: two such calls for a batch of 100 messages. docs/touching-pages-ahead.md has the measurements. */
    private static final long AWAITED_STEP_BYTES = 16L << 10;

    private static final long PAGE_BYTES = UnsafeApi.pageSize();

    private BytesStore<?, ?> mapping;
    private long keptAddress;
    private boolean isUseless;

    /**
     * Notes how far the appender has come.
     *
     * @param current mapping that is written to, held by the caller.
     * @param address where the next byte goes.
     * @param isAwaited whether forces are asked for.
     */
    void advanceTo(BytesStore<?, ?> current, long address, boolean isAwaited) {
        if (current != mapping) {
            mapping = current;
            keptAddress = BitUtil.align(address, PAGE_BYTES);
        } else if (address - keptAddress >= (isAwaited ? AWAITED_STEP_BYTES : STEP_BYTES) && !isUseless) {
            long end = address & -PAGE_BYTES;
            isUseless = PosixAPI.posix().madvise(keptAddress, end - keptAddress, MAdviseFlag.MADV_DONTNEED) != 0;
            keptAddress = end;
        }
    }

    /** Lets go of the mapping, so that it can be collected. */
    void close() {
        mapping = null;
    }
}
