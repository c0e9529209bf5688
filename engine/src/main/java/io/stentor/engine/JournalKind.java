package io.stentor.engine;

/** What the log is kept in. */
public enum JournalKind {
    /** Files of a Chronicle Queue: the journal that lasts. */
    CHRONICLE,
    /**
     * Memory: nothing survives the process, and no level above {@code ACCEPTED} means what it says. For simulations and to
     * measure the pipeline without its disk.
     */
    HEAP
}
