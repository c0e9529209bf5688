package io.stentor.engine.tier;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition with a deadline. */
final class Await {

    /** How long anything may take that takes a moment, on a machine that is busy with other tests. */
    static final Duration SOON = Duration.ofSeconds(30);

    private static final long POLL_NS = Duration.ofMillis(5).toNanos();

    /** The most time that counts between two looks: a virtual machine that was suspended wakes up minutes later. */
    private static final long STEP_MAX_NS = Duration.ofSeconds(1).toNanos();

    private Await() {}

    /** Waits until {@code condition} holds, at most {@link #SOON}. */
    static void until(final String what, final BooleanSupplier condition) {
        until(() -> what, SOON, condition);
    }

    /**
     * Waits until a condition holds.
     *
     * @param what what is waited for, asked only when the time is over.
     * @throws AssertionError when the time is over.
     */
    static void until(final Supplier<String> what, final Duration limit, final BooleanSupplier condition) {
        long waitedNs = 0;
        long lookedNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            final long nowNs = System.nanoTime();
            waitedNs += Math.min(STEP_MAX_NS, nowNs - lookedNs);
            lookedNs = nowNs;
            if (waitedNs >= limit.toNanos()) {
                throw new AssertionError("not within " + limit.toMillis() + " ms: " + what.get());
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
