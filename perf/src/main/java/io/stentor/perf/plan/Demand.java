package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.MixRow;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.perf.plan.profile.Stratum;
import io.stentor.transport.wire.DeliveryClass;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What a profile's users ask of a fleet. Nothing measured is in it.
 *
 * @param mean of a day.
 * @param peak of an ordinary day.
 * @param festival of the year.
 * @param spike of rows that have one of their own; null if none has.
 * @param spikeSends of it, the messages of those rows.
 * @param connections open at an average moment.
 * @param connectionsPeak open at the day's busiest.
 * @param sessionStarts a second, at an average moment.
 * @param sessionStartsPeak a second, at the day's busiest.
 * @param sessionStartsStorm a second, at the day's busiest, with those that come back after a failure.
 * @param pingBytes a second, in each direction, at the day's busiest moment.
 * @param journalBytesPerDay of one copy.
 * @param keptBytes of one copy, once the oldest is as old as may be.
 */
record Demand(
        Moment mean,
        Moment peak,
        Moment festival,
        Moment spike,
        double spikeSends,
        double connections,
        double connectionsPeak,
        double sessionStarts,
        double sessionStartsPeak,
        double sessionStartsStorm,
        double pingBytes,
        double journalBytesPerDay,
        double keptBytes) {

    private static final double SECONDS_PER_DAY = 86_400;
    private static final double SECONDS_PER_MINUTE = 60;
    private static final double HOURS_PER_DAY = 24;

    static Demand of(final Profile profile) {
        final boolean spikes = profile.mix().stream().anyMatch(row -> row.spikeFactor() != null);
        final double session = profile.get(Figure.SESSION_MINUTES) * SECONDS_PER_MINUTE;
        final double startsPeak = profile.connectionsPeak() / session;
        final double storm =
                profile.connectionsPeak() * profile.get(Figure.STORM_SHARE) / profile.get(Figure.STORM_SECONDS);
        final Moment mean = Moment.of(profile, Moment.When.MEAN);
        return new Demand(
                mean,
                Moment.of(profile, Moment.When.PEAK),
                Moment.of(profile, Moment.When.FESTIVAL),
                spikes ? Moment.of(profile, Moment.When.SPIKE) : null,
                spikeSends(profile),
                profile.connections(),
                profile.connectionsPeak(),
                profile.connections() / session,
                startsPeak,
                startsPeak + storm,
                profile.connectionsPeak() / profile.get(Figure.PING_SECONDS) * profile.get(Figure.PING_LENGTH),
                mean.journalBytes() * SECONDS_PER_DAY,
                keptBytes(profile, mean));
    }

    /** Frames a second to so many shards: a message goes once to each shard that has one of its sessions. */
    static double frames(final Profile profile, final Moment moment, final double shards) {
        return framesOf(profile, moment, shards, false);
    }

    /** The bytes of those frames a second, each as long as its record. */
    static double frameBytes(final Profile profile, final Moment moment, final double shards) {
        return framesOf(profile, moment, shards, true);
    }

    /** Topics that connected users have at peak: their memberships by how many of them share one. */
    static double liveTopics(final Profile profile) {
        return profile.connectionsPeak()
                * profile.get(Figure.TOPICS_PER_USER)
                / Math.max(1, profile.deliveriesPerSend());
    }

    /** Where deliveries are the most. */
    Moment busiestForShards() {
        return busiest(Comparator.comparingDouble(Moment::deliveries));
    }

    private Moment busiest(final Comparator<Moment> by) {
        return moments().stream().max(by).orElseThrow();
    }

    /** All moments that there are. */
    List<Moment> moments() {
        return Stream.of(mean, peak, festival, spike).filter(Objects::nonNull).toList();
    }

    private static double framesOf(
            final Profile profile, final Moment moment, final double shards, final boolean inBytes) {
        double sum = 0;
        for (final Stratum stratum : profile.strata()) {
            final MixRow row = stratum.row();
            sum += profile.sendsPerSecond()
                    * stratum.share()
                    * moment.when().factor(profile, row)
                    * stratum.frames(shards)
                    * (inBytes ? profile.recordLength(row) : 1);
        }
        return sum;
    }

    private static double spikeSends(final Profile profile) {
        return profile.mix().stream()
                .filter(row -> row.spikeFactor() != null)
                .mapToDouble(row -> profile.sendsPerSecond() * row.share() * row.spikeFactor())
                .sum();
    }

    /**
     * Whole files go, so that the class kept for longest keeps all; payments alone are copied out of files that go
     * (journal/docs/whole-files-go.md).
     */
    private static double keptBytes(final Profile profile, final Moment mean) {
        final double filesHours = profile.mix().stream()
                .filter(row -> row.share() > 0)
                .filter(row -> row.contract().deliveryClass() != DeliveryClass.PAYMENT)
                .mapToDouble(row -> row.contract().retainHours())
                .max()
                .orElse(0);
        double bytesPerSecondHours = mean.journalBytes() * filesHours;
        for (final MixRow row : profile.mix()) {
            if (row.contract().deliveryClass() == DeliveryClass.PAYMENT) {
                final double longer = Math.max(0, row.contract().retainHours() - filesHours);
                bytesPerSecondHours += profile.sendsPerSecond() * row.share() * profile.recordLength(row) * longer;
            }
        }
        return bytesPerSecondHours * SECONDS_PER_DAY / HOURS_PER_DAY;
    }
}
