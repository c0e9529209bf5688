package io.stentor.engine.pipeline;

import io.stentor.journal.Journal;
import io.stentor.transport.wire.AckLevel;
import io.stentor.transport.wire.ResultCode;

/**
 * The last step: tells publishers what became of their messages, each when its level is reached, and gives the slot's
 * memory back. A message that waits for the device delays nobody else's receipt.
 */
final class ReceiptStep implements PipelineStep {

    private final Journal journal;
    private final RingEntry entry;
    private final SyncedReceipts waiting = new SyncedReceipts();
    private long forceSequence;

    ReceiptStep(final Journal journal, final RingEntry entry) {
        this.journal = journal;
        this.entry = entry;
    }

    @Override
    public void onSlot(final Slot slot) {
        final boolean accepted = slot.code == ResultCode.OK || slot.code == ResultCode.REPEATED;
        if (accepted && slot.level == AckLevel.SYNCED) {
            forceSequence = Math.max(forceSequence, slot.sequence);
            if (slot.sink != null) {
                waiting.add(slot);
            }
        } else if (slot.sink != null) {
            final AckLevel reached = accepted ? AckLevel.JOURNALED : AckLevel.NONE;
            final long topicId = slot.topic == null ? 0 : slot.topic.id();
            slot.sink.onReceipt(slot.correlationId, slot.code, reached, topicId, slot.sequence, slot.topicOffset);
        }
        entry.release(slot);
    }

    @Override
    public void onBatchEnd() {
        if (forceSequence > journal.syncedSequence()) {
            journal.requestForce(forceSequence);
        }
    }

    /** Releases the receipts of what has been forced meanwhile. */
    int releaseSynced() {
        return waiting.isEmpty() ? 0 : waiting.release(journal.syncedSequence());
    }
}
