package io.stentor.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileStoreAttributeView;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DiskReserveTest {
    private static final class Disk extends FileStore {
        private long usableBytes = 100L << 30;
        private boolean isGone;

        @Override
        public long getUsableSpace() throws IOException {
            if (isGone) {
                throw new IOException("gone");
            }
            return usableBytes;
        }

        @Override
        public long getTotalSpace() {
            return 1_000L << 30;
        }

        @Override
        public long getUnallocatedSpace() {
            return usableBytes;
        }

        @Override
        public String name() {
            return "disk";
        }

        @Override
        public String type() {
            return "ext4";
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(Class<? extends FileAttributeView> type) {
            return false;
        }

        @Override
        public boolean supportsFileAttributeView(String name) {
            return false;
        }

        @Override
        public <V extends FileStoreAttributeView> V getFileStoreAttributeView(Class<V> type) {
            return null;
        }

        @Override
        public Object getAttribute(String attribute) {
            throw new UnsupportedOperationException(attribute);
        }
    }

    private final Disk disk = new Disk();
    private long nowNs;

    private boolean isBelowAfterAWhile(DiskReserve reserve) {
        nowNs += TimeUnit.SECONDS.toNanos(1);
        reserve.poll(nowNs);
        return reserve.isBelow();
    }

    @Test
    void shouldReserveTheGreatestOfItsThreeRules() {
        assertEquals(1L << 30, DiskReserve.automaticBytes(4L << 30));
        assertEquals(50L << 30, DiskReserve.automaticBytes(1_000L << 30));
    }

    @Test
    void shouldComeAndGoWithTheRoomOnTheDisk() throws IOException {
        DiskReserve reserve = new DiskReserve(disk, JournalContext.DISK_RESERVE_AUTOMATIC);
        assertFalse(reserve.isBelow());
        disk.usableBytes = (50L << 30) - 1;
        assertTrue(isBelowAfterAWhile(reserve));
        disk.usableBytes = (50L << 30) + (32L << 20) - 1;
        assertTrue(isBelowAfterAWhile(reserve), "what a sealed file gives back is no room to go on");
        disk.usableBytes = (50L << 30) + (32L << 20);
        assertFalse(isBelowAfterAWhile(reserve));
        disk.usableBytes = 50L << 30;
        assertFalse(isBelowAfterAWhile(reserve));
    }

    @Test
    void shouldTakeADiskThatDoesNotAnswerForFull() throws IOException {
        DiskReserve reserve = new DiskReserve(disk, 1L << 30);
        disk.isGone = true;
        assertTrue(isBelowAfterAWhile(reserve));
    }

    @Test
    void shouldTellOnOpen() throws IOException {
        assertTrue(new DiskReserve(disk, 101L << 30).isBelow());
    }
}
