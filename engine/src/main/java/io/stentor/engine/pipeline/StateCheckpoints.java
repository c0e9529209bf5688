package io.stentor.engine.pipeline;

import io.stentor.journal.Checkpoint;
import io.stentor.journal.CheckpointReader;
import io.stentor.journal.CheckpointStore;
import io.stentor.journal.CheckpointWriter;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.RecordLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.collections.MutableInteger;

/**
 * The checkpoints of one state: makes the state of a start from them, and beside the running one the next of them: a second
 * state is rebuilt as a start would, up to what is forced, and written. It is kept for the checkpoint after that, which
 * begins with a look at the file before it; if that is damaged, the second state is rebuilt. One thread at a time.
 *
 * <pre>
 *   IDLE       -> CHECKING:   begin, with a second state
 *   IDLE       -> REBUILDING: begin, without
 *   CHECKING   -> REBUILDING: the last checkpoint holds, or it is damaged and the second state was dropped
 *   REBUILDING -> WRITING:    the second state has reached the record that was forced when it began
 *   WRITING    -> IDLE:       the checkpoint is in its place
 *   any        -> IDLE:       abandon
 * </pre>
 */
final class StateCheckpoints<S extends ReplayedState> {

    /** Records that a start replays in about the time that two files take to be forced: some 10 ms. */
    static final long RECORDS_WORTH = 10_000;

    /** Entries that are written in about the time that one record takes to be replayed. */
    private static final long ENTRIES_PER_RECORD = 16;

    private final Supplier<S> fresh;
    private final CheckpointStore store;
    private final Journal journal;
    private Checkpoint newest;
    /** Written by the thread that makes checkpoints, read by the one that trims. */
    private volatile long safeSequence;

    /** Room for the second state, empty; null once it is in use. */
    private S room;

    /** The second state, from the first checkpoint on. */
    private Rebuild<S> second;

    /** What the second state was last written to; null before. */
    private Checkpoint written;

    private CheckpointReader check;
    private CheckpointWriter writer;

    /**
     * Names them; nothing is read.
     *
     * @param fresh makes an empty state.
     * @param store where they are; null when none are kept.
     * @param journal what the state follows from.
     */
    StateCheckpoints(final Supplier<S> fresh, final CheckpointStore store, final Journal journal) {
        this.fresh = fresh;
        this.store = store;
        this.journal = journal;
    }

    /** The state as of the journal's last record. */
    S rebuildAll() {
        try (Rebuild<S> all = new Rebuild<>(fresh, store, journal, journal.lastSequence())) {
            while (all.doWork()) {
                // Reads on until the journal's end.
            }
            newest = all.loaded();
            return all.state();
        }
    }

    /**
     * The state as of the newest checkpoint, for an owner that reads the journal after it by itself.
     *
     * @return the state at {@link #sequence}; an empty one when there is no checkpoint.
     */
    S load() {
        try (Rebuild<S> beginning = new Rebuild<>(fresh, store, journal, journal.lastSequence())) {
            while (beginning.isLoading()) {
                beginning.doWork();
            }
            newest = beginning.loaded();
            return beginning.state();
        }
    }

    /** Sequence of the newest checkpoint; 0 when there is none. */
    long sequence() {
        return newest == null ? 0 : newest.sequence();
    }

    /**
     * Up to where the journal may be trimmed as far as this state goes: both files hold the state as of this record or a later
     * one, and each was found good or written since the start. Any thread.
     *
     * @return the older one's sequence, a record that must be retained itself; 0 while there are not two of them.
     */
    long safeSequence() {
        return safeSequence;
    }

    /** How many entries the newest checkpoint has; 0 when there is none. */
    long entries() {
        return newest == null ? 0 : newest.entries();
    }

    /** Length of the newest checkpoint's file in bytes; 0 when there is none. */
    long lengthBytes() {
        return newest == null ? 0 : newest.length();
    }

    /** Makes room for the second state: tens of MiB at once, for which the collector might stop all threads later. */
    void makeRoom() {
        room = fresh.get();
    }

    /** Begins the next checkpoint, at what is forced now. */
    void begin() {
        if (written == null) {
            second = new Rebuild<>(this::emptySecond, store, journal, journal.syncedSequence());
            return;
        }
        second.continueThrough(journal.syncedSequence());
        try {
            check = store.open(written);
        } catch (final RuntimeException damage) {
            beginAgain();
        }
    }

    /**
     * Does the next piece of the checkpoint that was begun.
     *
     * @return false when it is in its place.
     */
    boolean doWork() {
        if (check != null) {
            check();
        } else if (writer != null) {
            return write();
        } else if (!second.doWork() && journal.syncedSequence() >= second.sequence()) {
            // A hole in the journal may have led the replay beyond what was forced when it began.
            writer = store.create(second.sequence(), second.recordChecksum());
        }
        return true;
    }

    /**
     * Tells whether a state that its owner has at hand is worth a checkpoint: the start would replay some time for the records
     * since the last one, and they are not few beside the entries that would be written.
     */
    boolean isCheapAt(final long atSequence) {
        return atSequence - sequence() >= Math.max(RECORDS_WORTH, entries() / ENTRIES_PER_RECORD);
    }

    /**
     * Writes a checkpoint of a state that its owner has at hand, all at once.
     *
     * @param state that has taken no checkpoint's writing before.
     * @param sequence of the last record whose effect it holds.
     * @return false when the journal was not forced to that record: nothing is written.
     */
    boolean write(final S state, final long sequence) {
        if (journal.syncedSequence() < sequence) {
            return false;
        }
        try (CheckpointWriter at = store.create(sequence, recordChecksum(sequence))) {
            while (state.write(at)) {
                // Goes on until all is written.
            }
            newest = at.commit();
            return true;
        }
    }

    /** Gives up what was begun, and the second state; what is in its place stays. Does nothing when there is neither. */
    void abandon() {
        final List<AutoCloseable> open = Arrays.asList(check, writer, second);
        check = null;
        writer = null;
        second = null;
        written = null;
        CloseHelper.closeAll(open);
    }

    private S emptySecond() {
        final S empty = room == null ? fresh.get() : room;
        room = null;
        return empty;
    }

    private void check() {
        try {
            if (check.poll((buffer, offset, length) -> {}) == 0) {
                check.close();
                check = null;
            }
        } catch (final RuntimeException damage) {
            beginAgain();
        }
    }

    /** As a start would: it reports what is wrong with a checkpoint, and uses the one before it. */
    private void beginAgain() {
        abandon();
        begin();
    }

    private boolean write() {
        if (second.state().write(writer)) {
            return true;
        }
        // The file that is not written over was found good or written by this state.
        final Checkpoint before = written == null ? second.loaded() : written;
        written = writer.commit();
        writer.close();
        writer = null;
        newest = written;
        safeSequence = before == null ? 0 : before.sequence();
        return false;
    }

    private int recordChecksum(final long sequence) {
        final MutableInteger checksum = new MutableInteger();
        try (JournalReader reader = journal.newReader()) {
            reader.seek(sequence);
            reader.poll((buffer, offset, length) -> checksum.set(RecordLayout.headerChecksum(buffer, offset)), 1);
        }
        return checksum.get();
    }
}
