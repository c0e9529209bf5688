package io.stentor.fanout.shard;

import io.stentor.transport.gateway.Disconnect;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Lets all sessions go, a jittered portion at a time and each of them at random, so that they do not all come back in the
 * same moment. One thread, the shard's.
 */
final class Draining {

    /** How often a portion goes, in nanoseconds: 10 ms. */
    private static final long PORTION_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** The longest drain, in nanoseconds: 10 s, a third of what orchestrators grant a process to stop. */
    static final long DURATION_MAX_NS = TimeUnit.SECONDS.toNanos(10);

    private final SessionTable sessions;
    private final Chain chain;
    private final RandomGenerator random;

    /** Set for good by any thread, read by any. */
    private volatile boolean refusing;

    private boolean draining;
    private long endAtNs;
    private long portionAtNs;

    /** Sessions that should have gone already, a fraction of one included. */
    private double owed;

    Draining(final SessionTable sessions, final Chain chain, final RandomGenerator random) {
        this.sessions = sessions;
        this.chain = chain;
        this.random = random;
    }

    /** Nobody new is taken from now on; whoever is here stays until its gateway lets it go. Any thread. */
    void refuse() {
        refusing = true;
    }

    /** True when nobody new is taken. Any thread. */
    boolean isDraining() {
        return refusing;
    }

    /**
     * The engine stops.
     *
     * @param deadlineNs the engine time at which it does.
     */
    void onDrain(final long deadlineNs, final long nowNs) {
        final long remainingNs = deadlineNs - chain.engineTimeNs(nowNs);
        if (!draining) {
            draining = true;
            refusing = true;
            endAtNs = nowNs + Math.max(0, Math.min(DURATION_MAX_NS, remainingNs));
            portionAtNs = nowNs;
        }
    }

    int tick(final long nowNs) {
        if (!draining || sessions.size() == 0 || portionAtNs - nowNs > 0) {
            return 0;
        }
        portionAtNs = nowNs + PORTION_INTERVAL_NS;
        final int size = sessions.size();
        final long portions = Math.max(1, (endAtNs - nowNs) / PORTION_INTERVAL_NS);
        owed += (double) size / portions * (0.5 + random.nextDouble());
        final int portion = portions == 1 ? size : (int) Math.min(size, owed);
        owed -= portion;
        if (portion == size) {
            sessions.endAll(Disconnect.SHUTDOWN);
        } else {
            for (int i = 0; i < portion; i++) {
                sessions.get(random.nextInt(size)).end(Disconnect.SHUTDOWN);
            }
        }
        return portion;
    }
}
