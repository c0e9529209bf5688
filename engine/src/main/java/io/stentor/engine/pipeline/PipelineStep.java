package io.stentor.engine.pipeline;

/** One step of the pipeline: sees every slot in order, and the end of each batch, its natural point to flush. */
interface PipelineStep {

    /** Takes a slot. */
    void onSlot(Slot slot);

    /** The batch ends here. */
    void onBatchEnd();
}
