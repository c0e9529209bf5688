package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Makes checkpoints beside the path, one state after the other, in pieces of well below a millisecond. Trouble costs no more
 * than the checkpoint: it is reported, and tried again after the interval.
 */
final class CheckpointAgent implements Agent {

    /** How long a piece may take, in nanoseconds: 300 us; with the rest that follows it, some third of a processor. */
    private static final long PIECE_NS = 300_000;

    /** How often one is made at most because files cannot go without it, in nanoseconds: 10 s. */
    private static final long WANTED_INTERVAL_NS = TimeUnit.SECONDS.toNanos(10);

    /** Below the reserve there must be room for so many checkpoints of this size, or none is made. */
    private static final long ROOM_FACTOR = 4;

    private final List<StateCheckpoints<?>> states;
    private final Journal journal;
    private final NanoClock nanoClock;
    private final long recordsMin;
    private final long intervalNs;
    private final ErrorHandler errorHandler;
    private final long[] dueNs;
    private final boolean[] failed;
    /** Not 0 where a state's checkpoint is wanted; set by any thread. */
    private final AtomicIntegerArray wanted;

    private int under;
    private boolean begun;

    /**
     * An agent.
     *
     * @param states whose checkpoints it makes.
     * @param journal what they follow from.
     * @param nanoClock the monotonic clock.
     * @param recordsMin how many records after a checkpoint the next one is made.
     * @param intervalNs after how long it is made although there were fewer, if there were any.
     * @param errorHandler told of each checkpoint that could not be made.
     */
    CheckpointAgent(
            final List<StateCheckpoints<?>> states,
            final Journal journal,
            final NanoClock nanoClock,
            final long recordsMin,
            final long intervalNs,
            final ErrorHandler errorHandler) {
        this.states = states;
        this.journal = journal;
        this.nanoClock = nanoClock;
        this.recordsMin = recordsMin;
        this.intervalNs = intervalNs;
        this.errorHandler = errorHandler;
        this.dueNs = new long[states.size()];
        this.failed = new boolean[states.size()];
        this.wanted = new AtomicIntegerArray(states.size());
        for (int i = 0; i < dueNs.length; i++) {
            dueNs[i] = nanoClock.nanoTime() + intervalNs;
        }
    }

    /**
     * Asks for a checkpoint of each state before it is due: the journal has more than it should, and what is too much can go only
     * behind two of them. Any thread.
     */
    void want() {
        for (int i = 0; i < states.size(); i++) {
            wanted.set(i, 1);
        }
    }

    @Override
    public void onStart() {
        states.forEach(StateCheckpoints::makeRoom);
    }

    /** {@inheritDoc} Always 0, so that its thread rests between pieces: the path needs the processor more. */
    @Override
    public int doWork() {
        final StateCheckpoints<?> state = states.get(under);
        try {
            if (!begun) {
                begun = isDue(state);
                if (begun) {
                    state.begin();
                } else {
                    under = (under + 1) % states.size();
                }
            } else if (!doPiece(state)) {
                end(false);
            }
        } catch (final RuntimeException failure) {
            errorHandler.onError(failure);
            state.abandon();
            end(true);
        }
        return 0;
    }

    @Override
    public void onClose() {
        states.forEach(StateCheckpoints::abandon);
    }

    @Override
    public String roleName() {
        return "checkpoints";
    }

    private boolean doPiece(final StateCheckpoints<?> state) {
        final long startNs = nanoClock.nanoTime();
        do {
            if (!state.doWork()) {
                return false;
            }
        } while (nanoClock.nanoTime() - startNs < PIECE_NS);
        return true;
    }

    private void end(final boolean withFailure) {
        begun = false;
        wanted.set(under, 0);
        failed[under] = withFailure;
        dueNs[under] = nanoClock.nanoTime() + intervalNs;
        under = (under + 1) % states.size();
    }

    /**
     * A checkpoint costs with the state, so that a large state waits for as many records as its last one had entries: all
     * checkpoints together then cost a few times the records that they are of, and loading one about as much as replaying
     * what follows it. One that lets files go comes earlier, and may use the reserve of the disk, which it helps to restore.
     */
    private boolean isDue(final StateCheckpoints<?> state) {
        final long records = journal.syncedSequence() - state.sequence();
        final boolean isWanted = wanted.get(under) != 0;
        if (records <= 0 || (journal.belowReserve() && !(isWanted && hasRoom(state)))) {
            return false;
        }
        final boolean enough = !failed[under] && records >= Math.max(recordsMin, state.entries());
        final long overdueNs = nanoClock.nanoTime() - dueNs[under];
        return enough || overdueNs >= 0 || (isWanted && overdueNs + intervalNs >= WANTED_INTERVAL_NS);
    }

    private boolean hasRoom(final StateCheckpoints<?> state) {
        return state.lengthBytes() * ROOM_FACTOR <= journal.roomBytes();
    }
}
