package io.stentor.journal;

import org.agrona.concurrent.Agent;

/** Stands in for a force where there is no device: what is journaled becomes synced when this runs. */
final class HeapForceAgent implements Agent {
    private final JournalProgress progress;

    HeapForceAgent(JournalProgress progress) {
        this.progress = progress;
    }

    @Override
    public int doWork() {
        if (progress.isDirty()) {
            long bytes = progress.journaledBytes();
            progress.synced(progress.journaledSequence(), bytes);
        }
        // Under load there is always something: a thread that ran on as long as there is would never rest.
        return 0;
    }

    @Override
    public String roleName() {
        return "heap-journal-force";
    }
}
