package io.stentor.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import net.openhft.chronicle.queue.impl.TableStore;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.queue.impl.single.TableStoreWriteLock;
import net.openhft.chronicle.queue.impl.table.Metadata;
import net.openhft.chronicle.queue.impl.table.SingleTableBuilder;
import net.openhft.chronicle.threads.BusyTimedPauser;

/**
 * Releases the locks that a killed process left in Chronicle's metadata, as its {@code UnlockMain} does.
 *
 * <p>Chronicle would do it by itself, unless the dead process had the id of this one (in a container both are 1): then
 * every append would fail for ever. Right only for the owner of the directory's lock.
 */
final class StaleLocks {
    private StaleLocks() {}

    static void release(Path log) {
        Path metadata = log.resolve(SingleChronicleQueue.QUEUE_METADATA_FILE);
        if (!Files.exists(metadata)) {
            return;
        }
        SingleChronicleQueueBuilder.addAliases();
        try (TableStore<Metadata.NoMeta> store = SingleTableBuilder.binary(metadata.toFile(), Metadata.NoMeta.INSTANCE)
                .readOnly(false)
                .build()) {
            unlock(new TableStoreWriteLock(store, BusyTimedPauser::new, 0L, TableStoreWriteLock.APPEND_LOCK_KEY));
            unlock(new TableStoreWriteLock(store, BusyTimedPauser::new, 0L));
        }
    }

    private static void unlock(TableStoreWriteLock lock) {
        try (lock) {
            lock.forceUnlock();
        }
    }
}
