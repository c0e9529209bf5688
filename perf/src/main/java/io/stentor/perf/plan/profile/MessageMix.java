package io.stentor.perf.plan.profile;

import java.util.List;

/**
 * Says of message n to which topic it goes and how long it is; what it says depends on n and the seed alone. A flyweight that
 * allocates nothing: each thread has its own.
 */
public final class MessageMix {
    private final MixRow[] rows;
    private final double[] shareUpTo;
    private final int[] firstTopic;
    private final int[][] lengths;
    private final double[][] lengthUpTo;
    private final long seed;

    private int stratum;
    private int topic;
    private int payloadLength;

    MessageMix(final List<Stratum> strata, final int[] firstTopic, final int payloadLengthMin, final long seed) {
        this.firstTopic = firstTopic;
        this.seed = seed;
        final int count = strata.size();
        rows = new MixRow[count];
        shareUpTo = new double[count];
        lengths = new int[count][];
        lengthUpTo = new double[count][];
        double sum = 0;
        for (int i = 0; i < count; i++) {
            final MixRow row = strata.get(i).row();
            sum += strata.get(i).share();
            rows[i] = row;
            shareUpTo[i] = sum;
            lengths[i] = row.payloads().stream()
                    .mapToInt(size -> Math.max(payloadLengthMin, size.length()))
                    .toArray();
            lengthUpTo[i] = upTo(row.payloads());
        }
    }

    /**
     * Moves to a message.
     *
     * @param n from 0.
     * @return this.
     */
    public MessageMix select(final long n) {
        final long kind = SplitMix.bits(seed, 3 * n);
        final long place = SplitMix.bits(seed, 3 * n + 1);
        final long size = SplitMix.bits(seed, 3 * n + 2);
        stratum = find(shareUpTo, SplitMix.unit(kind));
        final int topics = firstTopic[stratum + 1] - firstTopic[stratum];
        topic = firstTopic[stratum] + (int) (SplitMix.unit(place) * topics);
        payloadLength = lengths[stratum][find(lengthUpTo[stratum], SplitMix.unit(size))];
        return this;
    }

    /** The row of the mix that the message is of: class and level. */
    public MixRow row() {
        return rows[stratum];
    }

    /** The topic that it goes to, from 0 to below {@link ProfileLoad#topics()}. */
    public int topic() {
        return topic;
    }

    /** Bytes of its payload. */
    public int payloadLength() {
        return payloadLength;
    }

    private static double[] upTo(final List<PayloadSize> sizes) {
        final double[] sums = new double[sizes.size()];
        double sum = 0;
        for (int i = 0; i < sums.length; i++) {
            sum += sizes.get(i).share();
            sums[i] = sum;
        }
        return sums;
    }

    /** The first whose sum is above; the last if rounding left them all below. */
    private static int find(final double[] sums, final double value) {
        int i = 0;
        while (i < sums.length - 1 && value >= sums[i]) {
            i++;
        }
        return i;
    }
}
