package io.stentor.engine.pipeline;

import io.stentor.journal.Checkpoint;
import io.stentor.journal.CheckpointReader;
import io.stentor.journal.CheckpointStore;
import io.stentor.journal.Journal;
import io.stentor.journal.JournalReader;
import io.stentor.journal.RecordHandler;
import io.stentor.journal.RecordLayout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.agrona.DirectBuffer;

/**
 * Makes a state as a start makes it: from the newest checkpoint that holds, and the journal after it. A checkpoint that is
 * damaged, or is not of this journal, is reported and the one before it is used; without one the whole journal is. Works
 * in pieces, so that it can be done beside other work. One thread at a time.
 *
 * <pre>
 *   LOADING   -> LOADING:    the checkpoint is damaged, the next one is tried
 *   LOADING   -> REPLAYING:  the checkpoint is loaded, or there is none
 *   REPLAYING -> done:       the record that was aimed at is reached
 *   done      -> REPLAYING:  continueThrough
 * </pre>
 */
final class Rebuild<S extends ReplayedState> implements AutoCloseable {

    /** Records of a piece: some 50 us of work for small ones, one or two milliseconds when all are of the longest kind. */
    private static final int RECORDS = 64;

    private final Supplier<S> fresh;
    private final CheckpointStore store;
    private final long firstSequence;
    private long throughSequence;
    private final JournalReader reader;
    private final Deque<Checkpoint> candidates = new ArrayDeque<>();
    private final RecordHandler checksumHandler = (buffer, offset, length) -> takeNote(buffer, offset);
    private final RecordHandler replayHandler;
    private S state;
    private Checkpoint candidate;
    private CheckpointReader loading;
    private Checkpoint loaded;
    private long sequence;
    private int recordChecksum;

    /**
     * Begins.
     *
     * @param fresh makes an empty state; called again when a checkpoint was found damaged half way.
     * @param store where checkpoints are; null when there are none.
     * @param journal what the state follows from.
     * @param throughSequence of the last record to be replayed, at most the journal's last.
     */
    Rebuild(final Supplier<S> fresh, final CheckpointStore store, final Journal journal, final long throughSequence) {
        this.fresh = fresh;
        this.store = store;
        this.firstSequence = journal.firstSequence();
        this.throughSequence = throughSequence;
        this.reader = journal.newReader();
        this.replayHandler = (buffer, offset, length) -> {
            takeNote(buffer, offset);
            state.onRecord(buffer, offset, length);
        };
        if (store != null) {
            candidates.addAll(store.newestFirst(throughSequence));
        }
        try {
            begin();
        } catch (final RuntimeException failure) {
            reader.close();
            throw failure;
        }
    }

    /**
     * Does the next piece.
     *
     * @return false when the state is made.
     */
    boolean doWork() {
        if (loading != null) {
            load();
            return true;
        }
        final long left = throughSequence - reader.nextSequence() + 1;
        return left > 0 && reader.poll(replayHandler, (int) Math.min(left, RECORDS)) > 0;
    }

    /**
     * Aims at a later record of the journal, when the state is made: it is to follow from that one too.
     *
     * @param laterSequence of the last record to be replayed, at most the journal's last.
     */
    void continueThrough(final long laterSequence) {
        throughSequence = laterSequence;
    }

    /** True until the checkpoint is in the state, or it is known that there is none. */
    boolean isLoading() {
        return loading != null;
    }

    S state() {
        return state;
    }

    /** The checkpoint that was used, or null. */
    Checkpoint loaded() {
        return loaded;
    }

    /** Sequence of the last record whose effect the state holds; 0 when there is none. */
    long sequence() {
        return sequence;
    }

    /** The header checksum of that record. */
    int recordChecksum() {
        return recordChecksum;
    }

    @Override
    public void close() {
        reader.close();
        if (loading != null) {
            loading.close();
        }
    }

    /** Chooses the next checkpoint that is of this journal; when there is none the state begins empty. */
    private void begin() {
        state = fresh.get();
        sequence = 0;
        for (candidate = candidates.poll(); candidate != null; candidate = candidates.poll()) {
            try {
                if (isOfThisJournal()) {
                    loading = store.open(candidate);
                    return;
                }
                store.passOver(candidate, "the journal holds no such record " + candidate.sequence());
            } catch (final RuntimeException damage) {
                store.passOver(candidate, damage.getMessage());
            }
        }
        if (store != null && firstSequence > 1) {
            throw new IllegalStateException("the journal begins at record " + firstSequence
                    + ", and no checkpoint that holds says what those before it have made: restore a backup, or put the"
                    + " checkpoints of this journal back");
        }
        reader.seek(firstSequence);
    }

    /** Compares the checkpoint's record with the journal's; afterwards the reader stands behind it. */
    private boolean isOfThisJournal() {
        if (candidate.sequence() < firstSequence) {
            return false;
        }
        sequence = 0;
        reader.seek(candidate.sequence());
        return reader.poll(checksumHandler, 1) == 1
                && sequence == candidate.sequence()
                && recordChecksum == candidate.recordChecksum();
    }

    private void load() {
        try {
            if (loading.poll(state::onEntry) == 0) {
                state.onLoaded(candidate.sequence());
                loading.close();
                loading = null;
                loaded = candidate;
                store.believed(candidate);
            }
        } catch (final RuntimeException damage) {
            store.passOver(candidate, damage.getMessage());
            loading.close();
            loading = null;
            begin();
        }
    }

    private void takeNote(final DirectBuffer buffer, final int offset) {
        sequence = RecordLayout.sequence(buffer, offset);
        recordChecksum = RecordLayout.headerChecksum(buffer, offset);
    }
}
