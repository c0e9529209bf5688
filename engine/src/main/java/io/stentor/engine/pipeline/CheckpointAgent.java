package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import java.util.List;
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

    private final List<StateCheckpoints<?>> states;
    private final Journal journal;
    private final NanoClock nanoClock;
    private final long recordsMin;
    private final long intervalNs;
    private final ErrorHandler errorHandler;
    private final long[] dueNs;
    private final boolean[] failed;
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
        for (int i = 0; i < dueNs.length; i++) {
            dueNs[i] = nanoClock.nanoTime() + intervalNs;
        }
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
        states.get(under).abandon();
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
        failed[under] = withFailure;
        dueNs[under] = nanoClock.nanoTime() + intervalNs;
        under = (under + 1) % states.size();
    }

    /**
     * A checkpoint costs with the state, so that a large state waits for as many records as its last one had entries: all
     * checkpoints together then cost a few times the records that they are of, and loading one about as much as replaying
     * what follows it.
     */
    private boolean isDue(final StateCheckpoints<?> state) {
        final long records = journal.syncedSequence() - state.sequence();
        if (records <= 0 || journal.belowReserve()) {
            return false;
        }
        final boolean enough = !failed[under] && records >= Math.max(recordsMin, state.entries());
        return enough || nanoClock.nanoTime() - dueNs[under] >= 0;
    }
}
