package io.stentor.transport.gateway.server;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The event loops that were handed something while a pass was under way, which may have found nothing more just before. To be sure
 * that it has seen the new entry costs a memory fence, which waits until all that was written before can be seen; it is paid once
 * for each message, and not for each of its connections. Shard's thread only.
 */
final class PassRequests {

    private final List<Deliveries> unsure = new ArrayList<>();

    /** A loop was handed something. */
    void add(final Deliveries deliveries) {
        unsure.add(deliveries);
    }

    /** Makes sure that a pass comes for all that was handed over. */
    void settle() {
        if (!unsure.isEmpty()) {
            VarHandle.fullFence();
            for (int i = 0; i < unsure.size(); i++) {
                unsure.get(i).settle();
            }
            unsure.clear();
        }
    }
}
