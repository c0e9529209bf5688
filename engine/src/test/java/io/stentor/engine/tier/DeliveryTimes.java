package io.stentor.engine.tier;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * How long messages took from the moment at which their publisher asked for them to that at which a device got them, by
 * shard and by the phase of the run in which they were asked for. Any thread.
 */
final class DeliveryTimes {

    /** A phase of the run. */
    private static final class Phase {
        private final String name;
        private final List<Histogram> histograms;

        Phase(final String name, final int shards) {
            this.name = name;
            this.histograms = IntStream.range(0, shards)
                    .mapToObj(shard -> new Histogram(2))
                    .toList();
        }
    }

    private static final double PERCENTILE = 99;

    private final int shards;
    private final Ledger ledger;
    private final String publisherPrefix;
    private final ConcurrentSkipListMap<Long, Phase> phases = new ConcurrentSkipListMap<>();

    /**
     * Nothing yet.
     *
     * @param publisherPrefix how the publishers' names begin whose messages count: those that reach the engine by a way
     *     that nothing happens to.
     */
    DeliveryTimes(final int shards, final Ledger ledger, final String publisherPrefix) {
        this.shards = shards;
        this.ledger = ledger;
        this.publisherPrefix = publisherPrefix;
    }

    /** Begins a phase. */
    void begin(final String phase) {
        phases.put(System.nanoTime(), new Phase(phase, shards));
    }

    /** A device of a shard has got a message just now. */
    void received(final int shard, final String key) {
        if (!key.startsWith(publisherPrefix)) {
            return;
        }
        final long askedNs = ledger.askedNs(key);
        final Map.Entry<Long, Phase> phase = phases.floorEntry(askedNs);
        if (phase != null) {
            final Histogram histogram = phase.getValue().histograms.get(shard);
            synchronized (histogram) {
                histogram.recordValue(System.nanoTime() - askedNs);
            }
        }
    }

    /** The time within which 99 of 100 messages of a phase reached the devices of some shards. */
    Duration p99(final String phase, final List<Integer> some) {
        return Duration.ofNanos(sum(phase, some).getValueAtPercentile(PERCENTILE));
    }

    /** How many messages of a phase reached the devices of some shards. */
    long count(final String phase, final List<Integer> some) {
        return sum(phase, some).getTotalCount();
    }

    private Histogram sum(final String phase, final List<Integer> some) {
        final Histogram sum = new Histogram(2);
        phases.values().stream()
                .filter(each -> each.name.equals(phase))
                .forEach(each -> some.forEach(shard -> {
                    final Histogram histogram = each.histograms.get(shard);
                    synchronized (histogram) {
                        sum.add(histogram);
                    }
                }));
        return sum;
    }
}
