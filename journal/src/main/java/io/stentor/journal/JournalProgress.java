package io.stentor.journal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.ErrorHandler;

/**
 * How far a journal has got, as its threads tell each other: appending thread, force agent, and everyone who asks.
 *
 * <p>After {@link #fail} neither number moves any more: what was not acknowledged before a failure never is.
 */
final class JournalProgress {
    private final ErrorHandler errorHandler;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicLong requestedSequence = new AtomicLong();
    private final AtomicInteger damagedFileCount = new AtomicInteger();

    /** Written by the appending thread with each commit, read by all. */
    private volatile long journaledSequence;

    /** Bytes of records journaled since the open. Written by the appending thread before the sequence, read by all. */
    private volatile long journaledBytes;

    /** Written by the thread that forces, read by all. */
    private volatile long syncedSequence;

    /** Of {@link #journaledBytes}, those that are synced. Written by the thread that forces, read by all. */
    private volatile long syncedBytes;

    /** Written by the closing thread, read by the appending one. */
    private volatile boolean closed;

    JournalProgress(ErrorHandler errorHandler) {
        this.errorHandler = errorHandler;
    }

    /** What an open found on the disk and has forced. */
    void recovered(long sequence) {
        journaledSequence = sequence;
        syncedSequence = sequence;
    }

    long journaledSequence() {
        return journaledSequence;
    }

    /** The appending thread; the bytes of records appended so far. */
    void journaled(long sequence, long bytes) {
        if (failure.get() == null) {
            journaledBytes = bytes;
            journaledSequence = sequence;
        }
    }

    long syncedSequence() {
        return syncedSequence;
    }

    /** The thread that forces; what {@link #journaledBytes} was when it began, or less. */
    void synced(long sequence, long bytes) {
        if (failure.get() == null) {
            syncedBytes = bytes;
            syncedSequence = sequence;
        }
    }

    long journaledBytes() {
        return journaledBytes;
    }

    /** Bytes of records that are journaled and not synced. */
    long unsyncedBytes() {
        // In this order: what is synced was journaled before.
        long synced = syncedBytes;
        return journaledBytes - synced;
    }

    boolean isDirty() {
        return syncedSequence < journaledSequence;
    }

    /** Any thread; the largest request wins. */
    void requestForce(long sequence) {
        long requested = requestedSequence.get();
        while (requested < sequence && !requestedSequence.compareAndSet(requested, sequence)) {
            requested = requestedSequence.get();
        }
    }

    /** The last record whose force was asked for; 0 if none was. Any thread. */
    long requestedSequence() {
        return requestedSequence.get();
    }

    boolean isForceRequested() {
        return syncedSequence < requestedSequence.get();
    }

    /** Any thread; only the first failure counts and is reported. */
    void fail(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            errorHandler.onError(cause);
        }
    }

    /**
     * Reports what does not stop the journal, once for each file: damage at rest, which whoever reads that place meets again.
     */
    void report(Throwable damage) {
        damagedFileCount.incrementAndGet();
        errorHandler.onError(damage);
    }

    int damagedFileCount() {
        return damagedFileCount.get();
    }

    Throwable failure() {
        return failure.get();
    }

    /** The owner closed the journal; any thread. */
    void close() {
        closed = true;
    }

    /** Refuses to go on after a failure or a close. */
    void requireSound() {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        Throwable cause = failure.get();
        if (cause != null) {
            throw new IllegalStateException("the journal has failed and takes no more records", cause);
        }
    }
}
