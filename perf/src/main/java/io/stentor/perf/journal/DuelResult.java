package io.stentor.perf.journal;

import java.util.Arrays;
import java.util.Locale;

/**
 * What came of a duel.
 *
 * @param duel that was fought.
 * @param bare figures of the bare side, by round.
 * @param ours figures of ours, by round.
 */
public record DuelResult(Duel duel, double[] bare, double[] ours) {

    private static final double NS_PER_MICROSECOND = 1e3;

    /** The figure to compare: of rounds, so that both sides met the same machine, and the middle one of them. */
    public double ratio() {
        return median(ratios());
    }

    public boolean isHeld() {
        return duel.goal().isHeld(ratio(), median(bare));
    }

    /** Lines for a person. */
    @Override
    public String toString() {
        final double[] ratios = ratios();
        return String.format(
                Locale.ROOT,
                "%s%n  %-34s %s%n  %-34s %s%n  ratio %.2f [%.2f..%.2f], %s: %s",
                duel.name(),
                duel.bareName(),
                figures(bare),
                duel.oursName(),
                figures(ours),
                ratio(),
                Arrays.stream(ratios).min().orElseThrow(),
                Arrays.stream(ratios).max().orElseThrow(),
                duel.goal(),
                isHeld() ? "held" : "MISSED");
    }

    private double[] ratios() {
        final double[] ratios = new double[bare.length];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours[i] / bare[i];
        }
        return ratios;
    }

    private String figures(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final double median = median(values);
        final double least = sorted[0];
        final double most = sorted[sorted.length - 1];
        return switch (duel.unit()) {
            case RATE -> String.format(Locale.ROOT, "%,12.0f records/s [%,.0f..%,.0f]", median, least, most);
            case MESSAGE_RATE -> String.format(Locale.ROOT, "%,12.0f messages/s [%,.0f..%,.0f]", median, least, most);
            case TIME ->
                String.format(
                        Locale.ROOT,
                        "%,12.2f us [%,.2f..%,.2f]",
                        median / NS_PER_MICROSECOND,
                        least / NS_PER_MICROSECOND,
                        most / NS_PER_MICROSECOND);
        };
    }

    static double median(final double[] values) {
        final double[] sorted = values.clone();
        Arrays.sort(sorted);
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
