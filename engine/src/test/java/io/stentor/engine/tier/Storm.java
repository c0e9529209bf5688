package io.stentor.engine.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How often a fault is tried: a few times in {@code mvn verify}, many with {@code mvn verify -Pstorm -Dstorm=ROW}. A long
 * run goes on where the last one ended, tells how far it is, and ends after {@link #LIMIT} at the latest.
 */
final class Storm {

    /** One round: its own directories, its own seed, its own verdict. */
    interface Round {
        void run(int number, long seed) throws IOException;
    }

    /** Of all parts together, so that the last round ends within the hour. */
    private static final Duration LIMIT = Duration.ofMinutes(54);

    /** The row that is run long; empty in {@code mvn verify}. */
    private static final String ROW = System.getProperty("stentor.storm", "");

    private static final long START_NS = System.nanoTime();

    private Storm() {}

    /**
     * Runs the rounds of a row.
     *
     * @param part a row may have parts that are counted by themselves.
     * @param shortRounds how many there are in {@code mvn verify}.
     * @param longRounds how many there are in a storm.
     */
    static void run(
            final String row, final String part, final int shortRounds, final int longRounds, final Round round) {
        final int rounds = isLong(row) ? longRounds : shortRounds;
        final Path progress = StentorProcesses.module().resolve("target/storm/" + row + "-" + part + ".done");
        try {
            int done = isLong(row) && Files.exists(progress)
                    ? Integer.parseInt(Files.readString(progress).strip())
                    : 0;
            for (; done < rounds; done++) {
                final long elapsedNs = System.nanoTime() - START_NS;
                if (isLong(row) && elapsedNs > LIMIT.toNanos()) {
                    throw new AssertionError(row + ": " + done + " of " + rounds + " rounds are done after "
                            + LIMIT.toMinutes() + " minutes; the same command goes on from there");
                }
                final long seed = System.nanoTime();
                System.out.printf("%s, %s: round %d of %d, seed %d%n", row, part, done + 1, rounds, seed);
                round.run(done, seed);
                if (isLong(row)) {
                    Files.createDirectories(progress.getParent());
                    Files.writeString(progress, Integer.toString(done + 1));
                }
            }
            if (isLong(row)) {
                System.out.printf("%s, %s: all %d rounds are done%n", row, part, rounds);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Whether any row is run long. */
    static boolean isAnyLong() {
        return !ROW.isEmpty();
    }

    /** Whether a row is run long. */
    static boolean isLong(final String row) {
        return row.equals(ROW);
    }
}
