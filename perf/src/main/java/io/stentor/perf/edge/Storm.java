package io.stentor.perf.edge;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Clients that come back at a constant rate, each with the position of the last message that it has. One that is refused tries
 * again after a pause, as clients do; an answer that is not whole ends the run.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Only schedules on the event loop, which the swarm ends.
final class Storm implements AutoCloseable {

    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(120);
    private static final int SHOWN_MAX = 300;
    private static final int RETRY_MIN_MS = 200;
    private static final int RETRY_MAX_MS = 1_000;

    private final AtomicLong retries = new AtomicLong();
    private final Swarm swarm;
    private final int firstNumber;
    private final int clients;
    private final int behind;

    /** Written by the event loop, read by the thread that measures, as are the next two. */
    private volatile int recovered;

    private volatile long recoveredNs;
    private volatile String problem;

    /**
     * A storm to be.
     *
     * @param swarm makes the clients; what each says follows from its number.
     * @param firstNumber of the first client.
     * @param clients how many.
     * @param behind messages that each has missed; it has the first of its topic.
     */
    Storm(final Swarm swarm, final int firstNumber, final int clients, final int behind) {
        this.swarm = swarm;
        this.firstNumber = firstNumber;
        this.clients = clients;
        this.behind = behind;
    }

    /**
     * Lets them come.
     *
     * @param overNs time from the first to the last.
     * @return how long it took from the first one's coming until the last one had everything, in nanoseconds.
     */
    long rage(final long overNs) {
        final long startNs = SystemNanoClock.INSTANCE.nanoTime();
        int started = 0;
        while (recovered < clients) {
            final long elapsedNs = SystemNanoClock.INSTANCE.nanoTime() - startNs;
            final int due = (int) Math.min(clients, 1 + elapsedNs / Math.max(1, overNs / clients));
            while (started < due) {
                swarm.start(firstNumber + started, new Client(firstNumber + started));
                started++;
            }
            if (problem != null) {
                throw new IllegalStateException(problem);
            }
            if (elapsedNs > DEADLINE_NS) {
                throw new IllegalStateException(
                        "only " + recovered + " of " + clients + " clients recovered, with " + retries + " retries");
            }
            LockSupport.parkNanos(PARK_NS);
        }
        return recoveredNs - startNs;
    }

    /** How often a client was refused and came again. */
    long retries() {
        return retries.get();
    }

    @Override
    public void close() {
        swarm.close();
    }

    /** What is wrong with an answer to a subscribe; null when it is whole. */
    static String wrong(final String answer, final int behind) {
        if (!answer.contains("\"recovered\":true")) {
            return "not recovered: " + answer;
        }
        final String name = "\"offset\":";
        int at = -1;
        // The position that the client came with, which what follows goes on from, then the publications.
        for (int offset = 1; offset <= behind + 1; offset++) {
            at = answer.indexOf(name, at + 1);
            if (at < 0 || !answer.startsWith(Long.toString(offset), at + name.length())) {
                return "offset " + offset + " is not where it should be: " + answer;
            }
        }
        return answer.indexOf(name, at + 1) < 0 ? null : "more than it should be: " + answer;
    }

    /** One client. Event loop only. */
    private final class Client implements SwarmSocket.Listener {
        private final int number;
        private boolean whole;
        private boolean failed;

        Client(final int number) {
            this.number = number;
        }

        @Override
        public void onAnswerText(final String answer) {
            if (answer.contains("\"subscribe\":")) {
                final String wrong = wrong(answer, behind);
                whole = wrong == null;
                if (!whole && problem == null) {
                    problem = "client " + number + ": " + wrong.substring(0, Math.min(wrong.length(), SHOWN_MAX));
                }
            }
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // The event loop is its only writer.
        public void onOpen(final SwarmSocket socket) {
            if (whole) {
                recoveredNs = SystemNanoClock.INSTANCE.nanoTime();
                recovered++;
            }
        }

        @Override
        public void onFrame() {
            // Nothing is published to it any more.
        }

        @Override
        public void onPublication(final SwarmSocket socket, final long offset) {
            problem = "client " + number + " was sent offset " + offset + ", which nobody published";
        }

        @Override
        public void onAnswer() {
            problem = "client " + number + " got an answer that it did not ask for";
        }

        @Override
        public void onFailure(final String reason) {
            if (whole || failed) {
                return;
            }
            failed = true;
            retries.incrementAndGet();
            swarm.loop()
                    .schedule(
                            () -> swarm.start(number, new Client(number)),
                            ThreadLocalRandom.current().nextInt(RETRY_MIN_MS, RETRY_MAX_MS),
                            TimeUnit.MILLISECONDS);
        }
    }
}
