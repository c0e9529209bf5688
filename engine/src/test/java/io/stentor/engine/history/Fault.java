package io.stentor.engine.history;

/** A fault that was done to the tier, and what a level promises against it. */
public enum Fault {
    /** The process ends at once; what it has written stays. */
    KILL(false),
    /** What was not forced is gone. */
    POWER_CUT(true),
    /** The device refuses to force; what was not forced before is gone. */
    FORCE_FAILS(true),
    /** Ended in good order. */
    STOP(false);

    private final boolean forgetful;

    Fault(final boolean forgetful) {
        this.forgetful = forgetful;
    }

    /** Whether messages that were journaled and not forced may be gone. */
    boolean isForgetful() {
        return forgetful;
    }
}
