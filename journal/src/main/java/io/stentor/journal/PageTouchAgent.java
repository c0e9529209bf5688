package io.stentor.journal;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.posix.MAdviseFlag;
import net.openhft.posix.PosixAPI;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.IoUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.Agent;

/**
 * Takes the page faults of the file being written on a thread of its own, so that the appender meets none.
 *
 * <p>A first touch of a page of a sparse file makes the kernel fill as much around it as the device's read-ahead says, page
 * by page and all at once: 18 to 32 ms for 8 MiB, which was p99 of the whole path at 100,000 messages a second (20 ms). Here
 * a byte of each page ahead is read through a mapping that is advised to be sequential: the kernel then fills in the
 * background, a little at first and in ever larger folios, which are cheap to fill, to map and to write back.
 * docs/touching-pages-ahead.md has the measurements.
 *
 * <p>A touch takes room on the disk, so there is none while the disk is below its reserve. Without the native library that
 * gives advice it does nothing.
 */
final class PageTouchAgent implements Agent, AutoCloseable {
    /** How far ahead: three read-ahead regions of 8 MiB. */
    private static final long AHEAD_BYTES = 24L << 20;

    private static final long WINDOW_BYTES = 64L << 20;
    private static final long PAGE_BYTES = UnsafeApi.pageSize();

    /** 64 faults of about 2 us, so that agents on the same thread do not wait. */
    private static final int DUTY_PAGES = 64;

    private final DiskReserve reserve;

    /** Written by the thread that runs this, once nothing of the one before is mapped; read by the one that seals. */
    private volatile Segment segment;

    private FileChannel channel;
    private MappedByteBuffer window;
    private long windowPosition;
    private long windowLimit;
    private long fileLength;
    private long touchedPosition;

    /** Written by the thread that runs this, once nothing is mapped; read by the one that seals. */
    private volatile boolean isUseless;

    private int remains;

    PageTouchAgent(DiskReserve reserve, Segment segment) {
        this.reserve = reserve;
        this.segment = segment;
    }

    @Override
    public int doWork() throws IOException {
        if (isUseless) {
            return 0;
        }
        followRolls();
        // There is no channel to what an earlier run left.
        if (channel == null || segment.isSealed() || reserve.isBelow()) {
            return 0;
        }
        long endPosition = segment.endPosition();
        touchedPosition = Math.max(touchedPosition, BitUtil.align(endPosition, PAGE_BYTES));
        return touch(endPosition + AHEAD_BYTES);
    }

    /** Whether a page ahead was not empty, as a process killed within a batch leaves it. Keeps the reads from being left out. */
    boolean foundRemains() {
        return remains != 0;
    }

    /** Whether no page of a segment is touched any more, so that it can be cut. Any thread. */
    boolean hasPassed(Segment other) {
        return isUseless || segment.firstSequence > other.firstSequence;
    }

    @Override
    public String roleName() {
        return "journal-touch";
    }

    @Override
    public void onClose() {
        close();
    }

    @Override
    public void close() {
        release();
        isUseless = true;
    }

    private void release() {
        unmap();
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new JournalException("cannot close " + segment.path, e);
            }
            channel = null;
        }
    }

    private void followRolls() throws IOException {
        if (segment.next() == null) {
            return;
        }
        release();
        Segment last = segment;
        while (last.next() != null) {
            last = last.next();
        }
        segment = last;
        channel = open(last.path);
        fileLength = 0;
        touchedPosition = 0;
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private int touch(long targetPosition) throws IOException {
        int pages = 0;
        while (pages < DUTY_PAGES && touchedPosition < targetPosition) {
            if (touchedPosition >= windowLimit && !map()) {
                break;
            }
            remains |= UnsafeApi.getByte(null, BufferUtil.address(window) + (touchedPosition - windowPosition));
            touchedPosition += PAGE_BYTES;
            pages++;
        }
        return pages;
    }

    /** Maps the file from the next page to touch; false if Chronicle has not made it that long yet. */
    private boolean map() throws IOException {
        if (touchedPosition >= fileLength) {
            fileLength = channel.size();
        }
        long length = Math.min(WINDOW_BYTES, fileLength - touchedPosition);
        if (length <= 0) {
            return false;
        }
        unmap();
        window = channel.map(FileChannel.MapMode.READ_WRITE, touchedPosition, length);
        windowPosition = touchedPosition;
        windowLimit = touchedPosition + length;
        if (PosixAPI.posix().madvise(BufferUtil.address(window), length, MAdviseFlag.MADV_SEQUENTIAL) != 0) {
            // Faults through this mapping would then move the stall and not cure it.
            unmap();
            isUseless = true;
            return false;
        }
        return true;
    }

    private void unmap() {
        if (window != null) {
            IoUtil.unmap(window);
            window = null;
        }
        windowPosition = 0;
        windowLimit = 0;
    }
}
