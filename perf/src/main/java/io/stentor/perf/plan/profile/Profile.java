package io.stentor.perf.plan.profile;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Assumptions about users and what they send. Immutable; a changed one is a new one.
 *
 * @param name of the shipped profile, or its file's.
 * @param about what it stands for, in a sentence.
 * @param figures every {@link Figure}.
 * @param groupSizes by messages to groups; empty if no row goes to groups.
 * @param mix kinds of messages; shares sum to 1.
 */
public record Profile(
        String name, String about, Map<Figure, Double> figures, List<GroupSize> groupSizes, List<MixRow> mix) {

    private static final double SECONDS_PER_DAY = 86_400;

    /** Keeps maps and lists of its own. */
    public Profile {
        figures = new EnumMap<>(figures);
        groupSizes = List.copyOf(groupSizes);
        mix = List.copyOf(mix);
    }

    /** One figure. */
    public double get(final Figure figure) {
        return figures.get(figure);
    }

    /** This profile with another value, or with the figure's limit if it is beyond. */
    public Profile with(final Figure figure, final double value) {
        final Map<Figure, Double> changed = new EnumMap<>(figures);
        changed.put(figure, figure.clamp(value));
        return new Profile(name, about, changed, groupSizes, mix);
    }

    /** This profile with other rows. */
    Profile withMix(final UnaryOperator<MixRow> change) {
        return new Profile(
                name, about, figures, groupSizes, mix.stream().map(change).toList());
    }

    Profile withGroupSizes(final List<GroupSize> sizes) {
        return new Profile(name, about, figures, sizes, mix);
    }

    /** Messages of all rows in a second, over a day. */
    public double sendsPerSecond() {
        return get(Figure.USERS) * get(Figure.DAILY_SHARE) * get(Figure.SENDS_PER_DAY) / SECONDS_PER_DAY;
    }

    /** Open connections at an average moment. */
    public double connections() {
        return get(Figure.USERS) * get(Figure.ONLINE_SHARE) * get(Figure.DEVICES);
    }

    /** Open connections at the day's busiest moment. */
    public double connectionsPeak() {
        return get(Figure.USERS) * get(Figure.ONLINE_SHARE_PEAK) * get(Figure.DEVICES);
    }

    /** Users that a message of the row goes to. */
    public double recipients(final MixRow row) {
        return row.recipients().toGroups()
                ? groupSizes.stream()
                        .mapToDouble(size -> size.share() * (size.members() - 1))
                        .sum()
                : row.recipients().count();
    }

    /** Of a row's recipients, those that are not connected. */
    public double offlineShare(final MixRow row) {
        final Double own = row.recipients().offlineShare();
        return own == null ? get(Figure.OFFLINE_SHARE) : own;
    }

    /** Sessions that a message of the row reaches when it is sent. */
    public double deliveries(final MixRow row) {
        return reached(row, recipients(row));
    }

    /** Sessions that a message reaches when it is sent, over all rows. */
    public double deliveriesPerSend() {
        return mix.stream().mapToDouble(row -> row.share() * deliveries(row)).sum();
    }

    /** Mean bytes of a payload, over all rows. */
    public double payloadLength() {
        return mix.stream()
                .mapToDouble(row -> row.share() * row.payloadLength())
                .sum();
    }

    /** Mean bytes of a row's message as a record of the journal, whether that keeps it or not. */
    public double recordLength(final MixRow row) {
        return row.recordLength(get(Figure.SENDER_LENGTH), get(Figure.MESSAGE_ID_LENGTH));
    }

    /** All messages, split until those of a part reach equally many sessions. */
    public List<Stratum> strata() {
        final List<Stratum> strata = new ArrayList<>();
        for (final MixRow row : mix) {
            if (row.recipients().toGroups()) {
                for (final GroupSize size : groupSizes) {
                    final double reached = reached(row, size.members() - 1);
                    strata.add(new Stratum(row, size.members(), row.share() * size.share(), reached));
                }
            } else {
                strata.add(new Stratum(row, 0, row.share(), deliveries(row)));
            }
        }
        return strata;
    }

    /** Everything that a plan assumes, each as something that can be scaled. */
    public Stream<Assumption> assumptions() {
        return Assumption.of(this);
    }

    private double reached(final MixRow row, final double recipients) {
        return recipients * (1 - offlineShare(row)) * get(Figure.DEVICES);
    }
}
