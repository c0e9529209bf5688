package io.stentor.journal;

import org.agrona.concurrent.Agent;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * Memory for the next segments of a {@link HeapJournal}. The JVM zeroes an array when it makes it, which takes the appending
 * thread from its work for as long as some hundred records: a fifth of its time at full speed. So an agent makes them, from the
 * first one on that was asked for.
 */
final class SpareMemory implements Agent {
    /** At a million records a second a segment is full after some 5 ms, and an agent wakes up every millisecond. */
    private static final int SPARES = 2;

    private final OneToOneConcurrentArrayQueue<byte[]> spares = new OneToOneConcurrentArrayQueue<>(SPARES);

    /** Written by the appending thread, read by the agent's. */
    private volatile boolean wanted;

    /** Memory of a segment's length. The appending thread. */
    byte[] take() {
        wanted = true;
        byte[] spare = spares.poll();
        return spare == null ? new byte[HeapSegment.LENGTH] : spare;
    }

    @Override
    public int doWork() {
        int made = 0;
        while (wanted && spares.size() < SPARES) {
            spares.offer(new byte[HeapSegment.LENGTH]);
            made++;
        }
        return made;
    }

    @Override
    public String roleName() {
        return "heap-journal-memory";
    }
}
