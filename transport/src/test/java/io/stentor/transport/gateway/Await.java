package io.stentor.transport.gateway;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what another thread does, with a deadline. */
public final class Await {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(10);

    private Await() {}

    /** Waits until a condition holds. */
    public static void until(final String what, final Callable<Boolean> condition) throws Exception {
        final long deadline = System.nanoTime() + DEADLINE_NS;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
