package io.stentor.engine;

import java.util.List;
import org.agrona.concurrent.Agent;

/** Hands receipts to the publishers' listeners and waiting callers, on a thread that they may use but not block for long. */
final class ReceiptsAgent implements Agent {

    private final List<Publisher> publishers;

    ReceiptsAgent(final List<Publisher> publishers) {
        this.publishers = publishers;
    }

    @Override
    public int doWork() {
        int work = 0;
        // By index, since an iterator would be garbage in every cycle.
        for (int i = 0; i < publishers.size(); i++) {
            work += publishers.get(i).poll();
        }
        return work;
    }

    @Override
    public String roleName() {
        return "receipts";
    }
}
