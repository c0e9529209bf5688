package io.stentor.engine.pipeline;

import com.lmax.disruptor.EventPoller;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentTerminationException;

/**
 * Runs consecutive steps of the pipeline on one thread: polls a batch of slots from the ring and shows the whole batch to
 * each step in turn. A step that fails ends the pipeline: nothing is ever skipped.
 */
final class StepAgent implements Agent, EventPoller.Handler<Slot> {

    /** The most slots of a batch: without a cap the whole ring can be one, and its first message waits for its last. */
    static final int BATCH_MAX = 256;

    private final String name;
    private final EventPoller<Slot> poller;
    private final PipelineStep[] steps;
    private final ErrorHandler failureHandler;
    private final Slot[] batch = new Slot[BATCH_MAX];
    private int batchLength;
    private int polled;
    private boolean failed;

    StepAgent(
            final String name,
            final EventPoller<Slot> poller,
            final ErrorHandler failureHandler,
            final PipelineStep... steps) {
        this.name = name;
        this.poller = poller;
        this.failureHandler = failureHandler;
        this.steps = steps.clone();
    }

    @Override
    public int doWork() {
        if (failed) {
            return 0;
        }
        polled = 0;
        try {
            poller.poll(this);
        } catch (final Throwable failure) {
            failed = true;
            failureHandler.onError(failure);
            throw new AgentTerminationException(failure);
        }
        return polled;
    }

    @Override
    public boolean onEvent(final Slot slot, final long sequence, final boolean endOfBatch) {
        batch[batchLength++] = slot;
        if (endOfBatch || batchLength == BATCH_MAX) {
            runSteps();
            return false;
        }
        return true;
    }

    @Override
    public String roleName() {
        return name;
    }

    private void runSteps() {
        final int length = batchLength;
        for (final PipelineStep step : steps) {
            for (int i = 0; i < length; i++) {
                step.onSlot(batch[i]);
            }
            step.onBatchEnd();
        }
        polled = length;
        batchLength = 0;
    }
}
