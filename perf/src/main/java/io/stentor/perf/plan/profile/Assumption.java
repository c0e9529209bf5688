package io.stentor.perf.plan.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * One figure of a profile that may be otherwise. Lengths of payloads, and times for which messages are kept, are one assumption
 * each for all rows.
 *
 * @param name as the profile has it.
 * @param value of it, for a person.
 * @param scaled gives the profile with the figure multiplied, as far as its limits let it be.
 */
public record Assumption(String name, double value, BiFunction<Profile, Double, Profile> scaled) {

    private static final int PAYLOAD_MAX = 65_536;

    static Stream<Assumption> of(final Profile profile) {
        final List<Assumption> all = new ArrayList<>();
        for (final Figure figure : Figure.values()) {
            all.add(new Assumption(
                    figure.key(),
                    profile.get(figure),
                    (given, factor) -> given.with(figure, given.get(figure) * factor)));
        }
        if (!profile.groupSizes().isEmpty()) {
            all.add(new Assumption("groupSizes", meanGroupSize(profile), Assumption::scaleGroups));
        }
        all.add(new Assumption(
                "mix.*.payload",
                profile.payloadLength(),
                (given, factor) -> given.withMix(row -> scalePayloads(row, factor))));
        all.add(new Assumption(
                "mix.*.retainHours",
                profile.mix().stream()
                        .mapToDouble(row -> row.contract().retainHours())
                        .max()
                        .orElseThrow(),
                (given, factor) ->
                        given.withMix(row -> row.withRetainHours(row.contract().retainHours() * factor))));
        for (final MixRow row : profile.mix()) {
            addRow(all, row);
        }
        return all.stream();
    }

    private static void addRow(final List<Assumption> all, final MixRow row) {
        final String prefix = "mix." + row.name() + ".";
        if (row.share() < 1) {
            all.add(new Assumption(
                    prefix + "share", row.share(), (given, factor) -> scaleShare(given, row.name(), factor)));
        }
        if (!row.recipients().toGroups()) {
            all.add(new Assumption(
                    prefix + "recipients",
                    row.recipients().count(),
                    (given, factor) -> change(given, row.name(), found -> scaleCount(found, factor))));
        }
        if (row.recipients().offlineShare() != null) {
            all.add(new Assumption(
                    prefix + "offlineShare",
                    row.recipients().offlineShare(),
                    (given, factor) -> change(given, row.name(), found -> scaleOffline(found, factor))));
        }
        if (row.spikeFactor() != null) {
            all.add(new Assumption(
                    prefix + "spikeFactor",
                    row.spikeFactor(),
                    (given, factor) -> change(
                            given,
                            row.name(),
                            found -> found.withSpikeFactor(Math.max(1, found.spikeFactor() * factor)))));
        }
    }

    private static Profile change(final Profile profile, final String row, final UnaryOperator<MixRow> change) {
        return profile.withMix(found -> found.name().equals(row) ? change.apply(found) : found);
    }

    /** The other rows give way, so that all still sum to 1. */
    private static Profile scaleShare(final Profile profile, final String name, final double factor) {
        final double before = profile.mix().stream()
                .filter(row -> row.name().equals(name))
                .mapToDouble(MixRow::share)
                .sum();
        final double after = Math.min(1, before * factor);
        final double others = (1 - after) / (1 - before);
        return profile.withMix(row -> row.withShare(row.name().equals(name) ? after : row.share() * others));
    }

    private static MixRow scalePayloads(final MixRow row, final double factor) {
        return row.withPayloads(row.payloads().stream()
                .map(size -> new PayloadSize(
                        (int) Math.min(PAYLOAD_MAX, Math.max(1, Math.round(size.length() * factor))), size.share()))
                .toList());
    }

    private static MixRow scaleCount(final MixRow row, final double factor) {
        final Recipients old = row.recipients();
        return row.withRecipients(new Recipients(false, old.count() * factor, old.offlineShare()));
    }

    private static MixRow scaleOffline(final MixRow row, final double factor) {
        final Recipients old = row.recipients();
        return row.withRecipients(
                new Recipients(old.toGroups(), old.count(), Math.min(1, old.offlineShare() * factor)));
    }

    private static Profile scaleGroups(final Profile profile, final double factor) {
        return profile.withGroupSizes(profile.groupSizes().stream()
                .map(size -> new GroupSize(Math.max(1, size.members() * factor), size.share()))
                .toList());
    }

    private static double meanGroupSize(final Profile profile) {
        return profile.groupSizes().stream()
                .mapToDouble(size -> size.members() * size.share())
                .sum();
    }
}
