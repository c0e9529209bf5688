package io.stentor.perf.journal;

import io.stentor.perf.load.Scratch;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Two sides that take turns, so that both meet the same machine; who goes first alternates.
 *
 * @param name what is compared.
 * @param bareName what the first side is.
 * @param bare the floor.
 * @param oursName what the second side is.
 * @param ours what is compared with it.
 * @param unit of both figures.
 * @param goal what the ratio of ours to bare must keep to.
 */
public record Duel(String name, String bareName, Side bare, String oursName, Side ours, Unit unit, Goal goal) {

    /** What a figure is. */
    public enum Unit {
        /** Records a second: more is better. */
        RATE,
        /** Messages a second: more is better. */
        MESSAGE_RATE,
        /** Nanoseconds: less is better. */
        TIME
    }

    /**
     * Runs a round that does not count, since both sides are being compiled in it, then the others.
     *
     * @param scratch makes the directories; cleared after each turn.
     * @param rounds how many count, at least 1.
     * @param restSeconds pause before each turn, so that none meets memory or a disk as the other left it.
     */
    public DuelResult fight(final Scratch scratch, final int rounds, final int restSeconds) throws Exception {
        final double[] bares = new double[rounds];
        final double[] mine = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            final boolean oursFirst = round % 2 == 0;
            final double first = turn(oursFirst ? ours : bare, scratch, restSeconds);
            final double second = turn(oursFirst ? bare : ours, scratch, restSeconds);
            if (round >= 0) {
                bares[round] = oursFirst ? second : first;
                mine[round] = oursFirst ? first : second;
            }
        }
        return new DuelResult(this, bares, mine);
    }

    private static double turn(final Side side, final Scratch scratch, final int restSeconds) throws Exception {
        TimeUnit.SECONDS.sleep(restSeconds);
        final Path directory = scratch.newDirectory();
        try {
            return side.measure(directory);
        } finally {
            Scratch.force(directory);
            scratch.clear();
        }
    }
}
