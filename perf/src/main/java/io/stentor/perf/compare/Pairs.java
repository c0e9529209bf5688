package io.stentor.perf.compare;

import io.stentor.perf.result.Environment;
import io.stentor.perf.result.Result;
import io.stentor.perf.result.Result.Kind;
import io.stentor.perf.result.Result.Verdict;
import io.stentor.perf.result.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Results of A and B, as many of each: those at the same place are a pair. */
final class Pairs {

    /** Of fewer, chance alone makes too many look different or alike. */
    static final int COUNT_MIN = 10;

    private final List<Result> a;
    private final List<Result> b;

    /**
     * Pairs of results.
     *
     * @param a results of A.
     * @param b results of B, as many.
     * @throws IOException when they cannot be compared: one is invalid, or they are not of one kind.
     */
    Pairs(final List<Result> a, final List<Result> b) throws IOException {
        this.a = List.copyOf(a);
        this.b = List.copyOf(b);
        final Result first = a.get(0);
        requireComparable("A", this.a, first);
        requireComparable("B", this.b, first);
    }

    int count() {
        return a.size();
    }

    List<Result> a() {
        return a;
    }

    List<Result> b() {
        return b;
    }

    /** What may make the comparison one of something else than A and B; empty if nothing was found. */
    List<String> warnings() {
        final List<String> warnings = new ArrayList<>();
        final Environment first = a.get(0).environment();
        final List<Result> all = new ArrayList<>(a);
        all.addAll(b);
        final Set<String> machines = new LinkedHashSet<>();
        for (final Result result : all) {
            if (!result.environment().isSameMachine(first)) {
                machines.add(result.environment().machine());
            }
        }
        if (!machines.isEmpty()) {
            warnings.add("not all were measured on one machine: " + first.machine() + " and "
                    + String.join(" and ", machines));
        }
        for (final Result result : all) {
            final String difference = difference(a.get(0).settings(), result.settings());
            if (difference != null) {
                warnings.add("not all were asked for the same: " + difference);
                break;
            }
        }
        return warnings;
    }

    private static void requireComparable(final String side, final List<Result> results, final Result first)
            throws IOException {
        for (int i = 0; i < results.size(); i++) {
            final Result result = results.get(i);
            final String name = "result " + (i + 1) + " of " + side;
            if (result.verdict() == Verdict.INVALID) {
                throw new IOException(
                        name + " is INVALID, so nothing follows from it: " + String.join("; ", result.reasons()));
            }
            if (result.kind() != first.kind()) {
                throw new IOException(name + " is of kind " + result.kind() + ", and the first of A of kind "
                        + first.kind() + ": these cannot be compared");
            }
            if (result.kind() == Kind.RUN && Figure.isClosed(result) != Figure.isClosed(first)) {
                throw new IOException(name + " is " + (Figure.isClosed(result) ? "a closed" : "an open")
                        + " loop, and the first of A is not: these cannot be compared");
            }
        }
    }

    private static String difference(final Settings one, final Settings other) {
        if (Objects.equals(one, other)) {
            return null;
        }
        if (one == null || other == null) {
            return "some results tell their settings and some do not";
        }
        if (one.payloadLength() != other.payloadLength()) {
            return "payloads of " + one.payloadLength() + " and of " + other.payloadLength() + " bytes";
        }
        if (!Objects.equals(one.ratePerSecond(), other.ratePerSecond())) {
            return "rates of " + one.ratePerSecond() + " and of " + other.ratePerSecond() + " msg/s";
        }
        return one + " and " + other;
    }
}
