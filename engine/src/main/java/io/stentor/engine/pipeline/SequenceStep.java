package io.stentor.engine.pipeline;

import org.agrona.concurrent.NanoClock;

/** The first step: order. All slots of a batch get the same engine time. */
final class SequenceStep implements PipelineStep {

    private final SequencingState state;
    private final EngineClock clock;
    private final NanoClock nanoClock;
    private final StageRecorder ringWait;
    private boolean inBatch;
    private long nowNs;
    private long startNs;

    SequenceStep(
            final SequencingState state,
            final EngineClock clock,
            final NanoClock nanoClock,
            final StageRecorder ringWait) {
        this.state = state;
        this.clock = clock;
        this.nanoClock = nanoClock;
        this.ringWait = ringWait;
    }

    @Override
    public void onSlot(final Slot slot) {
        if (!inBatch) {
            inBatch = true;
            nowNs = clock.advance();
            startNs = nanoClock.nanoTime();
        }
        if (slot.offeredNs != 0) {
            ringWait.record(startNs - slot.offeredNs, 1);
        }
        state.sequence(slot, nowNs);
    }

    @Override
    public void onBatchEnd() {
        inBatch = false;
    }
}
