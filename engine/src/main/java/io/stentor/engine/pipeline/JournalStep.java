package io.stentor.engine.pipeline;

import io.stentor.journal.JournalAppender;
import io.stentor.journal.RecordLayout;
import org.agrona.concurrent.NanoClock;

/** The second step: make it last. After the end of a batch its records are {@code JOURNALED}. */
final class JournalStep implements PipelineStep {

    private final JournalAppender appender;
    private final NanoClock nanoClock;
    private final StageRecorder journal;
    private long startNs;
    private int messages;

    JournalStep(final JournalAppender appender, final NanoClock nanoClock, final StageRecorder journal) {
        this.appender = appender;
        this.nanoClock = nanoClock;
        this.journal = journal;
    }

    @Override
    public void onSlot(final Slot slot) {
        if (!slot.recorded) {
            return;
        }
        if (messages++ == 0) {
            startNs = nanoClock.nanoTime();
        }
        if (slot.opening != null) {
            appender.append(slot.opening, 0, slot.opening.capacity());
        }
        appender.append(slot.record, 0, RecordLayout.length(slot.record, 0));
    }

    @Override
    public void onBatchEnd() {
        if (messages > 0) {
            appender.commit();
            journal.record(nanoClock.nanoTime() - startNs, messages);
            messages = 0;
        }
    }
}
