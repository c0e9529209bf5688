package io.stentor.perf.plan;

import io.stentor.perf.plan.profile.Figure;
import io.stentor.perf.plan.profile.MixRow;
import io.stentor.perf.plan.profile.Profile;
import io.stentor.transport.wire.DeliveryClass;

/**
 * What users do in a second of some moment. Bytes are bytes a second.
 *
 * @param when which moment.
 * @param sends messages.
 * @param syncedSends of them, those acknowledged only once forced to the device.
 * @param deliveries messages given to sessions, live or late.
 * @param slowDeliveries of them, those that slow sessions read from the journal.
 * @param laterReads messages that their recipients' devices read when they come back; not channels, receipts and signals.
 * @param recordBytes all messages as records, which is what members and shards send each other.
 * @param journalBytes of them, those that the journal keeps.
 * @param fromClientsBytes sends as clients' connections carry them.
 * @param toClientsBytes deliveries as clients' connections carry them.
 */
record Moment(
        When when,
        double sends,
        double syncedSends,
        double deliveries,
        double slowDeliveries,
        double laterReads,
        double recordBytes,
        double journalBytes,
        double fromClientsBytes,
        double toClientsBytes) {

    /** Moments that a fleet must get through. */
    enum When {
        /** The average of a day. */
        MEAN,
        /** The busiest hour of an ordinary day. */
        PEAK,
        /** The busiest second of the year. */
        FESTIVAL,
        /** The busiest second of rows that have one of their own, in the busiest hour of all others. */
        SPIKE;

        /** A row's rate against its mean. */
        double factor(final Profile profile, final MixRow row) {
            return switch (this) {
                case MEAN -> 1;
                case PEAK -> profile.get(Figure.PEAK_FACTOR);
                case FESTIVAL -> profile.get(Figure.FESTIVAL_FACTOR);
                case SPIKE -> row.spikeFactor() == null ? profile.get(Figure.PEAK_FACTOR) : row.spikeFactor();
            };
        }
    }

    static Moment of(final Profile profile, final When when) {
        final double frame = profile.get(Figure.FRAME_LENGTH);
        double sends = 0;
        double synced = 0;
        double deliveries = 0;
        double later = 0;
        double records = 0;
        double journal = 0;
        double fromClients = 0;
        double toClients = 0;
        for (final MixRow row : profile.mix()) {
            final double rate = profile.sendsPerSecond() * row.share() * when.factor(profile, row);
            final double delivered = rate * profile.deliveries(row);
            sends += rate;
            synced += row.contract().isSynced() ? rate : 0;
            deliveries += delivered;
            later += isReadLater(row)
                    ? rate * profile.recipients(row) * profile.offlineShare(row) * profile.get(Figure.DEVICES)
                    : 0;
            records += rate * profile.recordLength(row);
            journal += row.contract().isJournaled() ? rate * profile.recordLength(row) : 0;
            fromClients += rate * (row.payloadLength() + frame);
            toClients += delivered * (row.payloadLength() + frame);
        }
        return new Moment(
                when,
                sends,
                synced,
                deliveries,
                deliveries * profile.get(Figure.SLOW_SHARE),
                later,
                records,
                journal,
                fromClients,
                toClients);
    }

    private static boolean isReadLater(final MixRow row) {
        return row.contract().isJournaled() && row.contract().deliveryClass() != DeliveryClass.CHANNEL;
    }
}
